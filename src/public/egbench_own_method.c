/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "public/egbench_own_method.h"

#include <stdlib.h>

#include "attribution/explain_task.h"
#include "public/checks.h"

static size_t count_samples(const struct eg_method_settings *settings, size_t background_rows)
{
    (void)background_rows;
    return settings->samples;
}

static size_t count_path(const struct eg_method_settings *settings, size_t background_rows)
{
    return background_rows ? settings->samples : 0;
}

static int explain_own(struct eg_explain_task *task, struct eg_error *error)
{
    const struct egbench_explainer *explainer = task->settings->context;
    struct egbench_row row = {.task = task, .stream = {task->stream}};
    eg_fail(error, EG_DATA, "own method: it failed and did not say why"); /* until it does */
    struct egbench_error *said = (struct egbench_error *)error;
    return eg_callback_status(explainer->explain(explainer->context, &row, task->phi, said), said);
}

static void draw_own(const struct eg_method_settings *settings, size_t n, size_t k,
                     size_t background_rows, struct eg_stream stream, struct eg_path *path)
{
    struct egbench_explainer *explainer = (struct egbench_explainer *)settings->context;
    struct egbench_stream own = {stream};
    explainer->draw(explainer->context, n, k, background_rows, &own, path->reference, path->alpha,
                    path->coefficient);
    for (size_t i = 0; i < n * k; i++)
        if (path->reference[i] >= background_rows) { /* who called the core says so afterwards */
            atomic_store(&explainer->stray, path->reference[i]);
            path->reference[i] = 0;
        }
}

static int alloc_own(struct egbench_explainer **explainer, const struct egbench_network *network,
                     const struct eg_method *method, int has_callback, void *context,
                     struct egbench_error *error)
{
    *explainer = NULL;
    if (!has_callback)
        return egbench_fail(error, EG_USAGE, "own method: no callback (NULL)");
    const int status = egbench_explainer_alloc(explainer, network, egbench_method_name(0), error);
    if (status)
        return status;
    (*explainer)->own = *method;
    (*explainer)->context = context;
    (*explainer)->explainer.method = &(*explainer)->own;
    (*explainer)->explainer.settings.context = *explainer;
    return EG_OK;
}

int egbench_explainer_alloc_own(struct egbench_explainer **explainer,
                                const struct egbench_network *network,
                                egbench_explain_callback explain, void *context,
                                struct egbench_error *error)
{
    static const struct eg_method method = {.name = "own method",
                                            .summary = "a callback",
                                            .count_points = count_samples,
                                            .explain = explain_own};
    const int status = alloc_own(explainer, network, &method, explain != NULL, context, error);
    if (!status)
        (*explainer)->explain = explain;
    return status;
}

int egbench_explainer_alloc_path(struct egbench_explainer **explainer,
                                 const struct egbench_network *network, egbench_path_callback draw,
                                 void *context, struct egbench_error *error)
{
    static const struct eg_method method = {.name = "own method",
                                            .summary = "points by a callback",
                                            .count_points = count_path,
                                            .draw_path = draw_own};
    const int status = alloc_own(explainer, network, &method, draw != NULL, context, error);
    if (!status)
        (*explainer)->draw = draw;
    return status;
}

size_t egbench_row_features(const struct egbench_row *row)
{
    return row->task->p;
}

const eg_real *egbench_row_x(const struct egbench_row *row)
{
    return row->task->x;
}

size_t egbench_row_background_rows(const struct egbench_row *row)
{
    return row->task->background ? row->task->background->rows : 0;
}

const eg_real *egbench_row_background(const struct egbench_row *row)
{
    return row->task->background ? row->task->background->data : NULL;
}

size_t egbench_row_samples(const struct egbench_row *row)
{
    return row->task->settings->samples;
}

struct egbench_stream *egbench_row_stream(struct egbench_row *row)
{
    return &row->stream;
}

int egbench_row_predict(struct egbench_row *row, size_t rows, const eg_real *z, double *g,
                        struct egbench_error *error)
{
    return eg_task_predict(row->task, rows, z, g, eg_error_of(error));
}
