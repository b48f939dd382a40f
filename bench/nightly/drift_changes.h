/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whose bits changed: experiment by experiment, since which commit, and in which cells.
 */
#ifndef EG_BENCH_DRIFT_CHANGES_H
#define EG_BENCH_DRIFT_CHANGES_H

#include "bench/frame/nightly_reference.h"
#include "run/history.h"

enum { EG_CHANGED_CELLS_SHOWN = 3 };

/* A cell whose values are not those of the reference; the number that differs most. */
struct eg_changed_cell {
    char name[160];       /* the fields that tell it from the others of its experiment */
    char value[96];       /* "gini_eg.test_roc_auc", "importance[3]" */
    double before, after; /* NAN for null and for what is no number */
    double
        relative; /* |after - before| over the larger of both; INFINITY where one has no number */
};

struct eg_drift_change {
    const char *experiment;
    size_t seeds,
        unequal; /* that the current run has in common with the reference; with other digests */
    size_t
        missing; /* of the current run's seeds: without any row, of an experiment that the reference has */
    size_t failed; /* cells, over all seeds of the current run */
    /* Cells without a row, of those there should be, over all seeds looked at; one of them. Filled by
     * eg_drift_find_missing. */
    size_t lacking, lacking_of;
    char first_lacking[256];
    int same_code; /* the experiment's code hash is the reference's */
    /* The last commit whose nightly run gave the reference's digests (the reference's own where the history
     * has none), and the first after it that did not (the current run's). Borrowed. */
    const char *last_same, *first_other;
    /* Of the rows at hand, of one seed: */
    size_t cells, changed_cells;
    struct eg_changed_cell shown[EG_CHANGED_CELLS_SHOWN]; /* those that changed most */
};

/* Fills *change but for its cells. current is from stores. */
void eg_drift_compare_digests(struct eg_drift_change *change, const char *experiment,
                              const struct eg_nightly *reference, const struct eg_nightly *current,
                              const struct eg_history *history);

/* Compares the rows of a seed in two stores; a cell that only one of them has is not counted. */
int eg_drift_compare_cells(struct eg_drift_change *change, const char *before, const char *after,
                           const char *scale, uint64_t seed, struct eg_warner warner,
                           struct eg_error *error);

/* Whether the same OpenBLAS, its kernel, GSL, C library and compiler made both. */
int eg_drift_same_machine(const struct eg_nightly *reference, const struct eg_nightly *current);

/* Adds to the change's lacking, lacking_of and first_lacking what the nightly run's stores, FOLDER/seed-N, lack of the
 * grid of each data set that the reference has of the experiment. A grid that cannot be listed here is warned of. EG_DATA when a store cannot be read. */
int eg_drift_find_missing(struct eg_drift_change *change, const struct eg_experiment *experiment,
                          const struct eg_nightly *reference, const struct eg_nightly *nightly_run,
                          const char *folder, struct eg_warner warner, struct eg_error *error);

#endif
