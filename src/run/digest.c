/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/digest.h"

#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "run/stored_row.h"

struct entry {
    char *config, *values; /* canonical, owned */
    int current;           /* of the experiment's outcome version and precision */
};

static int by_config(const void *left, const void *right)
{
    const struct entry *a = left, *b = right;
    const int order = strcmp(a->config, b->config);
    if (order)
        return order;
    return a->current != b->current ? b->current - a->current : strcmp(a->values, b->values);
}

static int by_name(const void *left, const void *right)
{
    const struct eg_experiment *const *a = left, *const *b = right;
    return strcmp((*a)->name, (*b)->name);
}

static int make_entry(const struct eg_experiment *experiment, const json_t *row,
                      struct entry *entry, struct eg_error *error)
{
    json_t *values = eg_steady_values(row);
    *entry = (struct entry){eg_canonical_alloc(json_object_get(row, "config")),
                            values ? eg_canonical_alloc(values) : NULL,
                            eg_row_is_current(row, experiment)};
    json_decref(values);
    if (!entry->config || !entry->values)
        return eg_fail(error, EG_INTERNAL, "out of memory taking the digest");
    return EG_OK;
}

static size_t hash_entries(const char *experiment, const struct entry *entries, size_t count,
                           XXH3_state_t *state)
{
    size_t hashed = 0;
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && strcmp(entries[i].config, entries[i - 1].config) == 0)
            continue;
        /* The closing zeros part the fields. */
        XXH3_128bits_update(state, experiment, strlen(experiment) + 1);
        XXH3_128bits_update(state, entries[i].config, strlen(entries[i].config) + 1);
        XXH3_128bits_update(state, entries[i].values, strlen(entries[i].values) + 1);
        hashed++;
    }
    return hashed;
}

static int is_of_scale(const json_t *row, const char *scale)
{
    const char *own = json_string_value(json_object_get(json_object_get(row, "config"), "scale"));
    return !scale || (own && strcmp(own, scale) == 0);
}

static int hash_store(const struct eg_store *store, const struct eg_experiment *experiment,
                      const char *scale, XXH3_state_t *state, size_t *rows, struct eg_error *error)
{
    size_t count = 0;
    struct entry *entries = eg_alloc(json_object_size(store->rows), sizeof *entries, error);
    if (!entries)
        return EG_INTERNAL;
    int status = EG_OK;
    const char *key;
    json_t *row;
    json_object_foreach(store->rows, key, row) if (!status &&
                                                   eg_store_outcome(store, key) == EG_OUTCOME_OK &&
                                                   is_of_scale(row, scale))
        status = make_entry(experiment, row, &entries[count++], error);
    if (!status) {
        qsort(entries, count, sizeof *entries, by_config);
        *rows += hash_entries(experiment->name, entries, count, state);
    }
    for (size_t i = 0; i < count; i++) {
        free(entries[i].config);
        free(entries[i].values);
    }
    free(entries);
    return status;
}

static int hash_experiment(const char *const *folders, size_t folder_count,
                           const struct eg_experiment *experiment, const char *scale, int unchecked,
                           struct eg_warner warner, XXH3_state_t *state, size_t *rows,
                           struct eg_error *error)
{
    struct eg_store store;
    int status = eg_store_make(&store, experiment->name, warner, error);
    store.takes_unchecked = unchecked;
    for (size_t i = 0; !status && i < folder_count; i++)
        status = eg_store_load(&store, folders[i], error);
    if (!status)
        status = hash_store(&store, experiment, scale, state, rows, error);
    eg_store_free(&store);
    return status;
}

int eg_digest(const char *const *folders, size_t folder_count,
              const struct eg_experiment *const *experiments, const char *scale, int unchecked,
              struct eg_warner warner, char digest[EG_KEY_SIZE], size_t *rows,
              struct eg_error *error)
{
    size_t count = 0, hashed = 0;
    while (experiments[count])
        count++;
    const struct eg_experiment **sorted = eg_alloc(count, sizeof *sorted, error);
    XXH3_state_t *state = XXH3_createState();
    int status = sorted && state ? EG_OK : eg_fail(error, EG_INTERNAL, "out of memory");
    if (!status) {
        memcpy(sorted, experiments, count * sizeof *sorted);
        qsort(sorted, count, sizeof *sorted, by_name);
        XXH3_128bits_reset(state);
    }
    for (size_t i = 0; !status && i < count; i++)
        status = hash_experiment(folders, folder_count, sorted[i], scale, unchecked, warner, state,
                                 &hashed, error);
    if (!status) {
        XXH128_canonical_t canonical;
        XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state));
        for (size_t i = 0; i < sizeof canonical.digest; i++)
            snprintf(digest + 2 * i, 3, "%02x", canonical.digest[i]);
    }
    XXH3_freeState(state);
    free(sorted);
    if (rows)
        *rows = hashed;
    return status;
}
