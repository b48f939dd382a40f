/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a training step began with and came to, for whoever does the same in another program: dropout
 * off, one batch, loss and prior at the same weights.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/folder.h"
#include "base/npy.h"
#include "bench/kernel/kernel_files.h"
#include "bench/kernel/kernel_training.h"
#include "nn/torch_model.h"

/* ---- files ---- */

/* The array is freed. */
static int write_array(const char *folder, const char *name, struct eg_npy *array,
                       struct eg_error *error)
{
    char file[64];
    snprintf(file, sizeof file, "%s.npy", name);
    char *path = eg_join_path_alloc(folder, file, error);
    const int status = path ? eg_npy_write(path, array, EG_NPY_F4, error) : EG_INTERNAL;
    free(path);
    eg_npy_free(array);
    return status;
}

int eg_write_array(const char *folder, const char *name, size_t rows, size_t cols,
                   const real *values, struct eg_error *error)
{
    struct eg_npy array = {.ndim = 2, .shape = {rows, cols}};
    array.data = eg_alloc(rows * cols, sizeof *array.data, error);
    if (!array.data)
        return EG_INTERNAL;
    for (size_t i = 0; i < rows * cols; i++)
        array.data[i] = (double)values[i];
    return write_array(folder, name, &array, error);
}

int eg_write_indices(const char *folder, const char *name, size_t rows, size_t cols,
                     const uint32_t *values, struct eg_error *error)
{
    struct eg_npy array = {.ndim = 2, .shape = {rows, cols}};
    array.data = eg_alloc(rows * cols, sizeof *array.data, error);
    if (!array.data)
        return EG_INTERNAL;
    for (size_t i = 0; i < rows * cols; i++)
        array.data[i] = values[i];
    return write_array(folder, name, &array, error);
}

int eg_write_parameters(const char *folder, const char *name, const struct eg_network *network,
                        const char *text, real *theta, struct eg_error *error)
{
    char file[64];
    struct eg_network other = *network;
    if (theta)
        other.theta = theta;
    snprintf(file, sizeof file, "%s.safetensors", name);
    char *path = eg_join_path_alloc(folder, file, error);
    const int status = path ? eg_torch_model_write(path, &other, text, 1, error) : EG_INTERNAL;
    free(path);
    return status;
}

/* ---- training ---- */

static int write_draws(const struct eg_workshop *shop, size_t n, const char *folder,
                       struct eg_error *error)
{
    const struct eg_attribution *attribution = &shop->prior.attribution;
    const size_t k = attribution->k;
    int status = eg_write_indices(folder, "reference", n, k, attribution->path.reference, error);
    if (!status)
        status = eg_write_array(folder, "alpha", n, k, attribution->path.alpha, error);
    return status ? status
                  : eg_write_array(folder, "phi", n, shop->step->inputs, shop->prior.phi, error);
}

/* The random points that the search began with, and where it ended; the stream draws them again. */
static int write_neighbours(struct eg_workshop *shop, const struct eg_batch *batch,
                            const char *folder, struct eg_error *error)
{
    struct eg_robust_term *robust = &shop->robust;
    const size_t n = batch->n, p = shop->step->inputs;
    if (eg_write_array(folder, "neighbours", n, p, robust->neighbour, error) ||
        eg_write_array(folder, "phi", n, p, robust->phi, error))
        return error->status;
    robust->settings.steps = 0;
    eg_robust_find_neighbours(robust, batch);
    robust->settings.steps = shop->step->robust->steps;
    return eg_write_array(folder, "start", n, p, robust->neighbour, error);
}

static int write_edges(const struct eg_graph *graph, const char *folder, struct eg_error *error)
{
    struct eg_edge *list = eg_alloc(graph->edges, sizeof *list, error);
    uint32_t *ends = eg_alloc(2 * graph->edges, sizeof *ends, error);
    int status = list && ends ? EG_OK : EG_INTERNAL;
    if (!status) {
        eg_graph_list_edges(graph, list);
        for (size_t e = 0; e < graph->edges; e++) {
            ends[2 * e] = list[e].from;
            ends[2 * e + 1] = list[e].to;
        }
        status = eg_write_indices(folder, "edges", graph->edges, 2, ends, error);
    }
    free(list);
    free(ends);
    return status;
}

/* gradient = that of loss, penalty and prior, or what is in its place, together; values: these three,
 * without strengths. */
static int evaluate(struct eg_workshop *shop, const struct eg_batch *batch, size_t threads,
                    real *gradient, real values[3], struct eg_error *error)
{
    const struct eg_training_step *step = shop->step;
    struct eg_backprop pass;
    if (eg_backprop_alloc(&pass, &shop->network, batch->n, threads, error))
        return EG_INTERNAL;
    values[0] = (real)eg_backprop_run(&pass, &shop->network, step->loss, batch->n, batch->x,
                                      batch->y, NULL, gradient);
    eg_backprop_free(&pass);
    if (step->l1 > 0) {
        const struct eg_objective_term term = eg_penalty_as_term(&shop->penalty, step->l1);
        values[1] = (real)term.add(term.context, &shop->network, batch, term.strength, gradient);
    }
    if (step->prior || step->robust) {
        const struct eg_objective_term term = eg_workshop_term(shop);
        values[2] = (real)term.add(term.context, &shop->network, batch, term.strength, gradient);
    }
    return EG_OK;
}

static int write_shop(struct eg_workshop *shop, size_t threads, const char *folder, real *gradient,
                      struct eg_error *error)
{
    const struct eg_training_step *step = shop->step;
    const struct eg_batch batch = {
        .n = step->batch ? step->batch : step->rows,
        .x = shop->x.data,
        .y = shop->y,
        .stream = eg_stream_make(1, 0, EG_PURPOSE_TRAIN_ATTRIBUTION, 0, 0)};
    real values[3] = {0};
    int status = EG_OK;
    if (evaluate(shop, &batch, threads, gradient, values, error) ||
        eg_write_parameters(folder, "model", &shop->network, step->network, NULL, error) ||
        eg_write_parameters(folder, "gradient", &shop->network, step->network, gradient, error) ||
        eg_write_array(folder, "values", 1, 3, values, error) ||
        eg_write_array(folder, "x", shop->x.rows, shop->x.cols, shop->x.data, error) ||
        eg_write_array(folder, "y", shop->x.rows, 1, shop->y, error))
        return error->status;
    if (step->edges)
        status = write_edges(&shop->graph, folder, error);
    if (!status && step->robust)
        status = write_neighbours(shop, &batch, folder, error);
    return status || !step->prior ? status : write_draws(shop, batch.n, folder, error);
}

int eg_write_training(const struct eg_step *step, size_t threads, const char *folder,
                      struct eg_error *error)
{
    struct eg_workshop shop;
    int status = eg_workshop_alloc(&shop, step, 0, threads, error);
    real *gradient = status ? NULL : eg_alloc(shop.network.parameters, sizeof *gradient, error);
    if (!status)
        status = gradient ? write_shop(&shop, threads, folder, gradient, error) : EG_INTERNAL;
    eg_workshop_free(&shop);
    free(gradient);
    return status;
}
