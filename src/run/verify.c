/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/verify.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "run/grid.h"
#include "run/stored_row.h"
#include "run/tolerance.h"
#include "run/vouch.h"

static const double budget = 10; /* seconds */

int eg_parse_verify(const struct eg_option *option, const char *text, struct eg_error *error)
{
    struct eg_verify_extent *extent = option->target;
    uint64_t count = 0;
    if (strcmp(text, "all") == 0)
        *extent = (struct eg_verify_extent){EG_VERIFY_ALL, 0};
    else if (strcmp(text, "none") == 0)
        *extent = (struct eg_verify_extent){EG_VERIFY_NONE, 0};
    else if (eg_read_u64(text, &count) || count < 1 || count > UINT32_MAX)
        return eg_fail(error, EG_USAGE, "--%s %s: give a number from 1, all or none", option->name,
                       *text ? text : "''");
    else
        *extent = (struct eg_verify_extent){EG_VERIFY_COUNT, (size_t)count};
    return EG_OK;
}

/* A row that may be run anew. */
struct candidate {
    size_t cell;
    const char *code; /* the store's */
    char *kind;       /* owned */
    double seconds;
    size_t rank; /* among those of its code and kind, by seconds */
};

static int by_group(const void *left, const void *right)
{
    const struct candidate *a = left, *b = right;
    int order = strcmp(a->code, b->code);
    if (!order)
        order = strcmp(a->kind, b->kind);
    if (!order)
        order = (a->seconds > b->seconds) - (a->seconds < b->seconds);
    return order ? order : (a->cell > b->cell) - (a->cell < b->cell);
}

static int by_rank(const void *left, const void *right)
{
    const struct candidate *a = left, *b = right;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    return a->seconds != b->seconds ? (a->seconds < b->seconds ? -1 : 1) : by_group(left, right);
}

static double seconds_of(const json_t *row)
{
    const json_t *seconds = json_object_get(row, "seconds");
    return json_is_number(seconds) ? json_number_value(seconds) : (double)INFINITY;
}

/* The candidates by rank, the quickest of each kind first. */
static int list_candidates(struct eg_verification *verification, const struct eg_store *store,
                           const struct eg_shard *shard, int all, struct candidate *candidates,
                           size_t *count, struct eg_error *error)
{
    const struct eg_plan *plan = &verification->plan;
    for (size_t i = 0; i < plan->count; i++) {
        const struct eg_cell *cell = &plan->cells[i];
        const json_t *row = eg_store_find(store, cell->key);
        if (cell->shard != shard->index || eg_store_outcome(store, cell->key) != EG_OUTCOME_OK)
            continue;
        const enum eg_trust trust = eg_row_trust(store, row, cell->config,
                                                 plan->experiment->code_hash);
        const int stands = trust == EG_TRUST_OWN || trust == EG_TRUST_VOUCHED;
        verification->unverified += !stands;
        if (stands && !all)
            continue;
        char *kind = eg_cell_kind_alloc(cell->config);
        if (!kind)
            return eg_fail(error, EG_INTERNAL, "out of memory choosing cells to verify");
        candidates[(*count)++] = (struct candidate){i, eg_row_code(store, row), kind,
                                                    seconds_of(row), 0};
    }
    qsort(candidates, *count, sizeof *candidates, by_group);
    for (size_t i = 0; i < *count; i++) {
        struct candidate *one = &candidates[i];
        if (i > 0 && strcmp(one->code, one[-1].code) == 0 && strcmp(one->kind, one[-1].kind) == 0)
            one->rank = one[-1].rank + 1;
        verification->kinds += one->rank == 0;
    }
    qsort(candidates, *count, sizeof *candidates, by_rank);
    return EG_OK;
}

static int is_chosen(const struct candidate *candidate, struct eg_verify_extent extent,
                     double seconds_left)
{
    switch (extent.kind) {
    case EG_VERIFY_ALL:
        return 1;
    case EG_VERIFY_COUNT:
        return candidate->rank < extent.count;
    case EG_VERIFY_SOME:
        return candidate->seconds <= budget &&
               (candidate->rank == 0 || candidate->seconds <= seconds_left);
    case EG_VERIFY_NONE:
        break;
    }
    return 0;
}

int eg_verification_make(struct eg_verification *verification, const struct eg_plan *plan,
                         const struct eg_store *store, const struct eg_shard *shard,
                         struct eg_verify_extent extent, size_t threads, struct eg_error *error)
{
    struct candidate *candidates = eg_alloc(plan->count, sizeof *candidates, error);
    double seconds_left = budget * (double)threads;
    size_t count = 0;
    *verification = (struct eg_verification){.plan = *plan};
    verification->plan.cells = eg_alloc(plan->count, sizeof *plan->cells, error);
    int status = candidates && verification->plan.cells ? EG_OK : EG_INTERNAL;
    for (size_t i = 0; i < plan->count && !status; i++) {
        verification->plan.cells[i] = plan->cells[i];
        verification->plan.cells[i].pending = 0;
    }
    if (!status && !plan->experiment->is_timed)
        status = list_candidates(verification, store, shard, extent.kind == EG_VERIFY_ALL,
                                 candidates, &count, error);
    for (size_t i = 0; i < count && !status; i++) {
        const int chosen = is_chosen(&candidates[i], extent, seconds_left);
        verification->plan.cells[candidates[i].cell].pending = chosen;
        verification->chosen += chosen != 0;
        verification->kinds_left += candidates[i].rank == 0 && !chosen;
        seconds_left -= chosen ? candidates[i].seconds : 0;
    }
    for (size_t i = 0; i < count; i++)
        free(candidates[i].kind);
    free(candidates);
    if (status)
        eg_verification_free(verification);
    return status;
}

