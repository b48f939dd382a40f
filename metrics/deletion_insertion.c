/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/deletion_insertion.h"

#include <math.h>
#include <stdlib.h>

#include "metrics/attribution_rows.h"
#include "metrics/prediction_queue.h"

static const char measure[] = "deletion and insertion";

/* x_k: the row without the first k features of an order, or with these alone, the others at the mean. */
#define NORMALISED_FORMULA(how)                                                                    \
    "area over k/p of 1 - sum |f(x_k) - f(x)| / sum |f(mean) - f(x)|, x_k " how                    \
    " the k features of largest |phi_j|, others at their mean; classes: as the area without "      \
    "normalising, a probability"
#define AREA_FORMULA(how)                                                                          \
    "area over k/p of mean f(x_k), x_k " how                                                       \
    " the k features of largest phi_j, others at their mean; classes: the probability of the "     \
    "class foretold for x, largest first what speaks for it"
#define AFTER_PETSIUK "after Petsiuk et al. 2018, BMVC, with a share of the answer for numbers"
#define AREA_RANGE "0 to 1 for classes; for numbers any, in units of the model's output"

const struct eg_metric_info eg_deletion_info = {
    .name = "deletion_normalised",
    .judged = EG_JUDGED_USUALLY,
    .former = "deletion",
    .formula = NORMALISED_FORMULA("without"),
    .citation = AFTER_PETSIUK,
    .direction = "lower is better",
    .range = "0 to 1 for classes, a mean probability; for numbers up to 1, below 0 where a few "
             "features less move the output further than all",
    .needs = "model, training and test rows, attributions",
    .tells = "without the features said to matter most, little is left of the model's answer",
    .hides = "signs, where the answer is a number; rows with some features at the mean may lie "
             "where no data are",
};

const struct eg_metric_info eg_insertion_info = {
    .name = "insertion_normalised",
    .judged = EG_JUDGED_USUALLY,
    .former = "insertion",
    .formula = NORMALISED_FORMULA("with alone"),
    .citation = AFTER_PETSIUK,
    .direction = "higher is better",
    .range = "0 to 1 for classes, a mean probability; for numbers up to 1, below 0 where a few "
             "features lead further away than none",
    .needs = "model, training and test rows, attributions",
    .tells = "the features said to matter most are enough to bring the model's answer back",
    .hides = "signs, where the answer is a number; rows with most features at the mean may lie "
             "where no data are",
};

const struct eg_metric_info eg_deletion_auc_info = {
    .name = "deletion_auc",
    .judged = EG_JUDGED_ON_REQUEST,
    .formula = AREA_FORMULA("without"),
    .citation =
        "Petsiuk et al. 2018, BMVC; the same path: pixel flipping, Bach et al. 2015, PLOS ONE 10, "
        "and selectivity, Montavon et al. 2018, Digital Signal Processing 73",
    .direction = "lower is better",
    .range = AREA_RANGE,
    .needs = "model, training and test rows, attributions",
    .tells = "without the features said to raise the output most it falls soon",
    .hides = "the scale of the output: numbers of two models do not compare; rows with some "
             "features at the mean may lie where no data are",
};

const struct eg_metric_info eg_insertion_auc_info = {
    .name = "insertion_auc",
    .judged = EG_JUDGED_ON_REQUEST,
    .formula = AREA_FORMULA("with alone"),
    .citation = "Petsiuk et al. 2018, BMVC",
    .direction = "higher is better",
    .range = AREA_RANGE,
    .needs = "model, training and test rows, attributions",
    .tells = "the features said to raise the output most raise it soon, alone",
    .hides = "the scale of the output: numbers of two models do not compare; rows with most "
             "features at the mean may lie where no data are",
};

/* The two curves of a row, and the answers they are made of: */
enum { DELETION, INSERTION, CURVES };

struct scratch {
    double *mean;             /* p */
    struct eg_ranked *ranked; /* p */
    struct eg_prediction_queue queue;
    double own, hidden; /* f(x), f(mean) */
    double answers[CURVES][EG_DELETION_STEPS + 1];
    double gap[CURVES][EG_DELETION_STEPS + 1]; /* sums over rows of score() */
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
    const double towards = input->is_classes && s->own < 0 ? -1 : 1;
    const int is_signed = input->is_classes || input->form == EG_DELETION_AREA;
    int status = EG_OK;
    eg_rank_features(p, eg_row(input->phi, i), is_signed ? towards : 0,
                     eg_stream_item(&input->stream, i), s->ranked);
    for (size_t k = 0; k < result->points; k++)
        for (int c = 0; c < CURVES && !status; c++)
            status = ask(s, eg_row(input->x, i), p, result->counts[k], c == INSERTION,
                         &s->answers[c][k], error);
    return status ? status : eg_prediction_queue_flush(&s->queue, error);
}

/* What a row adds to a point of a curve. */
static double score(const struct scratch *s, const struct eg_deletion_input *input, double answer)
{
    if (input->is_classes)
        return 1 / (1 + exp(s->own < 0 ? answer : -answer));
    return input->form == EG_DELETION_AREA ? answer : fabs(answer - s->own);
}

static void add_row(struct scratch *s, const struct eg_deletion_input *input, size_t points)
{
    for (int c = 0; c < CURVES; c++)
        for (size_t k = 0; k < points; k++)
            s->gap[c][k] += score(s, input, s->answers[c][k]);
    s->largest_gap += fabs(s->hidden - s->own);
}

/* Sums over rows become curves and areas. */
static int finish(const struct scratch *s, const struct eg_deletion_input *input,
                  struct eg_deletion *result, struct eg_error *error)
{
    const double n = (double)input->x->rows, p = (double)input->x->cols;
    const int is_share = !input->is_classes && input->form == EG_DELETION_NORMALISED;
    const double *left = s->gap[DELETION], *back = s->gap[INSERTION];
    if (is_share && !(s->largest_gap > 0))
        return eg_fail(error, EG_DATA,
                       "%s: the model answers to all rows as to the training means, so that there "
                       "is nothing to take away",
                       measure);
    for (size_t k = 0; k < result->points; k++) {
        result->deletion_curve[k] = is_share ? 1 - left[k] / s->largest_gap : left[k] / n;
        result->insertion_curve[k] = is_share ? 1 - back[k] / s->largest_gap : back[k] / n;
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
            add_row(&s, input, result->points);
    }
    if (!status)
        status = finish(&s, input, result, error);
    scratch_free(&s);
    return status;
}
