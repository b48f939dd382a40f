/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/faithfulness_correlation.h"

#include <math.h>
#include <stdlib.h>

#include <gsl/gsl_statistics.h>

#include "metrics/attribution_rows.h"
#include "metrics/prediction_queue.h"

static const char measure[] = "faithfulness correlation";

const struct eg_metric_info eg_faithfulness_correlation_info = {
    .name = "faithfulness_correlation",
    .judged = EG_JUDGED_ON_REQUEST,
    .formula =
        "mean Pearson(sum_{j in S} phi_j, f(x) - f(x_S)) over 50 random S of ceil(p/4) features, "
        "x_S with these at their mean; slopes count times x_j - mean_j",
    .citation = "Bhatt et al. 2020, IJCAI",
    .direction = "higher is better",
    .range = "-1 to 1; 0 for attributions that say nothing",
    .needs = "model, training and test rows, attributions, and whether these are shares or slopes",
    .tells = "subsets said to carry more change the output by more, when they are taken away",
    .hides = "size: any multiple scores the same; credit within a subset; where x_S lies, off the "
             "data; and the size of the subsets was chosen",
};

struct scratch {
    double *mean;           /* p */
    size_t *order;          /* p */
    double *sums, *answers; /* draws; draws + 1, the last of which is f(x); then losses */
    struct eg_prediction_queue queue;
};

static int scratch_alloc(struct scratch *s, const struct eg_faithfulness_input *input,
                         struct eg_error *error)
{
    const size_t p = input->x->cols;
    *s = (struct scratch){.mean = eg_alloc(p, sizeof *s->mean, error),
                          .order = eg_alloc(p, sizeof *s->order, error),
                          .sums = eg_alloc(input->draws, sizeof *s->sums, error),
                          .answers = eg_alloc(input->draws + 1, sizeof *s->answers, error)};
    const int status = eg_prediction_queue_alloc(&s->queue, input->predictor, error);
    return s->mean && s->order && s->sums && s->answers ? status : EG_INTERNAL;
}

static void scratch_free(struct scratch *s)
{
    free(s->mean);
    free(s->order);
    free(s->sums);
    free(s->answers);
    eg_prediction_queue_free(&s->queue);
}

/* Asks for x with the first `subset` features of the order at their mean, and adds up what these have. */
static int ask(const struct eg_faithfulness_input *input, size_t i, size_t subset,
               struct scratch *s, double *sum, double *answer, struct eg_error *error)
{
    const real *x = eg_row(input->x, i), *phi = eg_row(input->phi, i);
    real *row;
    *answer = 0;
    const int status = eg_prediction_queue_add(&s->queue, answer, 1, &row, error);
    for (size_t j = 0; j < input->x->cols && !status; j++)
        row[j] = x[j];
    for (size_t r = 0; r < subset && !status; r++) {
        const size_t j = s->order[r];
        const double move = (double)x[j] - s->mean[j];
        row[j] = (real)s->mean[j];
        *sum += (input->kind == EG_PHI_SLOPES ? move : 1) * (double)phi[j];
    }
    return status;
}

static int is_constant(size_t count, const double *numbers)
{
    for (size_t i = 1; i < count; i++)
        if (numbers[i] != numbers[0])
            return 0;
    return 1;
}

/* *correlation = that of row i; NAN where the output does not change. */
static int correlate_row(const struct eg_faithfulness_input *input, size_t i, struct scratch *s,
                         double *correlation, struct eg_error *error)
{
    const size_t p = input->x->cols, draws = input->draws;
    struct eg_stream stream = eg_stream_item(&input->stream, i);
    int status = ask(input, i, 0, s, NULL, &s->answers[draws], error);
    for (size_t d = 0; d < draws && !status; d++) {
        for (size_t j = 0; j < p; j++)
            s->order[j] = j;
        eg_stream_shuffle(&stream, s->order, p);
        s->sums[d] = 0;
        status = ask(input, i, input->subset, s, &s->sums[d], &s->answers[d], error);
    }
    if (!status)
        status = eg_prediction_queue_flush(&s->queue, error);
    for (size_t d = 0; d < draws && !status; d++)
        s->answers[d] = s->answers[draws] - s->answers[d];
    *correlation = 0;
    if (status || is_constant(draws, s->answers))
        *correlation = NAN;
    else if (!is_constant(draws, s->sums))
        *correlation = gsl_stats_correlation(s->sums, 1, s->answers, 1, draws);
    return status;
}

static int check(const struct eg_faithfulness_input *input, struct eg_error *error)
{
    const size_t p = input->x->cols;
    if (input->subset == 0 || input->subset >= p || input->draws < 2)
        return eg_fail(
            error, EG_USAGE,
            "%s: %zu subsets of %zu of %zu features; give 2 or more, of 1 to all but one", measure,
            input->draws, input->subset, p);
    if (input->predictor->inputs != p)
        return eg_fail(error, EG_DATA, "%s: the model takes %zu features, the rows have %zu",
                       measure, input->predictor->inputs, p);
    return eg_check_pair(measure, "rows", input->x, "attributions", input->phi, error);
}

int eg_faithfulness_correlation(const struct eg_faithfulness_input *input, double *mean,
                                struct eg_error *error)
{
    struct scratch s;
    double sum = 0;
    size_t counted = 0;
    int status = check(input, error);
    if (status)
        return status;
    status = scratch_alloc(&s, input, error);
    if (!status)
        status = eg_column_moments(measure, input->x_train, input->x->cols, s.mean, NULL, error);
    for (size_t i = 0; i < input->x->rows && !status; i++) {
        double correlation;
        status = correlate_row(input, i, &s, &correlation, error);
        counted += !isnan(correlation);
        sum += isnan(correlation) ? 0 : correlation;
    }
    scratch_free(&s);
    *mean = sum / (double)counted;
    return status || counted ? status
                             : eg_fail(error, EG_DATA,
                                       "%s: the model's output does not change when features go to "
                                       "their mean, so that there is nothing to foretell",
                                       measure);
}
