/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/report_data.h"

#include <stdlib.h>
#include <string.h>

#include "bench/report/missing_cells.h"
#include "bench/frame/names.h"
#include "datasets/data_folder.h"
#include "run/digest.h"
#include "run/plan.h"

/* Rows that belong together: of one scale and one seed. */
struct group {
    int scale_rank; /* larger scales first */
    json_int_t seed;
    json_t *rows;
};

static int scale_rank(const json_t *config)
{
    return eg_scale_rank(json_string_value(json_object_get(config, "scale")));
}

static int by_preference(const void *left, const void *right)
{
    const struct group *a = left, *b = right;
    if (a->scale_rank != b->scale_rank)
        return b->scale_rank - a->scale_rank;
    return (a->seed > b->seed) - (a->seed < b->seed);
}

/* A row as experiments read it, with its canonical configuration to sort by. */
struct row {
    char *canonical;
    size_t order; /* in which it was read */
    json_t *row;  /* the store's */
};

static int by_config(const void *left, const void *right)
{
    const struct row *a = left, *b = right;
    const int order = strcmp(a->canonical, b->canonical);
    return order ? order : (a->order > b->order) - (a->order < b->order);
}

/* Of a cell that two versions of the code have run the last read stays. Returns how many are left. */
static size_t drop_repeated(struct row *rows, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (i + 1 < count && strcmp(rows[i].canonical, rows[i + 1].canonical) == 0)
            free(rows[i].canonical);
        else
            rows[kept++] = rows[i];
    }
    return kept;
}

static struct group *find_group(struct group *groups, size_t *count, const json_t *config)
{
    const int rank = scale_rank(config);
    const json_int_t seed = json_integer_value(json_object_get(config, "seed"));
    for (size_t i = 0; i < *count; i++)
        if (groups[i].scale_rank == rank && groups[i].seed == seed)
            return &groups[i];
    groups[*count] = (struct group){rank, seed, json_array()};
    return &groups[(*count)++];
}

static int is_current(const struct eg_experiment *experiment, const char *key, const json_t *row,
                      int *current, struct eg_error *error)
{
    char now[EG_KEY_SIZE];
    const int status = eg_cell_key(experiment->name, experiment->code_version,
                                   json_object_get(row, "config"), now, error);
    *current = !status && strcmp(now, key) == 0;
    return status;
}

/* The "ok" rows to sum up, sorted by configuration; *rows owned by the caller. */
static int pick_rows(struct eg_part *part, const struct eg_store *store, struct row **rows,
                     size_t *count, struct eg_error *error)
{
    const size_t most = json_object_size(store->rows);
    const char *key;
    json_t *row;
    size_t current_count = 0, ok = 0;
    int current, status = EG_OK;
    *count = 0;
    *rows = eg_alloc(most, sizeof **rows, error);
    if (!*rows)
        return EG_INTERNAL;
    json_object_foreach(store->rows, key, row)
    {
        const enum eg_outcome outcome = eg_store_outcome(store, key);
        part->failed += outcome == EG_OUTCOME_FAILED;
        part->skipped += outcome == EG_OUTCOME_SKIP;
        ok += outcome == EG_OUTCOME_OK;
        if (!status && outcome == EG_OUTCOME_OK)
            status = is_current(part->experiment, key, row, &current, error);
        current_count += !status && outcome == EG_OUTCOME_OK && current;
    }
    part->old_code = ok > 0 && current_count == 0;
    json_object_foreach(store->rows, key, row)
    {
        if (status || eg_store_outcome(store, key) != EG_OUTCOME_OK)
            continue;
        status = is_current(part->experiment, key, row, &current, error);
        if (status || (!current && !part->old_code))
            continue;
        struct row *kept = &(*rows)[(*count)++];
        *kept = (struct row){eg_canonical_alloc(json_object_get(row, "config")), *count, row};
        if (!kept->canonical)
            status = eg_fail(error, EG_INTERNAL, "out of memory reading the store");
    }
    if (!status && *count) {
        qsort(*rows, *count, sizeof **rows, by_config);
        *count = drop_repeated(*rows, *count);
    }
    return status;
}

static int is_known(const struct eg_results *results, size_t count, const char *dataset,
                    const char *protocol)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(results->items[i].dataset, dataset) == 0 &&
            strcmp(results->items[i].protocol, protocol) == 0)
            return 1;
    return 0;
}

