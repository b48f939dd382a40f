/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/robust/top_k_attack.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/image/image_measures.h"

/* Images that go through the networks at once, whatever the number of threads. */
enum { CHUNK = 25 };

struct eg_network eg_soften(const struct eg_network *network)
{
    struct eg_network soft = *network;
    for (size_t l = 0; l < soft.layer_count; l++)
        if (soft.layers[l].activation == &eg_relu)
            soft.layers[l].activation = &eg_softplus;
    return soft;
}

/* With S the sum of |phi| and T that of the strongest, D = p T / S: dD/d|phi_i| is
 * p (S - T) / S^2 for the strongest, and -p T / S^2 for the others. */
void eg_top_k_slope(struct eg_attribution *attribution, size_t n, const real *phi,
                    const char *is_strong, real *v, double *sums, real *slope)
{
    const size_t p = attribution->explainer.network->inputs;
    for (size_t row = 0; row < n; row++) {
        double all = 0, strong = 0;
        for (size_t i = row * p; i < (row + 1) * p; i++) {
            all += fabs((double)phi[i]);
            strong += is_strong[i] ? fabs((double)phi[i]) : 0;
        }
        const double scale = all > 0 ? (double)p / (all * all) : 0;
        sums[row] = scale * strong * all;
        for (size_t i = row * p; i < (row + 1) * p; i++)
            v[i] = (real)(scale * (is_strong[i] ? all - strong : -strong) *
                          ((phi[i] > 0) - (phi[i] < 0)));
    }
    eg_attribution_pull_back_input(attribution, n, v, slope);
}

/* --- one chunk of images --- */

struct assault {
    const struct eg_top_k_attack *attack;
    const struct eg_network *network;
    struct eg_network soft;
    struct eg_matrix black; /* one row */
    struct eg_attribution own, softened;
    real *moved, *before, *after, *phi, *v,
        *slope;      /* CHUNK x p: images; maps of before and after; the rest */
    char *is_strong; /* CHUNK x p */
    double sums[CHUNK];
    size_t classes[CHUNK];
    struct eg_map_agreement worst[CHUNK]; /* its Kendall infinite: no image has kept its class */
};

static int alloc_explainers(struct assault *a, struct eg_error *error)
{
    struct eg_explainer explainer = {
        .network = a->network,
        .method = &eg_integrated_gradients,
        .settings = {.samples = a->attack->points, .rule = EG_RULE_RIGHT},
        .background = &a->black,
        .threads = a->attack->threads};
    int status = eg_attribution_alloc(&a->own, &explainer, CHUNK, 0, error);
    explainer.network = &a->soft;
    if (!status && a->attack->steps)
        status = eg_attribution_alloc(&a->softened, &explainer, CHUNK, 1, error);
    return status;
}

static int assault_alloc(struct assault *a, const struct eg_top_k_attack *attack,
                         const struct eg_network *network, struct eg_error *error)
{
    const size_t count = CHUNK * network->inputs;
    real **const parts[] = {&a->moved, &a->before, &a->after, &a->phi, &a->v, &a->slope};
    *a = (struct assault){.attack = attack, .network = network, .soft = eg_soften(network)};
    int status = eg_matrix_alloc(&a->black, 1, network->inputs, error);
    for (size_t i = 0; i < sizeof parts / sizeof *parts && !status; i++)
        status = (*parts[i] = eg_alloc(count, sizeof(real), error)) ? EG_OK : EG_INTERNAL;
    if (!status && !(a->is_strong = eg_alloc(count, 1, error)))
        status = EG_INTERNAL;
    return status ? status : alloc_explainers(a, error);
}

static void assault_free(struct assault *a)
{
    real *const parts[] = {a->moved, a->before, a->after, a->phi, a->v, a->slope};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        free(parts[i]);
    free(a->is_strong);
    eg_matrix_free(&a->black);
    eg_attribution_free(&a->own);
    eg_attribution_free(&a->softened);
}

static void explain(struct eg_attribution *attribution, size_t n, const real *x, const real *y,
                    real *phi)
{
    eg_attribution_explain(attribution, n, x, y, (struct eg_stream){0}, phi, NULL, NULL);
}

/* The nearest pixel within the box and the range. */
static real project(const struct eg_top_k_attack *attack, real x, double value)
{
    const double low = fmax((double)x - attack->radius, 0);
    const double high = fmin((double)x + attack->radius, 1);
    return (real)fmin(fmax(value, low), high);
}

