/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The cells of a run, with their keys: which there are, which are still to do,
 * and the rows of those that are done.
 */
#ifndef EG_RUN_PLAN_H
#define EG_RUN_PLAN_H

#include "run/cell_key.h"
#include "run/experiment.h"
#include "run/shard.h"
#include "run/store.h"

struct eg_cell {
    const json_t *config; /* the plan's */
    const void *values;   /* the same as a struct of the experiment's fields; the plan's */
    double cost;
    int comes_first;
    size_t position; /* in the experiment's own order */
    size_t shard;    /* which it belongs to, from 1 */
    int pending;     /* to be run */
    char key[EG_KEY_SIZE];
};

struct eg_plan {
    const struct eg_experiment *experiment;
    const struct eg_run *run;
    struct eg_grid grid;
    struct eg_cell
        *cells; /* those that come first, by falling cost, then in the experiment's order */
    size_t *
        turns; /* which of them is run first, second ...: as they are here, or as listed where times are taken */
    size_t count;
};

/* The cells of that run whose name or text values fit the shell pattern only (NULL: all), and those that go
 * with them. EG_USAGE when none fits, EG_INTERNAL when two cells are the same, or what list_cells failed with. Keeps
 * experiment and run. */
int eg_plan_make(struct eg_plan *plan, const struct eg_experiment *experiment,
                 const struct eg_run *run, const char *only, struct eg_error *error);
void eg_plan_free(struct eg_plan *plan);

/* Deals the cells out to so many shards by cost (eg_deal_by_cost); before that all are of shard 1. It
 * depends on the plan alone, not on what is done, so that a shard's cells stay its own. */
int eg_plan_deal(struct eg_plan *plan, size_t shards, struct eg_error *error);

/* Marks as pending the cells of the shard that the store has no outcome of, or a failure; with force
 * all of the shard. Returns how many. */
size_t eg_plan_mark_pending(struct eg_plan *plan, const struct eg_shard *shard,
                            const struct eg_store *store, int force);

/* The rows of the plan's cells that came out "ok", and of others that the experiment presents too, sorted by
 * canonical configuration; rows of cells that were skipped apart. The plan's cells without such a row are
 * counted in *missing (may be NULL). Free with eg_rows_free. */
int eg_plan_collect_rows(const struct eg_plan *plan, const struct eg_store *store,
                         struct eg_rows *rows, size_t *missing, struct eg_error *error);
void eg_rows_free(struct eg_rows *rows);

#endif