/* Takes over the results of data sets and protocols that no group before it had, those of protocol
 * "paper" first. */
static int take_new_blocks(struct eg_results *all, const struct eg_results *more,
                           struct eg_error *error)
{
    const size_t before = all->count;
    int status = EG_OK;
    for (int paper = 1; paper >= 0; paper--)
        for (size_t i = 0; i < more->count && !status; i++)
            if ((strcmp(more->items[i].protocol, "paper") == 0) == paper &&
                !is_known(all, before, more->items[i].dataset, more->items[i].protocol))
                status = eg_results_add(all, &more->items[i], error);
    for (size_t i = 0; i < more->map_count && !status; i++)
        if (!is_known(all, before, more->maps[i].dataset, more->maps[i].protocol))
            status = eg_results_add_map(all, &more->maps[i], error);
    return status;
}

static int sum_up_group(struct eg_part *part, const struct group *group, struct eg_error *error)
{
    struct eg_results results = {0};
    const struct eg_rows rows = {.array = group->rows};
    int status = part->experiment->summarise(&rows, &results, error);
    const size_t before = part->results.count;
    if (!status)
        status = take_new_blocks(&part->results, &results, error);
    eg_results_free(&results);
    if (part->results.count > before)
        part->rows += json_array_size(group->rows);
    return status;
}

static int note_receipt(struct eg_part *part, const struct eg_store *store, const json_t *row,
                        struct eg_error *error)
{
    const char *hash = json_string_value(json_object_get(row, "receipt"));
    json_t *receipt = hash ? json_object_get(store->receipts, hash) : NULL;
    if (receipt && json_object_set(part->receipts, hash, receipt))
        return eg_fail(error, EG_INTERNAL, "out of memory reading the receipts");
    return EG_OK;
}

static int sum_up(struct eg_part *part, const struct eg_store *store, const char *scale,
                  struct eg_error *error)
{
    struct row *rows = NULL;
    struct group *groups = NULL;
    size_t count, group_count = 0;
    int status = pick_rows(part, store, &rows, &count, error);
    if (!status && !(groups = eg_alloc(count, sizeof *groups, error)))
        status = EG_INTERNAL;
    for (size_t i = 0; i < count && !status; i++) {
        const json_t *config = json_object_get(rows[i].row, "config");
        if (scale && scale_rank(config) >= 0 && scale_rank(config) != eg_scale_rank(scale))
            continue;
        struct group *group = find_group(groups, &group_count, config);
        if (!group->rows || json_array_append(group->rows, rows[i].row))
            status = eg_fail(error, EG_INTERNAL, "out of memory reading the store");
        if (!status)
            status = note_receipt(part, store, rows[i].row, error);
    }
    if (group_count)
        qsort(groups, group_count, sizeof *groups, by_preference);
    for (size_t i = 0; i < group_count; i++) {
        if (!status)
            status = sum_up_group(part, &groups[i], error);
        json_decref(groups[i].rows);
    }
    for (size_t i = 0; rows && i < count; i++)
        free(rows[i].canonical);
    part->left_out = json_object_size(store->rows) - part->failed - part->skipped - part->rows;
    free(groups);
    free(rows);
    return status;
}

/* Names what is missing of each grid that was begun. */
static void warn_of_missing(const struct eg_part *part, const struct eg_store *store,
                            struct eg_warner warner)
{
    char *data = NULL;
    (void)eg_find_data_folder(NULL, &data, NULL);
    for (size_t i = 0; i < part->results.count && !part->old_code; i++) {
        const struct eg_result *block = &part->results.items[i];
        struct eg_missing missing;
        if (!eg_begins_block(&part->results, i, NULL) ||
            eg_find_missing(part->experiment, block, store, data, (struct eg_warner){0}, &missing,
                            NULL) ||
            missing.missing == 0)
            continue;
        eg_warn(&warner,
                "%s: %zu of the %zu cells of %s, protocol %s, scale %s, are missing; one is %s",
                part->experiment->name, missing.missing, missing.cells, block->dataset,
                block->protocol, block->scale, missing.first);
    }
    free(data);
}

