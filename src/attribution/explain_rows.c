/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attribution/explain_rows.h"

#include <stdlib.h>
#include <string.h>

#include "attribution/explain_task.h"

/* phi and its variances from the shares, where the method gave any. */
static void finish_shares(const struct eg_explain_task *task, double *variance,
                          double *total_variance)
{
    const double count = (double)task->shares, pairs = count * (count - 1);
    if (!task->shares)
        return;
    for (size_t j = 0; j < task->p; j++)
        task->phi[j] = (real)task->mean[j];
    if (!variance || task->shares < 2)
        return;
    for (size_t j = 0; j < task->p; j++)
        variance[j] = task->squares[j] / pairs;
    *total_variance = task->total_squares / pairs;
}

static void clear_features(const struct eg_explainer *explainer, size_t p, real *phi)
{
    const size_t first = explainer->feature_first, end = first + explainer->features;
    for (size_t j = 0; j < p && explainer->features; j++)
        if (j < first || j >= end)
            phi[j] = 0;
}

static int explain_row(const struct eg_explainer *explainer, const real *x, const real *y,
                       struct eg_stream stream, struct eg_row_results *row, struct eg_error *error)
{
    struct eg_explain_task task = {.method = explainer->method,
                                   .settings = &explainer->settings,
                                   .network = explainer->network,
                                   .target = &explainer->target,
                                   .p = explainer->network->inputs,
                                   .x = x,
                                   .y = y,
                                   .background = explainer->background,
                                   .stream = stream,
                                   .phi = row->phi};
    int status = eg_task_alloc(&task, error);
    if (!status)
        status = explainer->method->explain(&task, error);
    if (!status) {
        finish_shares(&task, row->variance, row->total_variance);
        clear_features(explainer, task.p, row->phi);
    }
    row->model_evaluations = task.model_evaluations;
    row->gradient_evaluations = task.gradient_evaluations;
    row->bytes = task.most_bytes;
    eg_task_free(&task);
    return status;
}

/* The outcome of the sample with the lowest number stands for all, whichever thread was first. */
struct outcome {
    size_t sample;
    int status;
    struct eg_error error;
};

static void explain_in_turn(const struct eg_explainer *explainer, const struct eg_matrix *x,
                            const real *y, const struct eg_stream *stream,
                            struct eg_row_results *results, struct outcome *outcome)
{
    const size_t p = x->cols;
    const size_t width = eg_target_label_width(&explainer->target, explainer->network->outputs);
    const int threads = explainer->threads ? (int)explainer->threads : 1;
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1) if (threads > 1)
    for (size_t i = 0; i < x->rows; i++) {
        struct eg_error own = {0};
        struct eg_row_results row = {
            .phi = results->phi + i * p,
            .variance = results->variance ? results->variance + i * p : NULL,
            .total_variance = results->variance ? results->total_variance + i : NULL};
        const int status = explain_row(explainer, eg_row(x, i), y ? y + i * width : NULL,
                                       eg_stream_item(stream, i), &row, &own);
#pragma omp critical(eg_explain_outcome)
        {
            if (i == 0) {
                results->model_evaluations = row.model_evaluations;
                results->gradient_evaluations = row.gradient_evaluations;
            }
            if (row.bytes > results->bytes)
                results->bytes = row.bytes;
            if (status && (!outcome->status || i < outcome->sample))
                *outcome = (struct outcome){.sample = i, .status = status, .error = own};
        }
    }
}

int eg_explain_rows(const struct eg_explainer *explainer, const struct eg_matrix *x, const real *y,
                    struct eg_stream stream, struct eg_row_results *results, struct eg_error *error)
{
    struct outcome outcome = {0};
    const size_t rows = explainer->background ? explainer->background->rows : 0;
    const int status = eg_explainer_check(explainer, rows, error);
    if (status)
        return status;
    if (x->cols != explainer->network->inputs)
        return eg_fail(error, EG_USAGE, "%s: x has %zu columns, but the network has %zu inputs",
                       explainer->method->name, x->cols, explainer->network->inputs);
    memset(results->phi, 0, x->rows * x->cols * sizeof *results->phi);
    if (results->variance) {
        memset(results->variance, 0, x->rows * x->cols * sizeof *results->variance);
        memset(results->total_variance, 0, x->rows * sizeof *results->total_variance);
    }
    results->bytes = 0;
    explain_in_turn(explainer, x, y, &stream, results, &outcome);
    if (explainer->threads > 1)
        results->bytes *= explainer->threads < x->rows ? explainer->threads : x->rows;
    if (outcome.status && error)
        *error = outcome.error;
    return outcome.status;
}
