/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/moved_cells.h"

#include <stdlib.h>
#include <string.h>

#include "bench/frame/verify_rows.h"
#include "run/grid.h"
#include "run/stored_row.h"

static int load(struct eg_store *store, const char *experiment, const char *const *folders,
                size_t count, int unchecked, struct eg_error *error)
{
    int status = eg_store_make(store, experiment, (struct eg_warner){0}, error);
    store->takes_unchecked = unchecked;
    for (size_t i = 0; i < count && !status; i++)
        status = eg_store_load(store, folders[i], error);
    return status;
}

static const json_t *receipt_of(const struct eg_store *store, const json_t *row)
{
    const char *hash = json_string_value(json_object_get(row, "receipt"));
    return hash ? json_object_get(store->receipts, hash) : NULL;
}

/* The first cell in canonical order that moved, so that it is the same for each order of the stores. */
struct first {
    char *canonical; /* owned */
    const json_t *config;
    struct eg_moved_value value;
    size_t moved;
};

static int compare_rows(const struct eg_store *here, const struct eg_store *there,
                        const struct eg_experiment *experiment, struct first *first,
                        struct eg_error *error)
{
    const char *key;
    json_t *row;
    json_object_foreach(there->rows, key, row)
    {
        struct eg_moved_value value;
        const json_t *now = eg_store_find(here, key);
        if (!eg_row_is_current(row, experiment) || eg_store_outcome(there, key) != EG_OUTCOME_OK ||
            eg_store_outcome(here, key) != EG_OUTCOME_OK ||
            !eg_row_moved(row, now, receipt_of(there, row), receipt_of(here, now), &value))
            continue;
        first->moved++;
        char *canonical = eg_canonical_alloc(json_object_get(row, "config"));
        if (!canonical)
            return eg_fail(error, EG_INTERNAL, "out of memory comparing rows");
        if (!first->canonical || strcmp(canonical, first->canonical) < 0) {
            free(first->canonical);
            first->canonical = canonical;
            first->config = json_object_get(row, "config");
            first->value = value;
        } else
            free(canonical);
    }
    return EG_OK;
}

static void print_first(const struct eg_experiment *experiment, const struct first *first,
                        FILE *out)
{
    char fix[160], *name = eg_cell_name_alloc(first->config);
    fprintf(out,
            "%s: %zu cells moved at outcome version %d; %s: %s was %s, is %s: %s, and make "
            "reference\n",
            experiment->name, first->moved, experiment->outcome_version,
            name ? name : first->canonical, first->value.where, first->value.was, first->value.now,
            eg_outcome_fix(experiment->name, fix, sizeof fix));
    free(name);
}

int eg_print_moved_cells(const struct eg_report_sources *here, const char *reference, FILE *out,
                         size_t *moved, struct eg_error *error)
{
    int status = EG_OK;
    *moved = 0;
    for (size_t i = 0; here->experiments[i] && !status; i++) {
        const struct eg_experiment *experiment = here->experiments[i];
        struct eg_store ours = {0}, theirs = {0};
        struct first first = {0};
        status = load(&ours, experiment->name, here->folders, here->folder_count, here->unchecked,
                      error);
        if (!status)
            status = load(&theirs, experiment->name, &reference, 1, here->unchecked, error);
        if (!status)
            status = compare_rows(&ours, &theirs, experiment, &first, error);
        if (!status && first.moved)
            print_first(experiment, &first, out);
        *moved += first.moved;
        free(first.canonical);
        eg_store_free(&ours);
        eg_store_free(&theirs);
    }
    return status;
}
