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
#include "run/store_writer.h"

struct eg_grid_run {
    const struct eg_plan *plan;
    size_t threads;
    const atomic_int *stop; /* becomes not 0: finish the cells in flight, begin no other; it is in
                               their struct eg_run, so that a long one can break off, and is then left */
    const char *receipt;    /* its hash, for the rows */
    struct eg_store_writer *writer;
    struct eg_progress *progress;
    const char *folder; /* of results; NULL: cells get no file for a checkpoint */
    double patience; /* seconds that another process's cells may bring no row, at least; 0: 600 */
};

/* How a run came out. */
struct eg_tally {
    size_t ran, failed, left; /* ran: all that were tried */
    size_t others;            /* cells that another process ran meanwhile */
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
 * finite are null in a row, which then has "not_finite": true.
 * A cell that another process on the same store has claimed is passed over, and waited for at the end: its row
 * comes, or the claim becomes free, or nothing comes for 20 times as long as the longest cell took (and for
 * patience), and then it is run here. */
int eg_run_grid(const struct eg_grid_run *job, struct eg_tally *tally, struct eg_error *error);

#endif
