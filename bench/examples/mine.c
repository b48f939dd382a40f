/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Gradient times input as a plug-in:
 *
 *     cc -shared -fPIC $(pkg-config --cflags egbench) -o mine.so mine.c
 *     egbench-compare --method ./mine.so
 */
#include <stdio.h>

#include "egbench_plugin.h"

static int explain(const struct egbench_task *task, char *message, size_t size)
{
    const struct egbench_model *model = task->model;
    if (model->gradient(model->context, task->rows, task->x, task->output, task->phi)) {
        snprintf(message, size, "no gradients for %zu rows", task->rows);
        return 1;
    }
    for (size_t i = 0; i < task->rows * task->features; i++)
        task->phi[i] *= task->x[i];
    return 0;
}

static const struct egbench_plugin plugin = {
    .abi = EGBENCH_ABI,
    .size = sizeof plugin,
    .name = "mine",
    .summary = "x times the gradient at x",
    .explain = explain,
};

const struct egbench_plugin *egbench_get_plugin(void)
{
    return &plugin;
}
