/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attribution/explain_task.h"

static size_t count_none(const struct eg_method_settings *settings, size_t background_rows)
{
    (void)settings;
    (void)background_rows;
    return 1;
}

/* Standard normals that know nothing of the model: the floor of every comparison. */
static int explain_random(struct eg_explain_task *task, struct eg_error *error)
{
    (void)error;
    for (size_t i = 0; i < task->p; i++)
        task->phi[i] = (real)eg_stream_normal(&task->stream);
    return EG_OK;
}

const struct eg_method eg_random_attribution = {
    .name = "random",
    .summary = "standard normal numbers",
    .count_points = count_none,
    .explain = explain_random,
};
