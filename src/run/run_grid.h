/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs the pending cells of a plan on several threads, and stores each as it
 * comes out.
 */
#ifndef EG_RUN_RUN_GRID_H
#define EG_RUN_RUN_GRID_H

#include <stdatomic.h>

#include "base/progress.h"
#include "run/plan.h"
#include "run/row_file.h"
#include "run/store.h"

struct eg_grid_run {
    const struct eg_plan *plan;
    size_t threads;
    const atomic_int *stop;   /* becomes not 0: finish the cells in flight, begin no other; it is in
                               their struct eg_run, so that a long one can break off, and is then left */
    const char *receipt;      /* its hash, for the rows */
    struct eg_row_file *file; /* NULL: rows are kept in *store alone */
    struct eg_store *store;   /* rows go here too */
    struct eg_progress *progress;
    const char *folder; /* of results; NULL: cells get no file for a checkpoint */
};

/* How a run came out. */
struct eg_tally {
    size_t ran, failed, left; /* ran: all that were tried */
    int failure;              /* the worst status of a failed cell, or 0 */
    char first_failure[1200]; /* "NAME: why" of the first cell in the plan that failed */
    size_t first_failed;      /* its place in the plan */
};

/* Runs all pending cells, those of the highest cost first, and with fewer of them than threads each
 * on its share of these. A cell's file for a checkpoint is FOLDER/checkpoints/KEY.checkpoint; it and
 * all whose names begin with its are removed once the row is stored, but for a failure's, which will
 * be tried again. A cell that fails is stored as
 * "failed: why" and the run goes on; a row that cannot be stored ends the run with EG_DATA. A cell
 * whose values have a text "skip" is stored as "skip: that text" without values. Numbers that are not
 * finite are null in a row, which then has "not_finite": true. */
int eg_run_grid(const struct eg_grid_run *job, struct eg_tally *tally, struct eg_error *error);

#endif
