/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/merge_stores.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/folder.h"
#include "bench/report/missing_cells.h"
#include "bench/report/store_folder.h"
#include "bench/frame/output_file.h"
#include "run/cell_key.h"
#include "run/fields.h"
#include "run/seal.h"
#include "run/stored_row.h"

enum { MOST_NAMED = 10 }; /* missing cells of a grid that are named one by one */

/* A row with what it is sorted by. */
struct line {
    char *config; /* canonical, owned */
    const char *key;
    json_t *row;
    int current; /* of the experiment's outcome version and precision */
};

/* The store of one experiment, in its course. */
struct joined {
    const struct eg_merge *merge;
    const struct eg_experiment *experiment;
    struct eg_store store;
    struct line *lines;
    size_t count, missing;
};

static int by_config(const void *left, const void *right)
{
    const struct line *a = left, *b = right;
    const int order = strcmp(a->config, b->config);
    if (order)
        return order;
    return a->current != b->current ? b->current - a->current : strcmp(a->key, b->key);
}

static int sort_rows(struct joined *joined, struct eg_error *error)
{
    const char *key;
    json_t *row;
    const struct eg_experiment *experiment = joined->experiment;
    joined->lines = eg_alloc(json_object_size(joined->store.rows), sizeof *joined->lines, error);
    int status = joined->lines ? EG_OK : EG_INTERNAL;
    json_object_foreach(joined->store.rows, key, row)
    {
        if (status)
            continue;
        struct line *line = &joined->lines[joined->count++];
        *line = (struct line){eg_canonical_alloc(json_object_get(row, "config")), key, row,
                              eg_row_is_current(row, experiment)};
        if (!line->config)
            status = eg_fail(error, EG_INTERNAL, "out of memory merging the rows of %s",
                             experiment->name);
    }
    if (!status && joined->count)
        qsort(joined->lines, joined->count, sizeof *joined->lines, by_config);
    return status;
}

static int write_line(const struct joined *joined, const json_t *object, FILE *stream,
                      struct eg_error *error)
{
    errno = 0;
    if (!json_dumpf(object, stream, JSON_COMPACT | JSON_REAL_PRECISION(17)) &&
        fputc('\n', stream) != EOF)
        return EG_OK;
    if (!ferror(stream))
        return eg_fail(error, EG_INTERNAL, "out of memory writing a row");
    return eg_fail(error, EG_DATA,
                   "cannot write %s/runs/%s.jsonl: %s; make room, or merge into another folder",
                   joined->merge->out, joined->experiment->name,
                   errno ? strerror(errno) : "an earlier write failed");
}

/* The receipt that the line names, once. */
static int write_receipt(const struct joined *joined, const json_t *line, json_t *written,
                         FILE *stream, struct eg_error *error)
{
    const char *hash = json_string_value(json_object_get(line, "receipt"));
    const json_t *receipt = hash ? json_object_get(joined->store.receipts, hash) : NULL;
    if (!receipt || json_object_get(written, hash))
        return EG_OK;
    if (json_object_set_new(written, hash, json_true()))
        return eg_fail(error, EG_INTERNAL, "out of memory writing receipts");
    return write_line(joined, receipt, stream, error);
}

/* What vouches for which rows, and the receipts of it. */
static int write_vouches(const struct joined *joined, json_t *written, FILE *stream,
                         struct eg_error *error)
{
    int status = EG_OK;
    size_t i;
    json_t *vouch;
    json_array_foreach(joined->store.vouches, i, vouch)
    {
        if (!status)
            status = write_receipt(joined, vouch, written, stream, error);
        if (!status)
            status = write_line(joined, vouch, stream, error);
    }
    return status;
}

/* Each receipt goes before the first row that names it. */
static int write_lines(const struct joined *joined, FILE *stream, struct eg_error *error)
{
    json_t *written = json_object();
    int status = written ? EG_OK : eg_fail(error, EG_INTERNAL, "out of memory writing receipts");
    for (size_t i = 0; !status && i < joined->count; i++) {
        json_t *row = joined->lines[i].row;
        status = write_receipt(joined, row, written, stream, error);
        if (!status && !json_object_get(row, "check"))
            status = eg_seal(row, error);
        if (!status)
            status = write_line(joined, row, stream, error);
    }
    if (!status)
        status = write_vouches(joined, written, stream, error);
    json_decref(written);
    return status;
}

