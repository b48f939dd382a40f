/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Occlusion (Zeiler and Fergus 2014) of one feature at a time: phi_j is what g loses when x_j gives
 * way to the background's mean of that feature, phi_j = g(x) - g(x without j).
 */
#include <string.h>

#include "attribution/explain_task.h"

static size_t count_one(const struct eg_method_settings *settings, size_t background_rows)
{
    (void)settings;
    return background_rows ? 1 : 0;
}

static real mean_feature(const struct eg_matrix *background, size_t j)
{
    double sum = 0;
    for (size_t b = 0; b < background->rows; b++)
        sum += (double)eg_row(background, b)[j];
    return (real)(sum / (double)background->rows);
}

/* Features first to first + count - 1, through rows (count x p). */
static int occlude_some(struct eg_explain_task *task, size_t first, size_t count, double whole,
                        real *rows, double *g, struct eg_error *error)
{
    for (size_t i = 0; i < count; i++) {
        real *row = rows + i * task->p;
        memcpy(row, task->x, task->p * sizeof *row);
        row[first + i] = mean_feature(task->background, first + i);
    }
    const int status = eg_task_predict(task, count, rows, g, error);
    for (size_t i = 0; i < count && !status; i++)
        task->phi[first + i] = (real)(whole - g[i]);
    return status;
}

static int explain_occlusion(struct eg_explain_task *task, struct eg_error *error)
{
    enum { MOST = 256 };
    const size_t p = task->p, block = p < MOST ? p : MOST;
    double whole, g[MOST];
    real *rows = eg_task_take(task, block * p, sizeof *rows, error);
    int status = rows ? eg_task_predict(task, 1, task->x, &whole, error) : EG_INTERNAL;
    for (size_t first = 0; first < p && !status; first += block)
        status = occlude_some(task, first, p - first < block ? p - first : block, whole, rows, g,
                              error);
    eg_task_give(task, rows);
    return status;
}

const struct eg_method eg_occlusion = {
    .name = "occlusion",
    .summary = "what is lost when a feature is replaced by its mean over the background",
    .count_points = count_one,
    .explain = explain_occlusion,
};
