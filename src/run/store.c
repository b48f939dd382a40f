/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* asprintf */
#include "run/store.h"

#include <stdlib.h>
#include <string.h>

#include "run/grid.h"
#include "run/stored_row.h"
#include "run/seal.h"
#include "run/vouch.h"

int eg_store_make(struct eg_store *store, const char *experiment, struct eg_warner warner,
                  struct eg_error *error)
{
    *store = (struct eg_store){.experiment = strdup(experiment),
                               .rows = json_object(),
                               .receipts = json_object(),
                               .vouches = json_array(),
                               .warner = warner};
    if (!store->experiment || !store->rows || !store->receipts || !store->vouches) {
        eg_store_free(store);
        return eg_fail(error, EG_INTERNAL, "out of memory opening the store of %s", experiment);
    }
    return EG_OK;
}

void eg_store_free(struct eg_store *store)
{
    free(store->experiment);
    json_decref(store->rows);
    json_decref(store->receipts);
    json_decref(store->vouches);
    json_decref(store->arrived);
    eg_store_files_free(&store->files);
    *store = (struct eg_store){0};
}

static enum eg_outcome outcome_of(const json_t *row)
{
    const char *outcome = json_string_value(json_object_get(row, "outcome"));
    if (!outcome)
        return EG_OUTCOME_MISSING;
    if (strcmp(outcome, "ok") == 0)
        return EG_OUTCOME_OK;
    if (strncmp(outcome, "skip: ", 6) == 0)
        return EG_OUTCOME_SKIP;
    return strncmp(outcome, "failed: ", 8) == 0 ? EG_OUTCOME_FAILED : EG_OUTCOME_MISSING;
}

const json_t *eg_store_find(const struct eg_store *store, const char *key)
{
    return json_object_get(store->rows, key);
}

enum eg_outcome eg_store_outcome(const struct eg_store *store, const char *key)
{
    return outcome_of(eg_store_find(store, key));
}

static const char *fault_of_row(const struct eg_store *store, const json_t *row)
{
    const char *experiment = json_string_value(json_object_get(row, "experiment"));
    if (!json_is_string(json_object_get(row, "key")))
        return "no key";
    if (!experiment || strcmp(experiment, store->experiment) != 0)
        return "of another experiment";
    if (json_object_size(json_object_get(row, "config")) == 0)
        return "no config";
    if (!json_is_object(json_object_get(row, "values")))
        return "no values";
    if (outcome_of(row) == EG_OUTCOME_MISSING)
        return "outcome is none of: ok, skip: why, failed: why";
    if (json_object_get(row, "check"))
        return eg_is_sealed(row) ? eg_row_identity_fault(row)
                                 : "changed since it was written: its check does not fit";
    return store->takes_unchecked ? eg_row_identity_fault(row)
                                  : "no check: it is of an older version, made by hand, or "
                                    "damaged; --unchecked takes it";
}

/* "receipt 0123..." with what it says of commit and core, where it is here. */
static void describe_receipt(const struct eg_store *store, const json_t *row, char *text,
                             size_t size)
{
    const char *hash = json_string_value(json_object_get(row, "receipt"));
    const json_t *receipt = hash ? json_object_get(store->receipts, hash) : NULL;
    const char *commit = json_string_value(json_object_get(receipt, "commit"));
    const char *core = json_string_value(json_object_get(receipt, "blas_core"));
    if (!hash)
        snprintf(text, size, "no receipt");
    else
        snprintf(text, size, "receipt %s, commit %s, core %s", hash, commit ? commit : "unknown",
                 core ? core : "unknown");
}

static void warn_of_conflict(const struct eg_store *store, const json_t *old, const json_t *row,
                             const struct eg_line_place *place)
{
    char before[160], now[160];
    char *name = eg_cell_name_alloc(json_object_get(row, "config"));
    describe_receipt(store, old, before, sizeof before);
    describe_receipt(store, row, now, sizeof now);
    eg_warn(&store->warner,
            "%s:%zu: cell %s came out before with other values (%s; here %s); the later row stands",
            place->path, place->line, name ? name : json_string_value(json_object_get(row, "key")),
            before, now);
    free(name);
}

