/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_stored.h"

#include <stdlib.h>
#include <string.h>

#include "bench/compare/compare_options.h"
#include "bench/compare/compare_present.h"
#include "bench/experiments.h"
#include "bench/frame/start.h"
#include "run/cell_key.h"
#include "run/store_files.h"

struct item {
    char *config;
    json_t *row;
};

static int by_config(const void *left, const void *right)
{
    return strcmp(((const struct item *)left)->config, ((const struct item *)right)->config);
}

static int is_of(const json_t *row, const char *field, const char *wanted)
{
    const char *own = json_string_value(json_object_get(json_object_get(row, "config"), field));
    return own && strcmp(own, wanted) == 0;
}

static int is_wanted(const struct eg_run *run, const json_t *row)
{
    return json_integer_value(json_object_get(row, "outcome_version")) ==
               compare_experiment.outcome_version &&
           is_of(row, "scale", run->scale) &&
           (!run->dataset || is_of(row, "dataset", run->dataset));
}

/* Rows in the order of a run's own. */
static int take_rows(const struct eg_run *run, const struct eg_store *store, struct eg_rows *rows,
                     struct eg_error *error)
{
    struct item *items = eg_alloc(json_object_size(store->rows) + 1, sizeof *items, error);
    const char *key;
    json_t *row;
    size_t count = 0;
    int is_good = items != NULL;
    json_object_foreach(store->rows, key, row)
    {
        const char *outcome = json_string_value(json_object_get(row, "outcome"));
        if (!is_good || !is_wanted(run, row) || strncmp(outcome, "failed", 6) == 0)
            continue;
        items[count] = (struct item){eg_canonical_alloc(json_object_get(row, "config")), row};
        is_good = items[count++].config != NULL;
    }
    if (is_good)
        qsort(items, count, sizeof *items, by_config);
    for (size_t i = 0; i < count; i++) {
        const char *outcome = json_string_value(json_object_get(items[i].row, "outcome"));
        if (is_good)
            is_good = json_array_append(strcmp(outcome, "ok") == 0 ? rows->array : rows->skipped,
                                        items[i].row) == 0;
        free(items[i].config);
    }
    free(items);
    return is_good ? EG_OK : eg_fail(error, EG_INTERNAL, "out of memory collecting rows");
}

int eg_compare_present_stored(const struct eg_run *run, FILE *out, int *done,
                              struct eg_error *error)
{
    const struct eg_compare_options *options = run->own;
    struct eg_rows rows = {json_array(), json_array()};
    struct eg_store store = {0};
    if (!options->stored) {
        json_decref(rows.array);
        json_decref(rows.skipped);
        return EG_OK;
    }
    *done = 1;
    int status = eg_store_make(&store, compare_experiment.name, eg_stderr_warner("egbench-compare"),
                               error);
    if (!status)
        status = eg_store_load(&store, run->out, error);
    if (!status)
        status = take_rows(run, &store, &rows, error);
    if (!status && !json_array_size(rows.array))
        status = eg_fail(error, EG_DATA,
                         "--stored: %s has no rows of the scale %s; run egbench-compare with that "
                         "--out first",
                         run->out, run->scale);
    if (!status)
        status = eg_compare_present(run, &rows, 0, out, error);
    json_decref(rows.array);
    json_decref(rows.skipped);
    eg_store_free(&store);
    return status;
}
