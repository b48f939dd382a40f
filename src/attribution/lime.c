/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * LIME for tables (Ribeiro et al. 2016) without bins: a ridge regression of g on rows near x.
 *
 *     z = x + sd * e,  e ~ N(0, I),  sd of each feature over the background
 *     weight = exp(-|e|^2 / (2 width^2)),  width = kernel_width, or 0.75 sqrt(p)
 *     phi = argmin over b, and a not penalised, of  sum weight (g(z) - a - b.e)^2 + ridge |b|^2
 *
 * so that phi_j is the slope of g for one sd of feature j, as the authors' package gives it; the
 * kernel, its width and the ridge of 1 are that package's defaults. It differs in drawing around x,
 * not around the mean, and in keeping all features. A feature that does not vary gets zero.
 */
#include <math.h>

#include "attribution/explain_task.h"
#include "attribution/least_squares.h"

/* A standard deviation needs two rows. */
static size_t count_rows(const struct eg_method_settings *settings, size_t background_rows)
{
    return background_rows > 1 && settings->samples > 1 ? settings->samples : 0;
}

static int check_lime(const struct eg_method_settings *settings, const struct eg_network *network,
                      const struct eg_matrix *background, struct eg_error *error)
{
    (void)network;
    (void)background;
    if (settings->kernel_width >= 0 && isfinite(settings->kernel_width) && settings->ridge >= 0 &&
        isfinite(settings->ridge))
        return EG_OK;
    return eg_fail(
        error, EG_USAGE,
        "lime: a kernel width of %g and a ridge of %g: give finite numbers, not negative",
        settings->kernel_width, settings->ridge);
}

struct neighbours {
    double *sd;            /* p */
    double *e, *weight;    /* count x p, count */
    double *g;             /* count */
    double *mean, *slopes; /* p: of e, weighted; of g */
    real *z;               /* count x p */
};

static int allocate_neighbours(struct eg_explain_task *task, struct neighbours *near, size_t count,
                               struct eg_error *error)
{
    const size_t p = task->p;
    near->sd = eg_task_take(task, 3 * p, sizeof *near->sd, error);
    near->e = eg_task_take(task, count * (p + 2), sizeof *near->e, error);
    near->z = eg_task_take(task, count * p, sizeof *near->z, error);
    if (!near->sd || !near->e || !near->z)
        return EG_INTERNAL;
    near->mean = near->sd + p;
    near->slopes = near->mean + p;
    near->weight = near->e + count * p;
    near->g = near->weight + count;
    return EG_OK;
}

static void free_neighbours(struct eg_explain_task *task, struct neighbours *near)
{
    eg_task_give(task, near->sd);
    eg_task_give(task, near->e);
    eg_task_give(task, near->z);
}

static double measure_sd(const struct eg_matrix *background, size_t j)
{
    const double rows = (double)background->rows;
    double sum = 0, squares = 0;
    for (size_t b = 0; b < background->rows; b++)
        sum += (double)eg_row(background, b)[j];
    for (size_t b = 0; b < background->rows; b++) {
        const double gap = (double)eg_row(background, b)[j] - sum / rows;
        squares += gap * gap;
    }
    const double sd = sqrt(squares / rows);
    return sd > 8 * EG_REAL_EPSILON * fabs(sum / rows) ? sd : 0; /* equal numbers may round */
}

/* A feature without spread has e = 0, and so no slope. */
static void draw_neighbours(struct eg_explain_task *task, struct neighbours *near, size_t count)
{
    const size_t p = task->p;
    const double width = task->settings->kernel_width > 0 ? task->settings->kernel_width
                                                          : 0.75 * sqrt((double)p);
    for (size_t j = 0; j < p; j++)
        near->sd[j] = measure_sd(task->background, j);
    for (size_t i = 0; i < count; i++) {
        double squares = 0;
        for (size_t j = 0; j < p; j++) {
            const double drawn = eg_stream_normal(&task->stream);
            const double e = near->sd[j] > 0 ? drawn : 0;
            near->e[i * p + j] = e;
            near->z[i * p + j] = (real)((double)task->x[j] + near->sd[j] * e);
            squares += e * e;
        }
        near->weight[i] = exp(-squares / (2 * width * width));
    }
}

/* Centred with their weights, e and g need no intercept; then both take the roots of the weights. */
static int centre(struct neighbours *near, size_t count, size_t p, struct eg_error *error)
{
    double total = 0, mean_g = 0;
    for (size_t i = 0; i < count; i++) {
        total += near->weight[i];
        mean_g += near->weight[i] * near->g[i];
        for (size_t j = 0; j < p; j++)
            near->mean[j] += near->weight[i] * near->e[i * p + j];
    }
    if (!(total > 0))
        return eg_fail(error, EG_USAGE,
                       "lime: a kernel so narrow gives no weight to any of %zu rows: make "
                       "kernel_width larger",
                       count);
    for (size_t i = 0; i < count; i++) {
        const double root = sqrt(near->weight[i]);
        near->g[i] = root * (near->g[i] - mean_g / total);
        for (size_t j = 0; j < p; j++)
            near->e[i * p + j] = root * (near->e[i * p + j] - near->mean[j] / total);
    }
    return EG_OK;
}

static int explain_lime(struct eg_explain_task *task, struct eg_error *error)
{
    const size_t p = task->p, count = task->settings->samples;
    const double ridge = task->settings->ridge > 0 ? task->settings->ridge : 1;
    struct neighbours near = {0};
    int status = allocate_neighbours(task, &near, count, error);
    if (!status) {
        draw_neighbours(task, &near, count);
        status = eg_task_predict(task, count, near.z, near.g, error);
    }
    if (!status)
        status = centre(&near, count, p, error);
    if (!status)
        status = eg_solve_least_squares(task, count, p, near.e, near.g, ridge, near.slopes, error);
    for (size_t j = 0; j < p && !status; j++)
        task->phi[j] = (real)near.slopes[j];
    free_neighbours(task, &near);
    return status;
}

const struct eg_method eg_lime = {
    .name = "lime",
    .summary = "slopes of a ridge regression near x, for one sd of each feature",
    .count_points = count_rows,
    .check = check_lime,
    .explain = explain_lime,
};