static void start_anywhere(struct assault *a, size_t n, const real *x, const size_t *numbers,
                           size_t start)
{
    const size_t p = a->network->inputs;
    for (size_t row = 0; row < n; row++) {
        struct eg_stream stream = eg_stream_item(&a->attack->stream,
                                                 numbers[row] * a->attack->attacks + start);
        for (size_t i = row * p; i < (row + 1) * p; i++)
            a->moved[i] = project(a->attack, x[i],
                                  (double)x[i] +
                                      a->attack->radius * (2 * eg_stream_uniform(&stream) - 1));
    }
}

/* Takes a step down; returns whether anything moved. */
static int descend(struct assault *a, size_t n, const real *x)
{
    int moves = 0;
    for (size_t i = 0; i < n * a->network->inputs; i++) {
        const int sign = (a->slope[i] > 0) - (a->slope[i] < 0);
        const real to = project(a->attack, x[i], (double)a->moved[i] - a->attack->step * sign);
        moves |= to != a->moved[i];
        a->moved[i] = to;
    }
    return moves;
}

/* Takes the images at hand that keep their class and whose maps agree less than any before. */
static int take_worst(struct assault *a, size_t n, const real *y, struct eg_error *error)
{
    const size_t p = a->network->inputs;
    int status = eg_image_classify_rows(a->network, n, a->moved, a->classes, error);
    explain(&a->own, n, a->moved, y, a->after);
    for (size_t row = 0; row < n && !status; row++) {
        struct eg_map_agreement agreement;
        if (a->classes[row] != (size_t)y[row])
            continue;
        status = eg_map_agreement(p, a->attack->compared, &a->attack->shape, a->before + row * p,
                                  a->after + row * p, &agreement, error);
        if (!status && agreement.kendall < a->worst[row].kendall)
            a->worst[row] = agreement;
    }
    return status;
}

static int attack_once(struct assault *a, size_t n, const real *x, const real *y,
                       const size_t *numbers, size_t start, struct eg_error *error)
{
    int status = EG_OK, moves = 1;
    if (a->attack->steps && start == 0)
        memcpy(a->moved, x, n * a->network->inputs * sizeof *x);
    else {
        start_anywhere(a, n, x, numbers, start);
        status = take_worst(a, n, y, error);
    }
    for (size_t step = 0; step < a->attack->steps && !status && moves; step++) {
        explain(&a->softened, n, a->moved, y, a->phi);
        eg_top_k_slope(&a->softened, n, a->phi, a->is_strong, a->v, a->sums, a->slope);
        moves = descend(a, n, x);
        status = take_worst(a, n, y, error);
    }
    return status;
}

static void add_worst(const struct assault *a, size_t n, struct eg_top_k_outcome *outcome)
{
    static const struct eg_map_agreement same = {1, 1, 1, 1};
    for (size_t row = 0; row < n; row++) {
        const int is_moved = !isinf(a->worst[row].kendall);
        const struct eg_map_agreement *own = is_moved ? &a->worst[row] : &same;
        outcome->moved += (size_t)is_moved;
        outcome->mean.top += own->top;
        outcome->mean.top_local += own->top_local;
        outcome->mean.kendall += own->kendall;
        outcome->mean.spearman += own->spearman;
    }
}

static int attack_chunk(struct assault *a, size_t n, const real *x, const real *y,
                        const size_t *numbers, struct eg_top_k_outcome *outcome,
                        struct eg_error *error)
{
    const size_t p = a->network->inputs;
    int status = EG_OK;
    explain(&a->own, n, x, y, a->before);
    for (size_t row = 0; row < n && !status; row++) {
        a->worst[row].kendall = INFINITY;
        status = eg_strongest_features(p, a->attack->strongest, a->before + row * p,
                                       a->is_strong + row * p, error);
    }
    for (size_t start = 0; start < a->attack->attacks && !status; start++)
        status = attack_once(a, n, x, y, numbers, start, error);
    if (!status)
        add_worst(a, n, outcome);
    return status;
}

int eg_top_k_attack(const struct eg_top_k_attack *attack, const struct eg_network *network,
                    size_t n, const real *x, const real *y, const size_t *numbers,
                    struct eg_top_k_outcome *outcome, struct eg_error *error)
{
    struct assault *a = eg_alloc(1, sizeof *a, error);
    int status = a ? assault_alloc(a, attack, network, error) : EG_INTERNAL;
    *outcome = (struct eg_top_k_outcome){0};
    for (size_t first = 0; first < n && !status; first += CHUNK) {
        const size_t rows = n - first < CHUNK ? n - first : CHUNK;
        status = attack_chunk(a, rows, x + first * network->inputs, y + first, numbers + first,
                              outcome, error);
    }
    outcome->mean.top /= (double)n;
    outcome->mean.top_local /= (double)n;
    outcome->mean.kendall /= (double)n;
    outcome->mean.spearman /= (double)n;
    if (a)
        assault_free(a);
    free(a);
    return status;
}
