/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/report_data.h"

#include <stdlib.h>
#include <string.h>

#include "bench/frame/names.h"
#include "bench/frame/view.h"
#include "bench/report/missing_cells.h"
#include "bench/report/origin.h"
#include "bench/report/report_rows.h"
#include "datasets/data_folder.h"
#include "run/digest.h"
#include "run/vouch.h"

/* Rows that belong together: of one scale and one seed, convolutions as usual or direct. */
struct group {
    int scale_rank; /* larger scales first */
    int is_usual;   /* and these */
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
    if (a->is_usual != b->is_usual)
        return b->is_usual - a->is_usual;
    return (a->seed > b->seed) - (a->seed < b->seed);
}

static struct group *find_group(struct group *groups, size_t *count, const json_t *config)
{
    const int rank = scale_rank(config);
    const int is_usual = json_object_get(config, "convolution") == NULL;
    const json_int_t seed = json_integer_value(json_object_get(config, "seed"));
    for (size_t i = 0; i < *count; i++)
        if (groups[i].scale_rank == rank && groups[i].is_usual == is_usual &&
            groups[i].seed == seed)
            return &groups[i];
    groups[*count] = (struct group){rank, is_usual, seed, json_array()};
    return &groups[(*count)++];
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

/* Whether results from that one on are of the row's data set and protocol; a row may be of both protocols. */
static int is_summed(const struct eg_results *results, size_t from, const json_t *row)
{
    const json_t *config = json_object_get(row, "config");
    const char *dataset = json_string_value(json_object_get(config, "dataset"));
    const char *protocol = json_string_value(json_object_get(config, "protocol"));
    for (size_t i = from; i < results->count; i++)
        if (strcmp(results->items[i].dataset, dataset ? dataset : "") == 0 &&
            (!protocol || strcmp(protocol, "both") == 0 ||
             strcmp(results->items[i].protocol, protocol) == 0))
            return 1;
    return 0;
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

/* Which code and core made the row, and whether that is of this code. */
static int note_origin(struct eg_part *part, const struct eg_store *store, const json_t *row,
                       size_t group, struct eg_error *error)
{
    if (eg_origin_add(part->origins, part->experiment, store, row, group))
        return eg_fail(error, EG_INTERNAL, "out of memory reading the receipts");
    return note_receipt(part, store, row, error);
}

static void count_row(struct eg_part *part, const struct eg_store *store, const json_t *row)
{
    const enum eg_trust trust = eg_row_trust(store, row, json_object_get(row, "config"),
                                             part->experiment->code_hash);
    part->rows++;
    part->other_code += trust != EG_TRUST_OWN;
    part->unverified += trust == EG_TRUST_UNVERIFIED && !part->experiment->is_timed;
}

static int sum_up_group(struct eg_part *part, const struct eg_store *store,
                        const struct group *group, size_t number, struct eg_error *error)
{
    struct eg_results results = {0};
    const struct eg_rows rows = {.array = group->rows};
    const size_t before = part->results.count;
    const json_t *row;
    size_t i;
    int status = eg_summarise(part->experiment, &rows, &results, error);
    if (!status)
        status = take_new_blocks(&part->results, &results, error);
    eg_results_free(&results);
    json_array_foreach(group->rows, i, row)
    {
        if (!status && is_summed(&part->results, before, row))
            count_row(part, store, row);
        if (!status)
            status = note_origin(part, store, row, number, error);
    }
    return status;
}

static int sum_up(struct eg_part *part, const struct eg_store *store,
                  const struct eg_report_sources *sources, struct eg_error *error)
{
    json_t *rows = NULL, *row;
    size_t i, group_count = 0;
    int status = eg_pick_rows(part, store, sources->warner, &rows, error);
    struct group *groups = status ? NULL : eg_alloc(json_array_size(rows), sizeof *groups, error);
    if (!groups)
        status = EG_INTERNAL;
    json_array_foreach(rows, i, row)
    {
        const json_t *config = json_object_get(row, "config");
        if (status || (sources->scale && scale_rank(config) >= 0 &&
                       scale_rank(config) != eg_scale_rank(sources->scale)))
            continue;
        struct group *group = find_group(groups, &group_count, config);
        if (!group->rows || json_array_append(group->rows, row))
            status = eg_fail(error, EG_INTERNAL, "out of memory reading the store");
    }
    if (group_count)
        qsort(groups, group_count, sizeof *groups, by_preference);
    for (size_t g = 0; g < group_count; g++) {
        if (!status)
            status = sum_up_group(part, store, &groups[g], g, error);
        json_decref(groups[g].rows);
    }
    part->left_out = json_object_size(store->rows) - part->failed - part->skipped - part->rows;
    free(groups);
    json_decref(rows);
    return status;
}

/* Names what is missing of each grid that was begun. */
static void warn_of_missing(const struct eg_part *part, const struct eg_store *store,
                            struct eg_warner warner)
{
    char *data = NULL;
    (void)eg_find_data_folder(NULL, &data, NULL);
    for (size_t i = 0; i < part->results.count && !part->other_version; i++) {
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

/* Tells of rows that are not what this code would make, or may not be. */
static void warn_of_origin(const struct eg_part *part, struct eg_warner warner)
{
    const char *name = part->experiment->name;
    if (part->other_version)
        eg_warn(
            &warner,
            "%s: all %zu rows are of outcome version %d or of another precision, and the program "
            "is of version %d, %s; run egbench-%s again",
            name, part->rows, part->outcome_version, part->experiment->outcome_version,
            part->experiment->precision, name);
    else if (part->unverified)
        eg_warn(&warner,
                "%s: not verified: %zu rows of other code; egbench-%s runs some of them anew and "
                "compares",
                name, part->unverified, name);
    if (part->refuted)
        eg_warn(&warner,
                "%s: %zu rows of other code are left out, since cells of their kind came out "
                "otherwise when they were run anew; raise .outcome_version if that was meant, else "
                "find what changed",
                name, part->refuted);
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
    part->origins = json_object();
    for (size_t i = 0; i < sources->folder_count && !status; i++)
        status = eg_store_load(&store, sources->folders[i], error);
    if (!status)
        status = sum_up(part, &store, sources, error);
    if (status == EG_DATA && part->other_version) {
        /* Fields come and go between versions: what cannot be read is no reason to lose the rest of a report. */
        eg_warn(&sources->warner, "%s: left out: %s", name, error->message);
        status = EG_OK;
    }
    if (!status)
        warn_of_missing(part, &store, sources->warner);
    eg_store_free(&store);
    if (!status)
        warn_of_origin(part, sources->warner);
    if (!status && part->failed)
        eg_warn(&sources->warner, "%s: %zu cells failed; run egbench-%s again to see why", name,
                part->failed, name);
    return status;
}

const struct eg_part *eg_find_part(const struct eg_report *report, const char *experiment)
{
    for (size_t i = 0; i < report->part_count; i++)
        if (strcmp(report->parts[i].experiment->name, experiment) == 0)
            return &report->parts[i];
    return NULL;
}

static int judge_claims(struct eg_report *report, struct eg_error *error)
{
    const size_t count = report->claims.count;
    const struct eg_results **results = eg_alloc(count, sizeof *results, error);
    int status = results ? EG_OK : EG_INTERNAL;
    for (size_t i = 0; i < count && !status; i++) {
        const struct eg_claim *claim = &report->claims.items[i];
        const struct eg_part *part = eg_find_part(report, claim->experiment);
        results[i] = part ? &part->results : NULL;
        report->judgements[i] = eg_judge_claim(claim, results[i]);
    }
    if (!status)
        status = eg_judge_families(report->judgements, count, error);
    if (!status)
        status = eg_judge_stand_ins(report->judgements, results, count, error);
    free(results);
    return status;
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
    if (!status)
        status = judge_claims(report, error);
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
        json_decref(report->parts[i].origins);
    }
    free(report->parts);
    free(report->judgements);
    eg_claims_free(&report->claims);
    *report = (struct eg_report){0};
}

static int is_of(const struct eg_claim *claim, const char *experiment, enum eg_claim_kind kind)
{
    return (!experiment || strcmp(claim->experiment, experiment) == 0) &&
           (kind == EG_KINDS || eg_claim_kind(claim) == kind);
}

size_t eg_report_count(const struct eg_report *report, const char *experiment,
                       enum eg_claim_kind kind, enum eg_verdict verdict)
{
    size_t count = 0;
    for (size_t i = 0; i < report->claims.count; i++)
        count += report->judgements[i].verdict == verdict &&
                 is_of(&report->claims.items[i], experiment, kind);
    return count;
}

size_t eg_report_count_shown(const struct eg_report *report, const char *experiment,
                             enum eg_claim_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < report->claims.count; i++)
        count += eg_is_shown(report->judgements[i].absence) &&
                 is_of(&report->claims.items[i], experiment, kind);
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
