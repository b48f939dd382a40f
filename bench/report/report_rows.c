/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/report_rows.h"

#include <stdlib.h>
#include <string.h>

#include "run/stored_row.h"
#include "run/vouch.h"

/* A row with its canonical configuration to sort by. */
struct item {
    char *canonical, *block, *hashes; /* owned */
    size_t order;                     /* in which it was read */
    json_t *row;                      /* the store's */
};

static int by_config(const void *left, const void *right)
{
    const struct item *a = left, *b = right;
    const int order = strcmp(a->canonical, b->canonical);
    return order ? order : (a->order > b->order) - (a->order < b->order);
}

/* What made the row, where its outcome version does not say: rows of version 0 are held apart by that. */
static const char *code_of_old(const struct eg_store *store, const json_t *row)
{
    const char *hash = json_string_value(json_object_get(row, "receipt")), *code = NULL;
    if (eg_row_version(row) == 0 && hash)
        code = json_string_value(
            json_object_get(json_object_get(store->receipts, hash), "code_version"));
    return code ? code : "";
}

static int are_of_one_version(const struct eg_store *store, const json_t *a, const json_t *b)
{
    return eg_row_version(a) == eg_row_version(b) &&
           strcmp(eg_row_precision(a), eg_row_precision(b)) == 0 &&
           strcmp(code_of_old(store, a), code_of_old(store, b)) == 0;
}

/* A row of the version to show, or NULL where none came out "ok". */
static const json_t *choose_version(struct eg_part *part, const struct eg_store *store)
{
    const json_t *best = NULL;
    const char *key;
    json_t *row;
    json_object_foreach(store->rows, key, row)
    {
        const enum eg_outcome outcome = eg_store_outcome(store, key);
        part->failed += outcome == EG_OUTCOME_FAILED;
        part->skipped += outcome == EG_OUTCOME_SKIP;
        if (outcome != EG_OUTCOME_OK || (best && eg_row_is_current(best, part->experiment)))
            continue;
        if (!best || eg_row_is_current(row, part->experiment) ||
            eg_row_version(row) >= eg_row_version(best))
            best = row;
    }
    part->outcome_version = best ? eg_row_version(best) : part->experiment->outcome_version;
    part->other_version = best && !eg_row_is_current(best, part->experiment);
    return best;
}

/* What a mean is over. */
static char *name_block_alloc(const json_t *config)
{
    json_t *block = json_object();
    static const char *const fields[] = {"dataset", "protocol", "scale", "seed"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        json_object_set(block, fields[i], json_object_get(config, fields[i]));
    char *name = eg_canonical_alloc(block);
    json_decref(block);
    return name;
}

/* Adds the item to blocks, {BLOCK: {HASHES: rows}}, where hashes that are read later stand later. */
static int count_data(json_t *blocks, const struct item *item)
{
    if (!json_object_get(blocks, item->block) &&
        json_object_set_new(blocks, item->block, json_object()))
        return -1;
    json_t *counts = json_object_get(blocks, item->block);
    const json_int_t count = json_integer_value(json_object_get(counts, item->hashes));
    json_object_del(counts, item->hashes);
    return json_object_set_new(counts, item->hashes, json_integer(count + 1));
}

/* The content of most of the block's rows; of equals, that which was read later. */
static const char *most_common(const json_t *counts)
{
    const char *hashes, *best = NULL;
    json_int_t most = 0;
    json_t *count;
    json_object_foreach((json_t *)counts, hashes, count) if (json_integer_value(count) >= most)
    {
        most = json_integer_value(count);
        best = hashes;
    }
    return best;
}

static void warn_of_data(const struct eg_part *part, const json_t *blocks, struct eg_warner warner)
{
    const char *block, *hashes;
    json_t *counts, *count;
    json_object_foreach((json_t *)blocks, block, counts)
    {
        const char *standing = most_common(counts);
        json_object_foreach(counts, hashes, count) if (strcmp(hashes, standing) != 0) eg_warn(
            &warner,
            "%s: %s was run on several contents of its data: those of %s stand, %d rows of %s are "
            "left out",
            part->experiment->name, block, standing, (int)json_integer_value(count), hashes);
    }
}

static void free_item(struct item *item)
{
    free(item->canonical);
    free(item->block);
    free(item->hashes);
}

/* Keeps the items of one content of the data in each block. */
static int drop_other_data(struct eg_part *part, struct item *items, size_t *count,
                           struct eg_warner warner, struct eg_error *error)
{
    json_t *blocks = json_object();
    int bad = !blocks;
    for (size_t i = 0; i < *count && !bad; i++)
        bad = count_data(blocks, &items[i]);
    size_t kept = 0;
    for (size_t i = 0; i < *count && !bad; i++)
        if (strcmp(items[i].hashes, most_common(json_object_get(blocks, items[i].block))) == 0)
            items[kept++] = items[i];
        else {
            part->other_data++;
            free_item(&items[i]);
        }
    if (!bad)
        warn_of_data(part, blocks, warner);
    *count = bad ? *count : kept;
    json_decref(blocks);
    return bad ? eg_fail(error, EG_INTERNAL, "out of memory reading the store") : EG_OK;
}

/* Whether the row is one to sum up. */
static int is_wanted(struct eg_part *part, const struct eg_store *store, const json_t *row,
                     const json_t *wanted)
{
    if (!are_of_one_version(store, row, wanted))
        return 0;
    const enum eg_trust trust = eg_row_trust(store, row, json_object_get(row, "config"),
                                             part->experiment->code_hash);
    part->refuted += trust == EG_TRUST_REFUTED;
    return trust != EG_TRUST_REFUTED;
}

/* Sorts the items and keeps the last read of those with the same configuration: rows of version 0 without
 * receipts. */
static void sort_items(struct item *items, size_t *count)
{
    size_t kept = 0;
    if (*count)
        qsort(items, *count, sizeof *items, by_config);
    for (size_t i = 0; i < *count; i++)
        if (i + 1 < *count && strcmp(items[i].canonical, items[i + 1].canonical) == 0)
            free_item(&items[i]);
        else
            items[kept++] = items[i];
    *count = kept;
}

int eg_pick_rows(struct eg_part *part, const struct eg_store *store, struct eg_warner warner,
                 json_t **rows, struct eg_error *error)
{
    struct item *items = eg_alloc(json_object_size(store->rows), sizeof *items, error);
    const json_t *wanted = choose_version(part, store);
    const char *key;
    json_t *row;
    size_t count = 0;
    *rows = json_array();
    int status = items && *rows ? EG_OK : EG_INTERNAL;
    json_object_foreach(store->rows, key, row) if (!status &&
                                                   eg_store_outcome(store, key) == EG_OUTCOME_OK &&
                                                   is_wanted(part, store, row, wanted))
    {
        const json_t *config = json_object_get(row, "config");
        struct item *item = &items[count];
        *item = (struct item){eg_canonical_alloc(config), name_block_alloc(config),
                              eg_content_hashes_alloc(config), count, row};
        count++;
        if (!item->canonical || !item->block || !item->hashes)
            status = eg_fail(error, EG_INTERNAL, "out of memory reading the store");
    }
    if (!status)
        status = drop_other_data(part, items, &count, warner, error);
    if (!status)
        sort_items(items, &count);
    for (size_t i = 0; i < count; i++) {
        if (!status && json_array_append(*rows, items[i].row))
            status = eg_fail(error, EG_INTERNAL, "out of memory reading the store");
        free_item(&items[i]);
    }
    free(items);
    return status;
}