void eg_verification_free(struct eg_verification *verification)
{
    free(verification->plan.cells);
    *verification = (struct eg_verification){0};
}

/* {code: {"equal": {kind: [keys]}, "different": {kind: [keys]}}} */
static int note_outcome(json_t *outcomes, const char *code, const char *outcome, const char *kind,
                        const char *key)
{
    json_t *of_code = json_object_get(outcomes, code);
    if (!of_code &&
        !json_object_set_new(outcomes, code, json_pack("{s:{}, s:{}}", "equal", "different")))
        of_code = json_object_get(outcomes, code);
    json_t *kinds = json_object_get(of_code, outcome);
    if (kinds && !json_object_get(kinds, kind))
        json_object_set_new(kinds, kind, json_array());
    return json_array_append_new(json_object_get(kinds, kind), json_string(key));
}

/* One line for a code and an outcome. */
static int add_vouch(const struct eg_verification *verification, const char *code,
                     const char *outcome, const json_t *cells_by_kind, const char *receipt,
                     json_t *vouches, struct eg_error *error)
{
    json_t *kinds = json_array(), *cells = json_array(), *keys;
    const char *kind;
    json_object_foreach((json_t *)cells_by_kind, kind, keys)
    {
        json_array_append_new(kinds, json_string(kind));
        json_array_extend(cells, keys);
    }
    json_t *vouch = NULL;
    if (json_array_size(kinds))
        vouch = eg_vouch_make(verification->plan.experiment->code_hash, code, outcome, kinds, cells,
                              receipt, error);
    const int status = json_array_size(kinds) == 0 ? EG_OK
                       : vouch && !json_array_append(vouches, vouch)
                           ? EG_OK
                           : eg_fail(error, EG_INTERNAL, "out of memory writing what was verified");
    json_decref(vouch);
    json_decref(kinds);
    json_decref(cells);
    return status;
}

/* Whether the cell was run anew, and came out "ok". */
static int check_again(const struct eg_cell *cell, const json_t *again, struct eg_error *error)
{
    const char *outcome = json_string_value(json_object_get(again, "outcome"));
    if (!again)
        return eg_fail(error, EG_INTERRUPTED,
                       "interrupted while verifying rows of other code; the same command begins "
                       "that anew");
    if (strcmp(outcome, "ok") == 0)
        return EG_OK;
    char *name = eg_cell_name_alloc(cell->config);
    eg_fail(error, EG_DATA, "%s: it is in the store, but run anew it came out as %.400s",
            name ? name : cell->key, outcome);
    free(name);
    return EG_DATA;
}

/* Adds the cell to *outcomes and to what verified counts. */
static int compare_cell(const struct eg_cell *cell, const struct eg_store *store,
                        const struct eg_store *again, const json_t *receipt, json_t *outcomes,
                        struct eg_verified *verified, struct eg_error *error)
{
    struct eg_moved_value moved;
    const json_t *was = eg_store_find(store, cell->key), *now = eg_store_find(again, cell->key);
    const char *name = json_string_value(json_object_get(was, "receipt"));
    int status = check_again(cell, now, error);
    if (status)
        return status;
    char *kind = eg_cell_kind_alloc(cell->config);
    const json_t *its_receipt = name ? json_object_get(store->receipts, name) : NULL;
    const int differs = eg_row_moved(was, now, its_receipt, receipt, &moved);
    if (!kind || note_outcome(outcomes, eg_row_code(store, was), differs ? "different" : "equal",
                              kind, cell->key))
        status = eg_fail(error, EG_INTERNAL, "out of memory comparing rows");
    verified->unclear |= differs && !eg_receipts_alike(its_receipt, receipt);
    free(kind);
    verified->equal += !differs;
    if (differs && verified->different++ == 0) {
        verified->cell = cell;
        verified->was = was;
        verified->now = now;
        verified->moved = moved;
    }
    return status;
}

int eg_compare_verified(const struct eg_verification *verification, const struct eg_store *store,
                        const struct eg_store *again, const json_t *receipt,
                        struct eg_verified *verified, struct eg_error *error)
{
    json_t *outcomes = json_object(), *of_code;
    const char *code, *hash = json_string_value(json_object_get(receipt, "receipt"));
    *verified = (struct eg_verified){.vouches = json_array()};
    int status = outcomes && verified->vouches
                     ? EG_OK
                     : eg_fail(error, EG_INTERNAL, "out of memory comparing rows");
    for (size_t i = 0; i < verification->plan.count && !status; i++)
        if (verification->plan.cells[i].pending)
            status = compare_cell(&verification->plan.cells[i], store, again, receipt, outcomes,
                                  verified, error);
    json_object_foreach(outcomes, code, of_code)
    {
        static const char *const words[] = {"equal", "different"};
        for (int i = 0; i < 2 && !status && !verified->unclear; i++)
            status = add_vouch(verification, code, words[i], json_object_get(of_code, words[i]),
                               hash, verified->vouches, error);
    }
    json_decref(outcomes);
    if (status)
        eg_verified_free(verified);
    return status;
}

void eg_verified_free(struct eg_verified *verified)
{
    json_decref(verified->vouches);
    *verified = (struct eg_verified){0};
}