static int write_store(const struct joined *joined, struct eg_error *error)
{
    struct eg_output output;
    char name[128];
    char *runs = eg_join_path_alloc(joined->merge->out, "runs", error);
    snprintf(name, sizeof name, "%s.jsonl", joined->experiment->name);
    int status = runs ? eg_output_open(&output, runs, name, error) : EG_INTERNAL;
    if (!status)
        status = eg_output_close(&output, write_lines(joined, output.stream, error), error);
    free(runs);
    return status;
}

/* Rows of other outcome versions stay, under keys of their own; a row without its receipt, and one of a cell that
 * failed, stay too. */
static void warn_of_rows(const struct joined *joined)
{
    const char *name = joined->experiment->name;
    size_t old = 0, bare = 0, failed = 0;
    for (size_t i = 0; i < joined->count; i++) {
        const json_t *hash = json_object_get(joined->lines[i].row, "receipt");
        old += !joined->lines[i].current;
        failed += eg_store_outcome(&joined->store, joined->lines[i].key) == EG_OUTCOME_FAILED;
        bare += !json_is_string(hash) ||
                !json_object_get(joined->store.receipts, json_string_value(hash));
    }
    if (old)
        eg_warn(
            &joined->merge->warner,
            "%s: rows of another outcome version or precision: %zu; they are kept apart, and count "
            "only where there are no others; egbench-%s makes its own",
            name, old, name);
    if (failed)
        eg_warn(&joined->merge->warner,
                "%s: cells that failed: %zu; egbench-%s with --out %s tries them again", name,
                failed, name, joined->merge->out);
    if (bare)
        eg_warn(
            &joined->merge->warner,
            "%s: rows without a receipt here: %zu, from an older version or a damaged file; they "
            "are kept; egbench-%s --force makes them again, with a receipt",
            name, bare, name);
}

/* Names the first missing cells. */
struct naming {
    const struct joined *joined;
    size_t named;
};

static void name_cell(void *context, const char *cell)
{
    struct naming *naming = context;
    if (naming->named++ < MOST_NAMED)
        eg_warn(&naming->joined->merge->warner, "%s: missing: %s", naming->joined->experiment->name,
                cell);
}

static void warn_of_missing(struct joined *joined, const struct eg_result *block)
{
    char replicates[48] = "", protocol[80] = "";
    struct eg_missing missing;
    struct eg_error why;
    struct naming naming = {joined, 0};
    const char *name = joined->experiment->name;
    if (eg_find_missing(joined->experiment, block, &joined->store, joined->merge->data,
                        (struct eg_warner){name_cell, &naming}, &missing, &why)) {
        eg_warn(&joined->merge->warner,
                "%s: what is missing of %s, protocol %s, scale %s, seed %llu, is not known: %s",
                name, block->dataset, block->protocol, block->scale,
                (unsigned long long)block->seed, why.message);
        return;
    }
    joined->missing += missing.missing;
    if (missing.missing == 0)
        return;
    if (missing.replicates)
        snprintf(replicates, sizeof replicates, " --replicates %zu", missing.replicates);
    /* Where there is one protocol the program has no such option. */
    if (strcmp(joined->experiment->protocols, "fixed") != 0)
        snprintf(protocol, sizeof protocol, " --protocol %s", block->protocol);
    eg_warn(
        &joined->merge->warner,
        "%s: %zu of %zu cells are missing; they come with: egbench-%s --scale %s%s --dataset %s "
        "--seed %llu%s --out %s",
        name, missing.missing, missing.cells, name, block->scale, protocol, block->dataset,
        (unsigned long long)block->seed, replicates, joined->merge->out);
}

/* What of a configuration names its grid. */
struct grid {
    const char *dataset, *protocol, *scale;
    size_t seed;
};

static const struct eg_field grid_fields[] = {EG_FIELD(struct grid, dataset),
                                              EG_FIELD(struct grid, protocol),
                                              EG_FIELD(struct grid, scale),
                                              EG_FIELD(struct grid, seed),
                                              {0}};

static int is_known(const struct eg_results *blocks, const struct eg_result *block)
{
    for (size_t i = 0; i < blocks->count; i++)
        if (strcmp(blocks->items[i].dataset, block->dataset) == 0 &&
            strcmp(blocks->items[i].protocol, block->protocol) == 0 &&
            strcmp(blocks->items[i].scale, block->scale) == 0 &&
            blocks->items[i].seed == block->seed)
            return 1;
    return 0;
}

