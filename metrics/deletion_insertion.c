/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/deletion_insertion.h"

#include <math.h>
#include <stdlib.h>

#include "metrics/attribution_rows.h"
#include "metrics/prediction_queue.h"

static const char measure[] = "deletion and insertion";

const struct eg_metric_info eg_deletion_info = {
    .name = "deletion",
    .direction = "lower is better",
    .range = "0 to 1 for classes, a mean probability; for numbers up to 1, below 0 where a few "
             "features less move the output further than all",
    .needs = "model, training and test rows, attributions",
    .tells = "without the features said to matter most, little is left of the model's answer",
    .hides = "signs, where the answer is a number; rows with some features at the mean may lie "
             "where no data are",
};

const struct eg_metric_info eg_insertion_info = {
    .name = "insertion",
    .direction = "higher is better",
    .range = "0 to 1 for classes, a mean probability; for numbers up to 1, below 0 where a few "
             "features lead further away than none",
    .needs = "model, training and test rows, attributions",
    .tells = "the features said to matter most are enough to bring the model's answer back",
    .hides = "signs, where the answer is a number; rows with most features at the mean may lie "
             "where no data are",
};

/* The two curves of a row, and the answers they are made of: */
enum { DELETION, INSERTION, CURVES };

struct scratch {
    double *mean;             /* p */
    struct eg_ranked *ranked; /* p */
    struct eg_prediction_queue queue;
    double own, hidden; /* f(x), f(mean) */
    double answers[CURVES][EG_DELETION_STEPS + 1];
    double gap[CURVES][EG_DELETION_STEPS + 1]; /* sums over rows: |f(x_k) - f(x)|, or probability */
    double largest_gap;                        /* sum over rows of |f(mean) - f(x)| */
};

static int scratch_alloc(struct scratch *s, const struct eg_deletion_input *input,
                         struct eg_error *error)
{
    *s = (struct scratch){.mean = eg_alloc(input->x->cols, sizeof *s->mean, error),
                          .ranked = eg_alloc(input->x->cols, sizeof *s->ranked, error)};
    const int status = eg_prediction_queue_alloc(&s->queue, input->predictor, error);
    return s->mean && s->ranked ? status : EG_INTERNAL;
}

static void scratch_free(struct scratch *s)
{
    free(s->mean);
    free(s->ranked);
    eg_prediction_queue_free(&s->queue);
}

/* *answer = f of x with the first `moved` ranked features at the mean, or all others. */
static int ask(struct scratch *s, const real *x, size_t p, size_t moved, int is_insertion,
               double *answer, struct eg_error *error)
{
    real *row;
    *answer = 0;
    const int status = eg_prediction_queue_add(&s->queue, answer, 1, &row, error);
    for (size_t r = 0; r < p && !status; r++) {
        const size_t j = s->ranked[r].feature;
        row[j] = (r < moved) == is_insertion ? x[j] : (real)s->mean[j];
    }
    return status;
}

/* The plain answers come first, since the order of the features may hang on them. */
static int ask_plain(struct scratch *s, const real *x, size_t p, struct eg_error *error)
{
    for (size_t j = 0; j < p; j++)
        s->ranked[j].feature = j;
    int status = ask(s, x, p, 0, 0, &s->own, error);
    if (!status)
        status = ask(s, x, p, 0, 1, &s->hidden, error);
    return status ? status : eg_prediction_queue_flush(&s->queue, error);
}

static int ask_curves(struct scratch *s, const struct eg_deletion_input *input, size_t i,
                      const struct eg_deletion *result, struct eg_error *error)
{
    const size_t p = input->x->cols;
    const double towards = s->own < 0 ? -1 : 1;
    int status = EG_OK;
    eg_rank_features(p, eg_row(input->phi, i), input->is_classes ? towards : 0,
                     eg_stream_item(&input->stream, i), s->ranked);
    for (size_t k = 0; k < result->points; k++)
        for (int c = 0; c < CURVES && !status; c++)
            status = ask(s, eg_row(input->x, i), p, result->counts[k], c == INSERTION,
                         &s->answers[c][k], error);
    return status ? status : eg_prediction_queue_flush(&s->queue, error);
}

static void add_row(struct scratch *s, int is_classes, size_t points)
{
    const double towards = s->own < 0 ? -1 : 1;
    for (int c = 0; c < CURVES; c++)
        for (size_t k = 0; k < points; k++)
            s->gap[c][k] += is_classes ? 1 / (1 + exp(-towards * s->answers[c][k]))
                                       : fabs(s->answers[c][k] - s->own);
    s->largest_gap += fabs(s->hidden - s->own);
}

/* Sums over rows become curves and areas. */
static int finish(const struct scratch *s, const struct eg_deletion_input *input,
                  struct eg_deletion *result, struct eg_error *error)
{
    const double n = (double)input->x->rows, p = (double)input->x->cols;
    if (!input->is_classes && !(s->largest_gap > 0))
        return eg_fail(error, EG_DATA,
                       "%s: the model answers to all rows as to the training means, so that there "
                       "is nothing to take away",
                       measure);
    for (size_t k = 0; k < result->points; k++) {
        result->deletion_curve[k] = input->is_classes ? s->gap[DELETION][k] / n
                                                      : 1 - s->gap[DELETION][k] / s->largest_gap;
        result->insertion_curve[k] = input->is_classes ? s->gap[INSERTION][k] / n
                                                       : 1 - s->gap[INSERTION][k] / s->largest_gap;
    }
    for (size_t k = 1; k < result->points; k++) {
        const double width = (double)(result->counts[k] - result->counts[k - 1]) / p;
        result->deletion += width * (result->deletion_curve[k - 1] + result->deletion_curve[k]) / 2;
        result->insertion += width * (result->insertion_curve[k - 1] + result->insertion_curve[k]) /
                             2;
    }
    return EG_OK;
}

static int check(const struct eg_deletion_input *input, struct eg_error *error)
{
    if (input->predictor->inputs != input->x->cols)
        return eg_fail(error, EG_DATA, "%s: the model takes %zu features, the rows have %zu",
                       measure, input->predictor->inputs, input->x->cols);
    return eg_check_pair(measure, "rows", input->x, "attributions", input->phi, error);
}

int eg_deletion_insertion(const struct eg_deletion_input *input, struct eg_deletion *result,
                          struct eg_error *error)
{
    const size_t n = input->x->rows, p = input->x->cols;
    const size_t steps = p < EG_DELETION_STEPS ? p : EG_DELETION_STEPS;
    struct scratch s;
    int status = check(input, error);
    if (status)
        return status;
    *result = (struct eg_deletion){.points = steps + 1};
    for (size_t k = 0; k <= steps; k++)
        result->counts[k] = (2 * k * p + steps) / (2 * steps); /* k p / steps, rounded */
    status = scratch_alloc(&s, input, error);
    if (!status)
        status = eg_column_moments(measure, input->x_train, p, s.mean, NULL, error);
    for (size_t i = 0; i < n && !status; i++) {
        status = ask_plain(&s, eg_row(input->x, i), p, error);
        if (!status)
            status = ask_curves(&s, input, i, result, error);
        if (!status)
            add_row(&s, input->is_classes, result->points);
    }
    if (!status)
        status = finish(&s, input, result, error);
    scratch_free(&s);
    return status;
}