/* Whether two rows have the same values, times apart, which are nobody's twice. */
static int agree(const json_t *a, const json_t *b)
{
    const json_t *of_a = json_object_get(a, "values"), *of_b = json_object_get(b, "values");
    if (!json_object_get(of_a, "timing") && !json_object_get(of_b, "timing"))
        return json_equal(of_a, of_b);
    json_t *rest_a = json_copy((json_t *)of_a), *rest_b = json_copy((json_t *)of_b);
    json_object_del(rest_a, "timing");
    json_object_del(rest_b, "timing");
    const int same = json_equal(rest_a, rest_b);
    json_decref(rest_a);
    json_decref(rest_b);
    return same;
}

/* Whether the new row of a cell takes the place of the one there is. */
static int supersedes(struct eg_store *store, const json_t *row, const json_t *old,
                      const struct eg_line_place *place)
{
    if (outcome_of(row) != outcome_of(old))
        return outcome_of(row) > outcome_of(old);
    if (store->outcomes_only)
        return !json_object_get(old, "config"); /* what this run made is kept whole */
    if (outcome_of(row) == EG_OUTCOME_OK && !agree(row, old)) {
        store->conflicts++;
        warn_of_conflict(store, old, row, place);
    }
    return 1;
}

static int fail_memory(const struct eg_line_place *place, struct eg_error *error)
{
    return eg_fail(error, EG_INTERNAL, "%s:%zu: out of memory", place->path, place->line);
}

static int take_receipt(struct eg_store *store, json_t *receipt, const struct eg_line_place *place,
                        const char **fault, struct eg_error *error)
{
    char fitting[EG_KEY_SIZE];
    const char *name = json_string_value(json_object_get(receipt, "receipt"));
    const int status = eg_hash_receipt(receipt, fitting, error);
    if (!status && strcmp(name, fitting) != 0)
        *fault = "a receipt that was changed since it was written: its name does not fit";
    else if (!status && json_object_set(store->receipts, name, receipt))
        return fail_memory(place, error);
    return status;
}

/* A shard keeps of a row how it came out, on what and in which time. */
static json_t *shorten_row(const json_t *row)
{
    return json_pack("{s:O, s:O*, s:O*}", "outcome", json_object_get(row, "outcome"), "receipt",
                     json_object_get(row, "receipt"), "seconds", json_object_get(row, "seconds"));
}

static int take_vouch(struct eg_store *store, json_t *vouch, const struct eg_line_place *place,
                      const char **fault, struct eg_error *error)
{
    size_t i;
    json_t *known;
    *fault = eg_vouch_fault(vouch);
    json_array_foreach(store->vouches, i, known) if (json_equal(known, vouch)) return EG_OK;
    return *fault || !json_array_append(store->vouches, vouch) ? EG_OK : fail_memory(place, error);
}

int eg_store_take(struct eg_store *store, json_t *line, const struct eg_line_place *place,
                  const char **fault, struct eg_error *error)
{
    *fault = NULL;
    if (eg_is_receipt(line))
        return take_receipt(store, line, place, fault, error);
    if (json_object_get(line, "vouches"))
        return take_vouch(store, line, place, fault, error);
    *fault = fault_of_row(store, line);
    if (*fault)
        return EG_OK;
    store->lines++;
    store->unchecked += !json_object_get(line, "check");
    const char *key = json_string_value(json_object_get(line, "key"));
    const json_t *old = eg_store_find(store, key);
    if (!supersedes(store, line, old, place))
        return EG_OK;
    const int arrives = store->arrived && !json_equal(line, old);
    json_t *row = store->outcomes_only ? shorten_row(line) : json_incref(line);
    if (json_object_set_new(store->rows, key, row) ||
        (arrives && json_object_set_new(store->arrived, key, json_true())))
        return fail_memory(place, error);
    return EG_OK;
}

char *eg_store_path_alloc(const char *folder, const char *experiment, const struct eg_shard *shard,
                          struct eg_error *error)
{
    char *path = NULL;
    const int made = shard->count == 1 ? asprintf(&path, "%s/runs/%s.jsonl", folder, experiment)
                                       : asprintf(&path, "%s/runs/%s.shard-%zu-of-%zu.jsonl",
                                                  folder, experiment, shard->index, shard->count);
    if (made < 0) {
        eg_fail(error, EG_INTERNAL, "out of memory naming the store in %s", folder);
        return NULL;
    }
    return path;
}
