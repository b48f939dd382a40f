/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/max_sensitivity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/attribution_rows.h"

static const char measure[] = "max-sensitivity";

const struct eg_metric_info eg_max_sensitivity_info = {
    .name = "max_sensitivity",
    .judged = EG_JUDGED_USUALLY,
    .formula = "mean of the largest of 10 |phi(x + d) - phi(x)|_2 / |phi(x)|_2, d_j uniform within "
               "+-0.1 sd_j",
    .citation = "Yeh et al. 2019, NeurIPS",
    .direction = "lower is better",
    .range = "0 up, relative to the length of a row's attributions",
    .needs = "training and test rows, attributions, and the method itself, to explain nearby rows",
    .tells = "nearby rows get like attributions",
    .hides = "whether they are right: the same numbers for every row score 0, and signs and size "
             "do not count; a model that is itself rough nearby is blamed on the method",
};

struct scratch {
    double *mean, *sd; /* p */
    double *worst;     /* n: largest squared distance so far */
    struct eg_map_agreement
        *least; /* n: that with the least Kendall's tau so far, infinite before */
    struct eg_matrix moved, again; /* n x p */
};

static int scratch_alloc(struct scratch *s, size_t n, size_t p, struct eg_error *error)
{
    *s = (struct scratch){.mean = eg_alloc(p, sizeof *s->mean, error),
                          .sd = eg_alloc(p, sizeof *s->sd, error),
                          .worst = eg_alloc(n, sizeof *s->worst, error),
                          .least = eg_alloc(n, sizeof *s->least, error)};
    if (!s->mean || !s->sd || !s->worst || !s->least || eg_matrix_alloc(&s->moved, n, p, error) ||
        eg_matrix_alloc(&s->again, n, p, error))
        return EG_INTERNAL;
    for (size_t i = 0; i < n; i++)
        s->least[i].kendall = INFINITY;
    return EG_OK;
}

static void scratch_free(struct scratch *s)
{
    free(s->mean);
    free(s->sd);
    free(s->worst);
    free(s->least);
    eg_matrix_free(&s->moved);
    eg_matrix_free(&s->again);
}

/* Keeps of the row's agreements that of the least rank correlation. */
static int keep_least(const struct eg_max_sensitivity_input *input, size_t row, struct scratch *s,
                      struct eg_error *error)
{
    struct eg_map_agreement agreement = {0};
    const int status = eg_map_agreement(input->x->cols, input->strongest, NULL,
                                        eg_row(input->phi, row), eg_row(&s->again, row), &agreement,
                                        error);
    if (!status && agreement.kendall < s->least[row].kendall)
        s->least[row] = agreement;
    return status;
}

/* Moves all rows once and explains them again. streams (n) go on from draw to draw. */
static int explain_moved(const struct eg_max_sensitivity_input *input, struct eg_stream *streams,
                         struct scratch *s, struct eg_error *error)
{
    const size_t n = input->x->rows, p = input->x->cols;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < p; j++) {
            const double step = input->radius * s->sd[j] * (2 * eg_stream_uniform(&streams[i]) - 1);
            eg_row(&s->moved, i)[j] = (real)((double)eg_row(input->x, i)[j] + step);
        }
    memset(s->again.data, 0, n * p * sizeof *s->again.data);
    int status = input->explain(input->context, &s->moved, &s->again, error);
    if (!status)
        status = eg_check_pair(measure, "rows", &s->moved, "attributions nearby", &s->again, error);
    for (size_t i = 0; i < n && !status; i++) {
        double square = 0;
        for (size_t j = 0; j < p; j++) {
            const double off = (double)eg_row(&s->again, i)[j] - (double)eg_row(input->phi, i)[j];
            square += off * off;
        }
        s->worst[i] = fmax(s->worst[i], square);
        if (input->strongest)
            status = keep_least(input, i, s, error);
    }
    return status;
}

static void average_least(const struct eg_map_agreement *least, size_t n,
                          struct eg_map_agreement *mean)
{
    struct eg_map_agreement sum = {0};
    for (size_t i = 0; i < n; i++) {
        sum.top += least[i].top;
        sum.top_local += least[i].top_local;
        sum.kendall += least[i].kendall;
        sum.spearman += least[i].spearman;
    }
    *mean = (struct eg_map_agreement){sum.top / (double)n, sum.top_local / (double)n,
                                      sum.kendall / (double)n, sum.spearman / (double)n};
}

static void sum_up(const struct eg_matrix *phi, const double *worst,
                   struct eg_max_sensitivity *result)
{
    double sum = 0;
    *result = (struct eg_max_sensitivity){0};
    for (size_t i = 0; i < phi->rows; i++) {
        double square = 0;
        for (size_t j = 0; j < phi->cols; j++)
            square += (double)eg_row(phi, i)[j] * (double)eg_row(phi, i)[j];
        if (square > 0)
            sum += sqrt(worst[i] / square);
        else
            result->undefined += worst[i] > 0;
    }
    const size_t counted = phi->rows - result->undefined;
    result->mean = counted ? sum / (double)counted : NAN;
}

static int check(const struct eg_max_sensitivity_input *input, struct eg_error *error)
{
    if (!(input->radius > 0) || !isfinite(input->radius) || input->draws == 0)
        return eg_fail(error, EG_USAGE,
                       "%s: radius %g, %zu draws; give a radius above 0 and a draw or more",
                       measure, input->radius, input->draws);
    return eg_check_pair(measure, "rows", input->x, "attributions", input->phi, error);
}

int eg_max_sensitivity(const struct eg_max_sensitivity_input *input,
                       struct eg_max_sensitivity *result, struct eg_error *error)
{
    const size_t n = input->x->rows, p = input->x->cols;
    struct scratch s;
    int status = check(input, error);
    if (status)
        return status;
    struct eg_stream *streams = eg_alloc(n, sizeof *streams, error);
    status = scratch_alloc(&s, n, p, error);
    if (!streams)
        status = EG_INTERNAL;
    if (!status)
        status = eg_column_moments(measure, input->x_train, p, s.mean, s.sd, error);
    for (size_t i = 0; i < n && !status; i++)
        streams[i] = eg_stream_item(&input->stream, i);
    for (size_t d = 0; d < input->draws && !status; d++)
        status = explain_moved(input, streams, &s, error);
    if (!status)
        sum_up(input->phi, s.worst, result);
    if (!status && input->strongest)
        average_least(s.least, n, &result->least);
    scratch_free(&s);
    free(streams);
    return status;
}
