/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* asprintf, nftw */
#include "bench/compare/compare_outside.h"

#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/folder.h"
#include "base/npy.h"
#include "bench/compare/plugin_command.h"

struct eg_exchange eg_compare_exchange(const struct eg_compare_unit *unit, size_t samples,
                                       size_t explain_train)
{
    return (struct eg_exchange){.network = &unit->network,
                                .text = unit->text,
                                .x_train = &unit->train.x,
                                .x_test = &unit->test.x,
                                .y_train = unit->train.y,
                                .y_test = unit->test.y,
                                .dataset = unit->dataset,
                                .seed = unit->seed,
                                .split = unit->split,
                                .model = unit->model,
                                .samples = samples,
                                .explain_train = explain_train};
}

/* phi = the file's first `rows` rows; of test rows it must have no others. */
static int read_file(const char *whose, const char *path, size_t rows, size_t features,
                     int is_train, struct eg_matrix *phi, struct eg_error *error)
{
    struct eg_npy array = {0};
    int status = eg_npy_peek(path, &array, error);
    const int fits = array.ndim == 2 && array.shape[1] == features && array.type[1] == 'f' &&
                     (is_train ? array.shape[0] >= rows : array.shape[0] == rows);
    if (!status && !fits)
        status = eg_fail(error, EG_DATA,
                         "%s: %s must be an array of %zu x %zu floats, a line a %s row", whose,
                         path, rows, features, is_train ? "training" : "test");
    if (!status)
        status = eg_npy_read(path, &array, error);
    if (!status)
        status = eg_matrix_alloc(phi, rows, features, error);
    for (size_t i = 0; i < rows * features && !status; i++) {
        phi->data[i] = (real)array.data[i];
        if (!isfinite(array.data[i]))
            status = eg_fail(error, EG_DATA,
                             "%s: %s: the number at row %zu, column %zu is not finite", whose, path,
                             i / features, i % features);
    }
    eg_npy_free(&array);
    return status;
}

static int read_files(const struct eg_outside *outside, const struct eg_compare_unit *unit,
                      size_t explain_train, struct eg_outside_answer *answer,
                      struct eg_error *error)
{
    const size_t p = unit->test.x.cols;
    char *test = eg_compare_file_alloc(outside->what, unit->name, 0, error);
    char *train = test ? eg_compare_file_alloc(outside->what, unit->name, 1, error) : NULL;
    int status = train
                     ? read_file(outside->name, test, unit->test.x.rows, p, 0, &answer->phi, error)
                     : EG_INTERNAL;
    if (!status && explain_train && access(train, F_OK) == 0)
        status = read_file(outside->name, train, explain_train, p, 1, &answer->phi_train, error);
    free(test);
    free(train);
    return status;
}

static int remove_entry(const char *path, const struct stat *found, int kind, struct FTW *place)
{
    (void)found;
    (void)kind;
    (void)place;
    return remove(path);
}

static int run_command(const struct eg_run *run, const struct eg_outside *outside,
                       const struct eg_exchange *exchange, const char *folder,
                       struct eg_outside_answer *answer, struct eg_error *error)
{
    const struct eg_compare_options *options = run->own;
    const size_t rows = exchange->x_test->rows, p = exchange->x_test->cols;
    char *command = outside->kind == EG_OUTSIDE_PLUGIN
                        ? eg_plugin_command_alloc(outside->what, error)
                        : strdup(outside->what);
    if (!command)
        return error->status ? error->status
                             : eg_fail(error, EG_INTERNAL, "out of memory running a method");
    int status = eg_exchange_write(folder, exchange, error);
    if (!status)
        status = eg_exchange_run(folder, outside->name, command, (double)options->time_limit,
                                 run->stop, &answer->taken, error);
    if (!status)
        status = eg_exchange_read(folder, outside->name, rows, p, &answer->phi, error);
    if (!status && exchange->explain_train)
        status = eg_exchange_read_train(folder, outside->name, exchange->explain_train, p,
                                        &answer->phi_train, error);
    free(command);
    return status;
}

int eg_compare_ask_outside(const struct eg_run *run, const struct eg_outside *outside,
                           const struct eg_compare_unit *unit, size_t samples, size_t explain_train,
                           struct eg_outside_answer *answer, struct eg_error *error)
{
    *answer = (struct eg_outside_answer){0};
    if (outside->kind == EG_OUTSIDE_FILES)
        return read_files(outside, unit, explain_train, answer, error);
    const struct eg_exchange exchange = eg_compare_exchange(unit, samples, explain_train);
    char *above = eg_join_path_alloc(run->out, "exchange", error);
    char *folder = above ? eg_join_path_alloc(above, run->key ? run->key : "estimate", error)
                         : NULL;
    const int status = folder ? run_command(run, outside, &exchange, folder, answer, error)
                              : EG_INTERNAL;
    if (!status || status == EG_INTERRUPTED)
        nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    free(folder);
    free(above);
    return status;
}

void eg_compare_end_exchange(const struct eg_run *run)
{
    char *above = eg_join_path_alloc(run->out, "exchange", NULL);
    if (above)
        rmdir(above);
    free(above);
}

void eg_outside_answer_free(struct eg_outside_answer *answer)
{
    eg_matrix_free(&answer->phi);
    eg_matrix_free(&answer->phi_train);
}