/* Each grid of which the experiment's outcome version has a row. */
static int visit_blocks(struct joined *joined, struct eg_error *error)
{
    struct eg_results blocks = {0};
    int status = EG_OK;
    for (size_t i = 0; i < joined->count && !status; i++) {
        struct grid grid = {0};
        if (!joined->lines[i].current ||
            eg_fields_read(grid_fields, json_object_get(joined->lines[i].row, "config"), &grid,
                           NULL))
            continue;
        struct eg_result block = {.seed = grid.seed};
        snprintf(block.dataset, sizeof block.dataset, "%s", grid.dataset);
        snprintf(block.protocol, sizeof block.protocol, "%s", grid.protocol);
        snprintf(block.scale, sizeof block.scale, "%s", grid.scale);
        if (is_known(&blocks, &block))
            continue;
        warn_of_missing(joined, &block);
        status = eg_results_add(&blocks, &block, error);
    }
    eg_results_free(&blocks);
    return status;
}

static void print_counts(const struct joined *joined, FILE *counts)
{
    size_t outcomes[EG_OUTCOME_OK + 1] = {0};
    for (size_t i = 0; i < joined->count; i++)
        outcomes[eg_store_outcome(&joined->store, joined->lines[i].key)]++;
    fprintf(
        counts,
        "%s: %zu cells ok, %zu skipped, %zu failed, %zu missing; %zu conflicts, %zu bad lines\n",
        joined->experiment->name, outcomes[EG_OUTCOME_OK], outcomes[EG_OUTCOME_SKIP],
        outcomes[EG_OUTCOME_FAILED], joined->missing, joined->store.conflicts,
        joined->store.malformed + joined->store.torn);
}

/* Adds to *rows and *conflicts. */
static int merge_experiment(const struct eg_merge *merge, const struct eg_experiment *experiment,
                            FILE *counts, size_t *rows, size_t *conflicts, struct eg_error *error)
{
    struct joined joined = {.merge = merge, .experiment = experiment};
    int status = eg_store_make(&joined.store, experiment->name, merge->warner, error);
    joined.store.takes_unchecked = merge->unchecked;
    if (!status)
        status = eg_store_load(&joined.store, merge->out, error);
    if (!status && joined.store.malformed)
        status = eg_fail(error, EG_DATA,
                         "%s/runs has lines of %s that are no rows or have no check, and a merge "
                         "would drop them: %zu; merge into another folder, remove them, or give "
                         "--unchecked where a check is all that they lack",
                         merge->out, experiment->name, joined.store.malformed);
    for (size_t i = 0; i < merge->folder_count && !status; i++)
        if (strcmp(merge->folders[i], merge->out) != 0)
            status = eg_store_load(&joined.store, merge->folders[i], error);
    if (!status)
        status = sort_rows(&joined, error);
    if (!status && joined.count) {
        status = write_store(&joined, error);
        if (!status)
            status = visit_blocks(&joined, error);
        warn_of_rows(&joined);
        print_counts(&joined, counts);
    }
    *rows += joined.count;
    *conflicts += joined.store.conflicts;
    for (size_t i = 0; i < joined.count; i++)
        free(joined.lines[i].config);
    free(joined.lines);
    eg_store_free(&joined.store);
    return status;
}

int eg_merge_stores(const struct eg_merge *merge, FILE *counts, struct eg_error *error)
{
    size_t rows = 0, conflicts = 0;
    int status = EG_OK;
    for (size_t i = 0; i < merge->folder_count && !status; i++)
        status = eg_check_store_folder(merge->folders[i], error);
    for (size_t i = 0; merge->experiments[i] && !status; i++)
        status = merge_experiment(merge, merge->experiments[i], counts, &rows, &conflicts, error);
    if (!status && rows == 0)
        status = eg_fail(error, EG_DATA, "none of the folders holds a row: run an experiment");
    if (!status && conflicts)
        status = eg_fail(error, EG_CLAIM_FAILED,
                         "rows with other values than an earlier one of their cell: %zu; the later "
                         "stand in %s; look at the receipts, and merge without the store to "
                         "distrust, into another folder",
                         conflicts, merge->out);
    return status;
}
