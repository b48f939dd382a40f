/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/monotonicity.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "metrics/attribution_rows.h"
#include "metrics/prediction_queue.h"

static const char measure[] = "monotonicity";

const struct eg_metric_info eg_monotonicity_info = {
    .name = "monotonicity",
    .judged = EG_JUDGED_ON_REQUEST,
    .formula =
        "mean Spearman over j of |phi_j| and the mean, over 20 training rows b, of (f(x with x_j = "
        "b_j) - f(x))^2",
    .citation = "Nguyen and Martinez 2020, arXiv:2007.07584",
    .direction = "higher is better",
    .range = "-1 to 1; 0 for attributions that say nothing",
    .needs = "model, training and test rows, attributions",
    .tells = "the output depends most on the features of the largest attributions",
    .hides = "signs and sizes; what features do together, since each is moved alone; and slopes "
             "are held against moves across the whole data",
};

struct scratch {
    real *sizes, *effects;        /* p */
    double *own, *answers, *work; /* f(x); p x rows; 4 p */
    struct eg_prediction_queue queue;
};

static int scratch_alloc(struct scratch *s, const struct eg_predictor *predictor, size_t p,
                         size_t rows, struct eg_error *error)
{
    *s = (struct scratch){.sizes = eg_alloc(p, sizeof *s->sizes, error),
                          .effects = eg_alloc(p, sizeof *s->effects, error),
                          .own = eg_alloc(1, sizeof *s->own, error),
                          .answers = eg_alloc(p * rows, sizeof *s->answers, error),
                          .work = eg_alloc(4 * p, sizeof *s->work, error)};
    const int status = eg_prediction_queue_alloc(&s->queue, predictor, error);
    return s->sizes && s->effects && s->own && s->answers && s->work ? status : EG_INTERNAL;
}

static void scratch_free(struct scratch *s)
{
    free(s->sizes);
    free(s->effects);
    free(s->own);
    free(s->answers);
    free(s->work);
    eg_prediction_queue_free(&s->queue);
}

static int ask(struct scratch *s, size_t p, const real *x, double *answer, real **row,
               struct eg_error *error)
{
    *answer = 0;
    const int status = eg_prediction_queue_add(&s->queue, answer, 1, row, error);
    if (!status)
        memcpy(*row, x, p * sizeof *x);
    return status;
}

/* effects[j] = how much the output of x depends on feature j. */
static int find_effects(struct scratch *s, const struct eg_matrix *x_train, size_t rows, size_t p,
                        const real *x, struct eg_error *error)
{
    real *row;
    int status = ask(s, p, x, s->own, &row, error);
    for (size_t a = 0; a < p * rows && !status; a++) {
        const size_t j = a / rows, b = a % rows * x_train->rows / rows;
        status = ask(s, p, x, &s->answers[a], &row, error);
        if (!status)
            row[j] = eg_row(x_train, b)[j];
    }
    if (!status)
        status = eg_prediction_queue_flush(&s->queue, error);
    for (size_t j = 0; j < p && !status; j++) {
        double sum = 0;
        for (size_t b = 0; b < rows; b++)
            sum += pow(s->answers[j * rows + b] - *s->own, 2);
        s->effects[j] = (real)(sum / (double)rows);
    }
    return status;
}

static int differs(size_t p, const real *numbers)
{
    for (size_t j = 1; j < p; j++)
        if (numbers[j] != numbers[0])
            return 1;
    return 0;
}

static int check(const struct eg_predictor *predictor, const struct eg_matrix *x_train,
                 const struct eg_matrix *x, const struct eg_matrix *phi, struct eg_error *error)
{
    if (x->cols < 2)
        return eg_fail(error, EG_DATA, "%s: one feature has no order; give 2 or more", measure);
    if (x_train->rows == 0 || x_train->cols != x->cols || predictor->inputs != x->cols)
        return eg_fail(
            error, EG_DATA,
            "%s: %zu training rows of %zu features and a model of %zu; the rows have %zu", measure,
            x_train->rows, x_train->cols, predictor->inputs, x->cols);
    return eg_check_pair(measure, "rows", x, "attributions", phi, error);
}

int eg_monotonicity(const struct eg_predictor *predictor, const struct eg_matrix *x_train,
                    const struct eg_matrix *x, const struct eg_matrix *phi, double *mean,
                    struct eg_error *error)
{
    const size_t p = x->cols;
    const size_t rows = x_train->rows < EG_MONOTONICITY_ROWS ? x_train->rows : EG_MONOTONICITY_ROWS;
    struct scratch s;
    double sum = 0;
    size_t counted = 0;
    int status = check(predictor, x_train, x, phi, error);
    if (status)
        return status;
    status = scratch_alloc(&s, predictor, p, rows, error);
    for (size_t i = 0; i < x->rows && !status; i++) {
        status = find_effects(&s, x_train, rows, p, eg_row(x, i), error);
        if (status || !differs(p, s.effects))
            continue;
        for (size_t j = 0; j < p; j++)
            s.sizes[j] = (real)fabs((double)eg_row(phi, i)[j]);
        const double rank = eg_row_rank_correlation(p, s.sizes, s.effects, s.work);
        counted++;
        sum += isnan(rank) ? 0 : rank;
    }
    scratch_free(&s);
    *mean = sum / (double)counted;
    return status || counted ? status
                             : eg_fail(error, EG_DATA,
                                       "%s: the output of each row depends on all features alike: "
                                       "there is no order to agree with",
                                       measure);
}
