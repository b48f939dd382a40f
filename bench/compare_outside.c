/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* asprintf, nftw */
#include "bench/compare_outside.h"

#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/folder.h"
#include "base/npy.h"
#include "bench/plugin_command.h"
#include "run/exchange.h"

static int read_file(const struct eg_outside *outside, const struct eg_compare_unit *unit,
                     struct eg_matrix *phi, struct eg_error *error)
{
    struct eg_npy array = {0};
    const size_t rows = unit->test.x.rows, features = unit->test.x.cols;
    char *path = eg_compare_file_alloc(outside->what, unit->dataset, unit->number, error);
    int status = path ? eg_npy_read(path, &array, error) : EG_INTERNAL;
    if (!status && (array.ndim != 2 || array.shape[0] != rows || array.shape[1] != features ||
                    array.type[1] != 'f'))
        status = eg_fail(error, EG_DATA,
                         "%s: %s must be an array of %zu x %zu floats, a line a test row",
                         outside->name, path, rows, features);
    if (!status)
        status = eg_matrix_alloc(phi, rows, features, error);
    for (size_t i = 0; i < rows * features && !status; i++) {
        phi->data[i] = (real)array.data[i];
        if (!isfinite(array.data[i]))
            status = eg_fail(error, EG_DATA,
                             "%s: %s: the number at row %zu, column %zu is not finite",
                             outside->name, path, i / features, i % features);
    }
    eg_npy_free(&array);
    free(path);
    return status;
}

static int remove_entry(const char *path, const struct stat *found, int kind, struct FTW *place)
{
    (void)found;
    (void)kind;
    (void)place;
    return remove(path);
}

/* The cell's folder, then, when it was the last, the one that holds them. */
static void remove_folder(const char *folder, const char *above)
{
    nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    rmdir(above);
}

static int run_command(const struct eg_run *run, const struct eg_outside *outside,
                       const struct eg_compare_unit *unit, size_t samples, const char *folder,
                       struct eg_matrix *phi, struct eg_child_result *result,
                       struct eg_error *error)
{
    const struct eg_compare_options *options = run->own;
    const struct eg_exchange exchange = {.network = &unit->network,
                                         .text = unit->text,
                                         .x_train = &unit->train.x,
                                         .x_test = &unit->test.x,
                                         .y_train = unit->train.y,
                                         .y_test = unit->test.y,
                                         .dataset = unit->dataset,
                                         .seed = unit->seed,
                                         .split = unit->number,
                                         .samples = samples};
    char *command = outside->kind == EG_OUTSIDE_PLUGIN
                        ? eg_plugin_command_alloc(outside->what, error)
                        : strdup(outside->what);
    if (!command)
        return error->status ? error->status
                             : eg_fail(error, EG_INTERNAL, "out of memory running a method");
    int status = eg_exchange_write(folder, &exchange, error);
    if (!status)
        status = eg_exchange_run(folder, outside->name, command, (double)options->time_limit,
                                 run->stop, result, error);
    if (!status)
        status = eg_exchange_read(folder, outside->name, unit->test.x.rows, unit->test.x.cols, phi,
                                  error);
    free(command);
    return status;
}

int eg_compare_ask_outside(const struct eg_run *run, const struct eg_outside *outside,
                           const struct eg_compare_unit *unit, size_t samples,
                           struct eg_matrix *phi, struct eg_child_result *result,
                           struct eg_error *error)
{
    *result = (struct eg_child_result){0};
    if (outside->kind == EG_OUTSIDE_FILES)
        return read_file(outside, unit, phi, error);
    char *above = eg_join_path_alloc(run->out, "exchange", error);
    char *folder = above ? eg_join_path_alloc(above, run->key ? run->key : "estimate", error)
                         : NULL;
    const int status = folder ? run_command(run, outside, unit, samples, folder, phi, result, error)
                              : EG_INTERNAL;
    if (!status || status == EG_INTERRUPTED)
        remove_folder(folder, above);
    free(folder);
    free(above);
    return status;
}
