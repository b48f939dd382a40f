/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/shap/retrain_curves.h"

#include <math.h>
#include <stdlib.h>

#include "metrics/attribution_rows.h"
#include "metrics/r_squared.h"
#include "metrics/roc_auc.h"
#include "nn/network.h"

static const char measure[] = "remove and retrain";

int eg_retrain_network(const void *context, const struct eg_matrix *x, const real *y,
                       const struct eg_matrix *x_test, real *prediction, struct eg_error *error)
{
    const struct eg_retrain_recipe *recipe = context;
    struct eg_network network;
    int status = eg_network_alloc(&network, x->cols, recipe->network, error);
    if (!status && network.outputs != 1)
        status = eg_fail(error, EG_USAGE, "%s: network '%s' has %zu outputs; it needs one", measure,
                         recipe->network, network.outputs);
    if (!status) {
        eg_network_initialise(&network, recipe->initialiser, recipe->weights);
        status = eg_train(&network, &recipe->training, x, y, NULL, error);
    }
    if (!status)
        status = eg_network_predict(&network, x_test->rows, x_test->data, prediction, error);
    eg_network_free(&network);
    return status;
}

/* A part of the data: its rows, for each row the features in their order, and a copy to mask. */
struct part {
    const struct eg_matrix *x;
    size_t *order; /* n x p */
    struct eg_matrix masked;
};

static int part_alloc(struct part *part, const struct eg_matrix *x, const struct eg_matrix *phi,
                      struct eg_stream stream, uint64_t first_item, struct eg_error *error)
{
    const size_t n = x->rows, p = x->cols;
    *part = (struct part){.x = x};
    int status = eg_check_pair(measure, "rows", x, "attributions", phi, error);
    if (status)
        return status;
    struct eg_ranked *ranked = eg_alloc(p, sizeof *ranked, error);
    part->order = eg_alloc(n * p, sizeof *part->order, error);
    status = eg_matrix_alloc(&part->masked, n, p, error);
    if (!ranked || !part->order)
        status = EG_INTERNAL;
    for (size_t i = 0; i < n && !status; i++) {
        eg_rank_features(p, eg_row(phi, i), 0, eg_stream_item(&stream, first_item + i), ranked);
        for (size_t r = 0; r < p; r++)
            part->order[i * p + r] = ranked[r].feature;
    }
    free(ranked);
    return status;
}

static void part_free(struct part *part)
{
    free(part->order);
    eg_matrix_free(&part->masked);
}

/* The first `count` features of each row's order are masked, or all others. */
static void mask(struct part *part, const double *mean, size_t count, int is_keep)
{
    const size_t p = part->x->cols;
    for (size_t i = 0; i < part->x->rows; i++)
        for (size_t r = 0; r < p; r++) {
            const size_t j = part->order[i * p + r];
            const int stays = (r < count) == is_keep;
            eg_row(&part->masked, i)[j] = stays ? eg_row(part->x, i)[j] : (real)mean[j];
        }
}

struct scratch {
    struct part train, test;
    double *mean;     /* p */
    real *prediction; /* m */
    size_t *sequence; /* m, for the ROC-AUC */
};

static int scratch_alloc(struct scratch *s, const struct eg_retrain_input *input,
                         struct eg_error *error)
{
    const size_t n = input->x_train->rows, m = input->x_test->rows, p = input->x_train->cols;
    *s = (struct scratch){.mean = eg_alloc(p, sizeof *s->mean, error),
                          .prediction = eg_alloc(m, sizeof *s->prediction, error),
                          .sequence = eg_alloc(m, sizeof *s->sequence, error)};
    if (!s->mean || !s->prediction || !s->sequence)
        return EG_INTERNAL;
    int status = eg_column_moments(measure, input->x_train, input->x_test->cols, s->mean, NULL,
                                   error);
    if (!status)
        status = part_alloc(&s->train, input->x_train, input->phi_train, input->stream, 0, error);
    if (!status)
        status = part_alloc(&s->test, input->x_test, input->phi_test, input->stream, n, error);
    return status;
}

static void scratch_free(struct scratch *s)
{
    part_free(&s->train);
    part_free(&s->test);
    free(s->mean);
    free(s->prediction);
    free(s->sequence);
}

/* *score = that of the model trained anew on masked rows. */
static int score_masked(const struct eg_retrain_input *input, struct scratch *s, double share,
                        int is_keep, double *score, struct eg_error *error)
{
    const size_t m = input->x_test->rows;
    const size_t count = (size_t)lround(share * (double)input->x_test->cols);
    mask(&s->train, s->mean, count, is_keep);
    mask(&s->test, s->mean, count, is_keep);
    const int status = input->fit(input->context, &s->train.masked, input->y_train, &s->test.masked,
                                  s->prediction, error);
    if (status)
        return status;
    if (input->is_classes)
        return eg_roc_auc(m, input->y_test, s->prediction, s->sequence, score, error);
    return eg_r_squared(m, input->y_test, s->prediction, score, error);
}

static int check_shares(const struct eg_retrain_input *input, struct eg_error *error)
{
    if (input->points == 0 || input->points > EG_RETRAIN_POINTS)
        return eg_fail(error, EG_USAGE, "%s: %zu shares; give 1 to %d", measure, input->points,
                       EG_RETRAIN_POINTS);
    for (size_t k = 0; k < input->points; k++) {
        const double least = k ? input->shares[k - 1] : 0, share = input->shares[k];
        if (!(share >= least && share <= 1) || (k && share == least))
            return eg_fail(error, EG_USAGE,
                           "%s: share %g; shares must grow, from 0 at the least to 1 at the most",
                           measure, share);
    }
    return EG_OK;
}

static double find_area(const struct eg_retrain_input *input, const double *curve)
{
    const size_t last = input->points - 1;
    double area = 0;
    for (size_t k = 1; k <= last; k++)
        area += (input->shares[k] - input->shares[k - 1]) * (curve[k - 1] + curve[k]) / 2;
    return last ? area / (input->shares[last] - input->shares[0]) : curve[0];
}

int eg_retrain_curves(const struct eg_retrain_input *input, struct eg_retrain_result *result,
                      struct eg_error *error)
{
    struct scratch s;
    int status = check_shares(input, error);
    if (status)
        return status;
    *result = (struct eg_retrain_result){0};
    status = scratch_alloc(&s, input, error);
    for (size_t k = 0; k < input->points && !status; k++) {
        status = score_masked(input, &s, input->shares[k], 0, &result->roar_curve[k], error);
        if (!status)
            status = score_masked(input, &s, input->shares[k], 1, &result->kar_curve[k], error);
    }
    if (!status) {
        result->roar = find_area(input, result->roar_curve);
        result->kar = find_area(input, result->kar_curve);
    }
    scratch_free(&s);
    return status;
}
