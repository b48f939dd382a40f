/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attribution robustness under a directed perturbation (Ghorbani et al. 2019), for methods whose attributions have a
 * gradient: with its draws fixed, a method that averages gradients has one. */
#include "bench/compare/compare_asked.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/compare/compare_measuring.h"
#include "bench/robust/top_k_attack.h"
#include "metrics/attribution_rows.h"

enum { STARTS = 10, STEPS = 4 };
static const double radius = 0.1, step = 0.05; /* in training standard deviations */

struct search {
    const struct eg_asked *asked;
    struct eg_matrix x, first, moved, phi;
    struct eg_network soft;
    struct eg_attribution softened;
    size_t strongest;
    double *mean, *sd, *sums; /* p, p, rows */
    real *v, *slope;          /* rows x p */
    char *is_strong;          /* rows x p */
    struct eg_map_agreement *least;
};

static int search_alloc(struct search *s, struct eg_error *error)
{
    const struct eg_asked *asked = s->asked;
    struct eg_explainer explainer = asked->made->explainer;
    s->x = eg_compare_rows_again(asked->unit);
    s->soft = eg_soften(explainer.network);
    explainer.network = &s->soft;
    const size_t n = s->x.rows, p = s->x.cols;
    s->strongest = (p + 7) / 8;
    s->mean = eg_alloc(p, sizeof *s->mean, error);
    s->sd = eg_alloc(p, sizeof *s->sd, error);
    s->sums = eg_alloc(n, sizeof *s->sums, error);
    s->v = eg_alloc(n * p, sizeof *s->v, error);
    s->slope = eg_alloc(n * p, sizeof *s->slope, error);
    s->is_strong = eg_alloc(n * p, 1, error);
    s->least = eg_alloc(n, sizeof *s->least, error);
    if (!s->mean || !s->sd || !s->sums || !s->v || !s->slope || !s->is_strong || !s->least ||
        eg_matrix_alloc(&s->moved, n, p, error) || eg_matrix_alloc(&s->phi, n, p, error))
        return EG_INTERNAL;
    int status = eg_compare_first_again(asked->unit, asked->asker, asked->phi, &s->first, error);
    if (!status)
        status = eg_column_moments("directed robustness", &asked->unit->train.x, p, s->mean, s->sd,
                                   error);
    return status ? status : eg_attribution_alloc(&s->softened, &explainer, n, 1, error);
}

static void search_free(struct search *s)
{
    void *const parts[] = {s->mean, s->sd, s->sums, s->v, s->slope, s->is_strong, s->least};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        free(parts[i]);
    eg_matrix_free(&s->first);
    eg_matrix_free(&s->moved);
    eg_matrix_free(&s->phi);
    eg_attribution_free(&s->softened);
}

static int mark_strong(struct search *s, struct eg_error *error)
{
    int status = EG_OK;
    for (size_t i = 0; i < s->x.rows && !status; i++) {
        s->least[i].kendall = INFINITY;
        status = eg_strongest_features(s->x.cols, s->strongest, eg_row(&s->first, i),
                                       s->is_strong + i * s->x.cols, error);
    }
    return status;
}

/* Moves each row anywhere in the box. */
static void begin(struct search *s, size_t start)
{
    const struct eg_stream stream = eg_compare_stream(s->asked->unit, EG_DRAWS_DIRECTED);
    for (size_t i = 0; i < s->x.rows; i++) {
        struct eg_stream own = eg_stream_item(&stream, i * STARTS + start);
        for (size_t j = 0; j < s->x.cols; j++)
            eg_row(&s->moved, i)[j] = (real)((double)eg_row(&s->x, i)[j] +
                                             radius * s->sd[j] * (2 * eg_stream_uniform(&own) - 1));
    }
}

/* Down the strongest features' share, along the softened network. */
static void descend(struct search *s)
{
    const size_t n = s->x.rows, p = s->x.cols;
    eg_attribution_explain(&s->softened, n, s->moved.data, NULL, s->asked->made->stream,
                           s->phi.data, NULL, NULL);
    eg_top_k_slope(&s->softened, n, s->phi.data, s->is_strong, s->v, s->sums, s->slope);
    for (size_t i = 0; i < n * p; i++) {
        const double x = s->x.data[i], sd = s->sd[i % p];
        const int sign = (s->slope[i] > 0) - (s->slope[i] < 0);
        const double to = (double)s->moved.data[i] - step * sd * sign;
        s->moved.data[i] = (real)fmin(fmax(to, x - radius * sd), x + radius * sd);
    }
}

/* Explains the rows where they are, by the method itself, and keeps of each what agrees least. */
static int keep_least(struct search *s, struct eg_error *error)
{
    const struct eg_compare_asker *asker = s->asked->asker;
    memset(s->phi.data, 0, s->phi.rows * s->phi.cols * sizeof *s->phi.data);
    int status = asker->explain(asker->context, &s->asked->unit->network, &s->moved, &s->phi,
                                error);
    for (size_t i = 0; i < s->x.rows && !status; i++) {
        struct eg_map_agreement agreement = {0};
        status = eg_map_agreement(s->x.cols, s->strongest, NULL, eg_row(&s->first, i),
                                  eg_row(&s->phi, i), &agreement, error);
        if (!status && agreement.kendall < s->least[i].kendall)
            s->least[i] = agreement;
    }
    return status;
}

static int descend_from(struct search *s, size_t start, struct eg_error *error)
{
    begin(s, start);
    int status = keep_least(s, error);
    for (size_t k = 0; k < STEPS && !status; k++) {
        descend(s);
        status = keep_least(s, error);
    }
    return status;
}

static void set_means(const struct search *s, const struct eg_asked_family *family)
{
    double top = 0, order = 0, rank = 0;
    for (size_t i = 0; i < s->x.rows; i++) {
        top += s->least[i].top / (double)s->x.rows;
        order += s->least[i].kendall / (double)s->x.rows;
        rank += s->least[i].spearman / (double)s->x.rows;
    }
    eg_row_set(s->asked->row, family->measures[0], top);
    eg_row_set(s->asked->row, family->measures[1], order);
    eg_row_set(s->asked->row, family->measures[2], rank);
}

int eg_compare_measure_directed(const struct eg_asked *asked, const struct eg_asked_family *family,
                                struct eg_error *error)
{
    struct search s = {.asked = asked};
    if (!asked->made || !eg_has_input_slope(asked->made->explainer.method) ||
        asked->unit->black_box) {
        for (size_t k = 0; family->measures[k]; k++)
            eg_compare_note_skip(asked->row, family->measures[k],
                                 "its attributions have no gradient by which to direct a "
                                 "perturbation; robust_top and robust_order draw it");
        return EG_OK;
    }
    int status = search_alloc(&s, error);
    if (!status)
        status = mark_strong(&s, error);
    for (size_t start = 0; start < STARTS && !status; start++)
        status = descend_from(&s, start, error);
    if (!status)
        set_means(&s, family);
    search_free(&s);
    return status;
}
