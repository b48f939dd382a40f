/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "prior/robust_term.h"

#include <math.h>
#include <stdlib.h>

static int check(const struct eg_robust_settings *settings, struct eg_error *error)
{
    if (!(settings->radius > 0))
        return eg_fail(error, EG_USAGE, "robust attribution: a radius of %g: give more than 0",
                       settings->radius);
    if (settings->ascends == EG_ASCEND_SUM && settings->rule != EG_RULE_RIGHT)
        return eg_fail(
            error, EG_USAGE,
            "robust attribution: the sum is ascended where the last point of the rule is "
            "the neighbour itself: give EG_RULE_RIGHT");
    return EG_OK;
}

static int alloc_explainers(struct eg_robust_term *term, const struct eg_network *network, size_t n,
                            size_t threads, struct eg_error *error)
{
    const struct eg_robust_settings *settings = &term->settings;
    struct eg_explainer explainer = {
        .network = network,
        .method = &eg_integrated_gradients,
        .settings = {.samples = settings->samples, .rule = settings->rule},
        .target = {EG_TARGET_LOSS, settings->loss},
        .background = &term->starts,
        .memory = settings->memory,
        .threads = threads};
    if (settings->ascends == EG_ASCEND_LOSS) {
        explainer.method = &eg_gradients;
        explainer.settings.samples = 1;
        return eg_attribution_alloc(&term->search, &explainer, n, 0, error);
    }
    int status = eg_attribution_alloc(&term->attribution, &explainer, n, 1, error);
    explainer.settings.samples = settings->search_samples;
    if (!status && settings->search_samples && settings->search_samples != settings->samples)
        status = eg_attribution_alloc(&term->search, &explainer, n, 1, error);
    return status;
}

int eg_robust_term_alloc(struct eg_robust_term *term, const struct eg_robust_settings *settings,
                         const struct eg_network *network, size_t n, size_t threads,
                         struct eg_error *error)
{
    const size_t p = network->inputs;
    *term = (struct eg_robust_term){.settings = *settings, .starts = {.rows = n, .cols = p}};
    int status = check(settings, error);
    if (!status)
        status = alloc_explainers(term, network, n, threads, error);
    real **const parts[] = {&term->neighbour, &term->phi, &term->v, &term->slope};
    for (size_t i = 0; i < sizeof parts / sizeof *parts && !status; i++) {
        *parts[i] = eg_alloc(n * p, sizeof(real), error);
        status = *parts[i] ? EG_OK : EG_INTERNAL;
    }
    if (status)
        eg_robust_term_free(term);
    return status;
}

void eg_robust_term_free(struct eg_robust_term *term)
{
    eg_attribution_free(&term->attribution);
    eg_attribution_free(&term->search);
    free(term->neighbour);
    free(term->phi);
    free(term->v);
    free(term->slope);
    *term = (struct eg_robust_term){0};
}

size_t eg_robust_term_bytes(const struct eg_robust_term *term)
{
    const struct eg_attribution *search = &term->search, *own = &term->attribution;
    return (search->n ? eg_attribution_bytes(search) : 0) +
           (own->n ? eg_attribution_bytes(own) : 0) +
           4 * (own->n ? own->n : search->n) * term->starts.cols * sizeof(real);
}

static struct eg_attribution *search_of(struct eg_robust_term *term)
{
    return term->search.n ? &term->search : &term->attribution;
}

/* phi = IG of the rows, or in the search for the largest loss its gradient. */
static void explain(struct eg_robust_term *term, struct eg_attribution *attribution,
                    const struct eg_batch *batch)
{
    term->starts.rows = batch->n;
    term->starts.data = (real *)batch->x; /* it is only read */
    eg_attribution_explain(attribution, batch->n, term->neighbour, batch->y, batch->stream,
                           term->phi, NULL, NULL);
}

/* The mean over rows of |phi|_1; v = factor times its slope. */
static double measure(struct eg_robust_term *term, const struct eg_batch *batch, double factor)
{
    const size_t count = batch->n * term->starts.cols;
    const double each = 1 / (double)batch->n;
    double sum = 0;
    for (size_t i = 0; i < count; i++) {
        sum += fabs((double)term->phi[i]);
        term->v[i] = (real)(factor * each * ((term->phi[i] > 0) - (term->phi[i] < 0)));
    }
    return sum * each;
}

