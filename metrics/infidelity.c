/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/infidelity.h"

#include <math.h>
#include <stdlib.h>

#include "metrics/attribution_rows.h"
#include "metrics/prediction_queue.h"

const struct eg_metric_info eg_infidelity_info = {
    .name = "infidelity_normalised",
    .judged = EG_JUDGED_USUALLY,
    .former = "infidelity",
    .formula = "mean (<m, phi> - (f(x) - f(x - m)))^2 / mean (f(x) - f(x - m))^2, m_j = e_j (x_j - "
               "mean_j), e_j normal with sd 0.5; <m, phi> of shares: sum_j e_j phi_j",
    .citation = "after Yeh et al. 2019, NeurIPS, divided by the mean squared change",
    .direction = "lower is better",
    .range = "0 up, a share of the mean squared change; 1 is what attributions of zero get",
    .needs = "model, training and test rows, attributions, and whether these are shares or slopes",
    .tells = "the attributions foretell how the output changes when features move at random",
    .hides = "where the moves lead: off the data, and for large ones past the base; a product of "
             "two features is a slope in each, so Shapley's half for each is not the best",
};

const struct eg_metric_info eg_infidelity_scaled_info = {
    .name = "infidelity_scaled",
    .judged = EG_JUDGED_USUALLY,
    .formula = "as infidelity_normalised, with b <m, phi>, b of each row the best factor",
    .citation = "the factor: Yeh et al. 2019, NeurIPS; divided by the mean squared change",
    .direction = "lower is better",
    .range = "0 to 1, a share of the mean squared change",
    .needs = "model, training and test rows, attributions, and whether these are shares or slopes",
    .tells = "a row's attributions foretell changes of the output, up to one factor a row",
    .hides = "size and sign: attributions with all signs turned score the same",
};

const struct eg_metric_info eg_infidelity_yeh_info = {
    .name = "infidelity_yeh",
    .judged = EG_JUDGED_ON_REQUEST,
    .formula =
        "mean (<m, phi> - (f(x) - f(x - m)))^2, m_j = z_j (x_j - mean_j), z_j 0 or 1 by a coin; "
        "<m, phi> of shares: sum_j z_j phi_j",
    .citation = "Yeh et al. 2019, NeurIPS: subsets removed",
    .direction = "lower is better",
    .range = "0 up, in squared units of the model's output",
    .needs = "model, training and test rows, attributions, and whether these are shares or slopes",
    .tells = "the attributions foretell what is lost when half of the features go to their mean",
    .hides = "how large it is beside the changes themselves: numbers of two models do not compare; "
             "and where the moves lead, off the data",
};

struct scratch {
    double *mean;                /* p */
    double *predicted, *answers; /* draws; draws + 1, the last of which is f(x) */
    struct eg_prediction_queue queue;
};

static int scratch_alloc(struct scratch *s, const struct eg_infidelity_input *input,
                         struct eg_error *error)
{
    *s = (struct scratch){.mean = eg_alloc(input->x->cols, sizeof *s->mean, error),
                          .predicted = eg_alloc(input->draws, sizeof *s->predicted, error),
                          .answers = eg_alloc(input->draws + 1, sizeof *s->answers, error)};
    const int status = eg_prediction_queue_alloc(&s->queue, input->predictor, error);
    return s->mean && s->predicted && s->answers ? status : EG_INTERNAL;
}

static void scratch_free(struct scratch *s)
{
    free(s->mean);
    free(s->predicted);
    free(s->answers);
    eg_prediction_queue_free(&s->queue);
}

static double draw_factor(const struct eg_infidelity_input *input, struct eg_stream *stream)
{
    if (input->moves == EG_MOVES_REMOVE)
        return eg_stream_uniform(stream) < input->size;
    return input->size * eg_stream_normal(stream);
}

/* Moves row i and asks the model about each move. */
static int predict_moves(const struct eg_infidelity_input *input, size_t i, struct scratch *s,
                         struct eg_error *error)
{
    const size_t p = input->x->cols;
    const real *x = eg_row(input->x, i), *phi = eg_row(input->phi, i);
    struct eg_stream stream = eg_stream_item(&input->stream, i);
    int status = EG_OK;
    for (size_t d = 0; d <= input->draws && !status; d++) {
        real *row;
        const int moves = d < input->draws;
        s->answers[d] = 0;
        status = eg_prediction_queue_add(&s->queue, &s->answers[d], 1, &row, error);
        if (moves)
            s->predicted[d] = 0;
        for (size_t j = 0; j < p && !status; j++) {
            const double e = moves ? draw_factor(input, &stream) : 0;
            const double move = e * ((double)x[j] - s->mean[j]);
            row[j] = (real)((double)x[j] - move);
            if (moves)
                s->predicted[d] += (input->kind == EG_PHI_SLOPES ? move : e) * (double)phi[j];
        }
    }
    return status ? status : eg_prediction_queue_flush(&s->queue, error);
}

/* Adds the row's means over the moves to the result. */
static void add_row(const struct eg_infidelity_input *input, const struct scratch *s,
                    struct eg_infidelity *result)
{
    const size_t draws = input->draws;
    const double own = s->answers[draws];
    double cross = 0, square = 0, factor;
    for (size_t d = 0; d < draws; d++) {
        cross += s->predicted[d] * (own - s->answers[d]);
        square += s->predicted[d] * s->predicted[d];
    }
    factor = square > 0 ? cross / square : 0;
    for (size_t d = 0; d < draws; d++) {
        const double change = own - s->answers[d], off = s->predicted[d] - change,
                     rest = factor * s->predicted[d] - change;
        result->plain += off * off / (double)draws;
        result->scaled += rest * rest / (double)draws;
        result->change += change * change / (double)draws;
    }
}

static int check(const struct eg_infidelity_input *input, struct eg_error *error)
{
    const int status = eg_check_pair("infidelity", "rows", input->x, "attributions", input->phi,
                                     error);
    if (status)
        return status;
    if (input->predictor->inputs != input->x->cols)
        return eg_fail(error, EG_DATA,
                       "infidelity: the model takes %zu features, the rows have %zu",
                       input->predictor->inputs, input->x->cols);
    const double most = input->moves == EG_MOVES_REMOVE ? 1 : HUGE_VAL;
    if (!(input->size > 0) || !(input->size <= most) || !isfinite(input->size) || input->draws == 0)
        return eg_fail(error, EG_USAGE,
                       "infidelity: size %g, %zu draws; give a size above 0, of removals up to 1, "
                       "and a draw or more",
                       input->size, input->draws);
    return EG_OK;
}

int eg_infidelity(const struct eg_infidelity_input *input, struct eg_infidelity *result,
                  struct eg_error *error)
{
    struct scratch s;
    int status = check(input, error);
    if (status)
        return status;
    *result = (struct eg_infidelity){0};
    status = scratch_alloc(&s, input, error);
    if (!status)
        status = eg_column_moments("infidelity", input->x_train, input->x->cols, s.mean, NULL,
                                   error);
    for (size_t i = 0; i < input->x->rows && !status; i++) {
        status = predict_moves(input, i, &s, error);
        if (!status)
            add_row(input, &s, result);
    }
    scratch_free(&s);
    result->plain /= (double)input->x->rows;
    result->scaled /= (double)input->x->rows;
    result->change /= (double)input->x->rows;
    if (!status && !(result->change > 0))
        status = eg_fail(error, EG_DATA,
                         "infidelity: the model's output does not change when features move, so "
                         "that there is nothing to foretell");
    return status;
}
