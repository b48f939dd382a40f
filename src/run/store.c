/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* asprintf */
#include "run/store.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

#include "base/folder.h"
#include "base/input_file.h"
#include "base/json_lines.h"
#include "run/grid.h"
#include "run/stored_row.h"
#include "run/seal.h"
#include "run/vouch.h"

enum { MOST_NAMED = 10 }; /* bad lines of a file that are warned of one by one */

struct loading {
    struct eg_store *store;
    const char *path;
    size_t named;
};

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

static void on_fault(void *context, enum eg_line_fault fault, size_t line, const char *why)
{
    struct loading *loading = context;
    struct eg_store *store = loading->store;
    if (fault == EG_LINE_TORN) {
        store->torn++;
        eg_warn(&store->warner,
                "%s:%zu: the last line is torn (a run was killed while writing): dropped",
                loading->path, line);
        return;
    }
    store->malformed++;
    if (++loading->named <= MOST_NAMED)
        eg_warn(&store->warner,
                "%s:%zu: not a row (%s): passed over; if it was a cell's, that runs again",
                loading->path, line, why);
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
    if (!json_object_get(row, "check"))
        return "no check: it is of an older version, made by hand, or damaged";
    if (!eg_is_sealed(row))
        return "changed since it was written: its check does not fit";
    return eg_row_identity_fault(row);
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

static void warn_of_conflict(struct loading *loading, const json_t *old, const json_t *row,
                             const char *key, size_t line)
{
    char before[160], now[160];
    char *name = eg_cell_name_alloc(json_object_get(row, "config"));
    describe_receipt(loading->store, old, before, sizeof before);
    describe_receipt(loading->store, row, now, sizeof now);
    eg_warn(&loading->store->warner,
            "%s:%zu: cell %s came out before with other values (%s; here %s); the later row stands",
            loading->path, line, name ? name : key, before, now);
    free(name);
}

/* Whether the new row of a cell takes the place of the one there is. */
static int supersedes(struct loading *loading, const json_t *row, const char *key, size_t line)
{
    const json_t *old = eg_store_find(loading->store, key);
    if (outcome_of(row) != outcome_of(old))
        return outcome_of(row) > outcome_of(old);
    if (outcome_of(row) == EG_OUTCOME_OK && !loading->store->outcomes_only &&
        !json_equal(json_object_get(row, "values"), json_object_get(old, "values"))) {
        loading->store->conflicts++;
        warn_of_conflict(loading, old, row, key, line);
    }
    return 1;
}

static int take_receipt(struct loading *loading, json_t *receipt, size_t line,
                        struct eg_error *error)
{
    char fitting[EG_KEY_SIZE];
    const char *name = json_string_value(json_object_get(receipt, "receipt"));
    int status = eg_hash_receipt(receipt, fitting, error);
    if (!status && strcmp(name, fitting) != 0)
        on_fault(loading, EG_LINE_MALFORMED, line,
                 "a receipt that was changed since it was written: its name does not fit");
    else if (!status && json_object_set(loading->store->receipts, name, receipt))
        status = eg_fail(error, EG_INTERNAL, "%s:%zu: out of memory", loading->path, line);
    return status;
}

static int take_vouch(struct loading *loading, json_t *vouch, size_t line, struct eg_error *error)
{
    const char *fault = eg_vouch_fault(vouch);
    size_t i;
    json_t *known;
    if (fault)
        on_fault(loading, EG_LINE_MALFORMED, line, fault);
    json_array_foreach(loading->store->vouches, i,
                       known) if (json_equal(known, vouch)) return EG_OK;
    if (!fault && json_array_append(loading->store->vouches, vouch))
        return eg_fail(error, EG_INTERNAL, "%s:%zu: out of memory", loading->path, line);
    return EG_OK;
}

/* A shard keeps of a row how it came out, on what and in which time. */
static json_t *shorten_row(const json_t *row)
{
    return json_pack("{s:O, s:O*, s:O*}", "outcome", json_object_get(row, "outcome"), "receipt",
                     json_object_get(row, "receipt"), "seconds", json_object_get(row, "seconds"));
}

static int on_object(void *context, json_t *object, size_t line, struct eg_error *error)
{
    struct loading *loading = context;
    struct eg_store *store = loading->store;
    if (eg_is_receipt(object))
        return take_receipt(loading, object, line, error);
    if (json_object_get(object, "vouches"))
        return take_vouch(loading, object, line, error);
    const char *fault = fault_of_row(store, object);
    if (fault) {
        on_fault(loading, EG_LINE_MALFORMED, line, fault);
        return EG_OK;
    }
    store->lines++;
    const char *key = json_string_value(json_object_get(object, "key"));
    if (!supersedes(loading, object, key, line))
        return EG_OK;
    json_t *row = store->outcomes_only ? shorten_row(object) : json_incref(object);
    if (json_object_set_new(store->rows, key, row))
        return eg_fail(error, EG_INTERNAL, "%s:%zu: out of memory", loading->path, line);
    return EG_OK;
}

static int load_file(struct eg_store *store, const char *path, struct eg_error *error)
{
    struct eg_input_reason why;
    FILE *file = eg_input_stream(path, &why);
    if (!file)
        return eg_fail(error, why.status, "cannot read %s: %s; make it readable or move it away",
                       path, why.text);
    struct loading loading = {store, path, 0};
    const struct eg_line_visitor visitor = {on_object, on_fault, &loading};
    /* Shared: so that a row another process is just writing is not taken for a torn one. */
    flock(fileno(file), LOCK_SH);
    const int status = eg_json_lines_read(file, path, &visitor, error);
    fclose(file);
    if (loading.named > MOST_NAMED)
        eg_warn(&store->warner, "%s: %zu more lines passed over", path, loading.named - MOST_NAMED);
    return status;
}

static int is_file_of(const char *experiment, const char *name)
{
    const size_t length = strlen(experiment), size = strlen(name);
    return strncmp(name, experiment, length) == 0 && name[length] == '.' && size > 6 &&
           strcmp(name + size - 6, ".jsonl") == 0;
}

int eg_store_load(struct eg_store *store, const char *folder, struct eg_error *error)
{
    struct dirent **entries = NULL;
    char *runs = eg_join_path_alloc(folder, "runs", error);
    if (!runs)
        return EG_INTERNAL;
    const int count = scandir(runs, &entries, NULL, alphasort);
    int status = EG_OK;
    if (count < 0 && errno != ENOENT)
        status = eg_fail(error, EG_DATA, "cannot read folder %s: %s; give another with --out", runs,
                         strerror(errno));
    for (int i = 0; i < count; i++) {
        if (!status && is_file_of(store->experiment, entries[i]->d_name)) {
            char *path = eg_join_path_alloc(runs, entries[i]->d_name, error);
            status = path ? load_file(store, path, error) : EG_INTERNAL;
            free(path);
        }
        free(entries[i]);
    }
    free(entries);
    free(runs);
    return status;
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