/* The slope of what is ascended for each neighbour, up to a factor above 0. */
static const real *find_slope(struct eg_robust_term *term, const struct eg_batch *batch)
{
    const struct eg_robust_settings *settings = &term->settings;
    struct eg_attribution *search = search_of(term);
    explain(term, search, batch);
    if (settings->ascends == EG_ASCEND_LOSS)
        return term->phi;
    const int is_sum = settings->ascends == EG_ASCEND_SUM;
    measure(term, batch, is_sum ? settings->norm_weight : 1);
    eg_attribution_pull_back_ends(search, batch->n, term->v, is_sum ? 1 / (double)batch->n : 0,
                                  term->slope);
    return term->slope;
}

/* The point of the box around x, and of the range, that is nearest to value. */
static real project(const struct eg_robust_settings *settings, double x, double value)
{
    value = fmin(fmax(value, x - settings->radius), x + settings->radius);
    if (settings->clips)
        value = fmin(fmax(value, settings->low), settings->high);
    return (real)value;
}

static void start_anywhere(struct eg_robust_term *term, const struct eg_batch *batch)
{
    const struct eg_robust_settings *settings = &term->settings;
    const size_t p = term->starts.cols;
    for (size_t row = 0; row < batch->n; row++) {
        struct eg_stream stream = eg_stream_item(&batch->stream, row);
        for (size_t i = row * p; i < (row + 1) * p; i++) {
            const double shift = settings->radius * (2 * eg_stream_uniform(&stream) - 1);
            term->neighbour[i] = project(settings, (double)batch->x[i],
                                         (double)batch->x[i] + shift);
        }
    }
}

/* Returns whether anything moved. */
static int climb(struct eg_robust_term *term, const struct eg_batch *batch, const real *slope)
{
    const struct eg_robust_settings *settings = &term->settings;
    const double length = settings->step > 0 ? settings->step : settings->radius / 2;
    const size_t count = batch->n * term->starts.cols;
    int moved = 0;
    for (size_t i = 0; i < count; i++) {
        const double shift = length * ((slope[i] > 0) - (slope[i] < 0));
        const real to = project(settings, (double)batch->x[i], (double)term->neighbour[i] + shift);
        moved |= to != term->neighbour[i];
        term->neighbour[i] = to;
    }
    return moved;
}

void eg_robust_find_neighbours(struct eg_robust_term *term, const struct eg_batch *batch)
{
    int moves = 1;
    start_anywhere(term, batch);
    for (size_t step = 0; step < term->settings.steps && moves; step++)
        moves = climb(term, batch, find_slope(term, batch));
}

static double add_found(void *context, const struct eg_network *network,
                        const struct eg_batch *batch, double strength, real *gradient)
{
    struct eg_robust_term *term = context;
    (void)network;
    explain(term, &term->attribution, batch);
    const double omega = measure(term, batch, strength);
    eg_attribution_pull_back(&term->attribution, batch->n, term->v, gradient);
    return omega;
}

static double add_robust(void *context, const struct eg_network *network,
                         const struct eg_batch *batch, double strength, real *gradient)
{
    eg_robust_find_neighbours(context, batch);
    return add_found(context, network, batch, strength, gradient);
}

static struct eg_objective_term as_term(struct eg_robust_term *term, double strength,
                                        double (*add)(void *, const struct eg_network *,
                                                      const struct eg_batch *, double, real *))
{
    return (struct eg_objective_term){
        .strength = strength,
        .context = term,
        .add = add,
        .room = {term->attribution.block, term->attribution.block_size}};
}

struct eg_objective_term eg_robust_as_term(struct eg_robust_term *term, double strength)
{
    return as_term(term, strength, add_robust);
}

static const real *move(void *context, const struct eg_network *network,
                        const struct eg_batch *batch)
{
    struct eg_robust_term *term = context;
    (void)network;
    eg_robust_find_neighbours(term, batch);
    return term->neighbour;
}

struct eg_adversary eg_robust_as_adversary(struct eg_robust_term *term)
{
    return (struct eg_adversary){term, move};
}

struct eg_objective_term eg_robust_as_term_of_adversary(struct eg_robust_term *term,
                                                        double strength)
{
    return as_term(term, strength, add_found);
}