static int load_part(struct eg_part *part, const struct eg_report_sources *sources,
                     struct eg_error *error)
{
    struct eg_store store;
    const char *name = part->experiment->name;
    int status = eg_store_make(&store, name, sources->warner, error);
    if (status)
        return status;
    store.takes_unchecked = sources->unchecked;
    part->receipts = json_object();
    for (size_t i = 0; i < sources->folder_count && !status; i++)
        status = eg_store_load(&store, sources->folders[i], error);
    if (!status)
        status = sum_up(part, &store, sources->scale, error);
    if (!status)
        warn_of_missing(part, &store, sources->warner);
    eg_store_free(&store);
    if (!status && part->old_code)
        eg_warn(&sources->warner,
                "%s: all %zu rows were made by another version of the code; run egbench-%s again",
                name, part->rows, name);
    if (!status && part->failed)
        eg_warn(&sources->warner, "%s: %zu cells failed; run egbench-%s again to see why", name,
                part->failed, name);
    return status;
}

static const struct eg_results *results_of(const struct eg_report *report, const char *experiment)
{
    for (size_t i = 0; i < report->part_count; i++)
        if (strcmp(report->parts[i].experiment->name, experiment) == 0)
            return &report->parts[i].results;
    return NULL;
}

int eg_report_load(struct eg_report *report, const struct eg_report_sources *sources,
                   struct eg_error *error)
{
    *report = (struct eg_report){0};
    while (sources->experiments[report->part_count])
        report->part_count++;
    int status = sources->claims ? eg_claims_read(sources->claims, &report->claims, error) : EG_OK;
    if (status)
        return status;
    report->parts = eg_alloc(report->part_count, sizeof *report->parts, error);
    report->judgements = eg_alloc(report->claims.count, sizeof *report->judgements, error);
    if (!report->parts || !report->judgements)
        status = EG_INTERNAL;
    for (size_t i = 0; i < report->part_count && !status; i++) {
        report->parts[i].experiment = sources->experiments[i];
        status = load_part(&report->parts[i], sources, error);
    }
    for (size_t i = 0; i < report->claims.count && !status; i++) {
        const struct eg_claim *claim = &report->claims.items[i];
        report->judgements[i] = eg_judge_claim(claim, results_of(report, claim->experiment));
    }
    if (!status)
        status = eg_judge_families(report->judgements, report->claims.count, error);
    if (!status)
        status = eg_digest(sources->folders, sources->folder_count, sources->experiments,
                           sources->scale, sources->unchecked, (struct eg_warner){0},
                           report->digest, &report->digest_rows, error);
    if (status)
        eg_report_free(report);
    return status;
}

void eg_report_free(struct eg_report *report)
{
    for (size_t i = 0; report->parts && i < report->part_count; i++) {
        eg_results_free(&report->parts[i].results);
        json_decref(report->parts[i].receipts);
    }
    free(report->parts);
    free(report->judgements);
    eg_claims_free(&report->claims);
    *report = (struct eg_report){0};
}

size_t eg_report_count(const struct eg_report *report, const char *experiment,
                       enum eg_verdict verdict)
{
    size_t count = 0;
    for (size_t i = 0; i < report->claims.count; i++)
        count += report->judgements[i].verdict == verdict &&
                 (!experiment || strcmp(report->claims.items[i].experiment, experiment) == 0);
    return count;
}

size_t eg_report_count_kind(const struct eg_report *report, enum eg_claim_kind kind,
                            enum eg_verdict verdict)
{
    size_t count = 0;
    for (size_t i = 0; i < report->claims.count; i++)
        count += report->judgements[i].verdict == verdict &&
                 eg_claim_kind(&report->claims.items[i]) == kind;
    return count;
}

int eg_begins_block(const struct eg_results *results, size_t index, const char *dataset)
{
    const struct eg_result *result = &results->items[index];
    if (dataset && strcmp(dataset, result->dataset) != 0)
        return 0;
    for (size_t i = 0; i < index; i++)
        if (strcmp(results->items[i].dataset, result->dataset) == 0 &&
            strcmp(results->items[i].protocol, result->protocol) == 0)
            return 0;
    return 1;
}

int eg_begins_experiment(const struct eg_report *report, size_t claim)
{
    for (size_t i = 0; i < claim; i++)
        if (strcmp(report->claims.items[i].experiment, report->claims.items[claim].experiment) == 0)
            return 0;
    return 1;
}
