/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which cells a night lacks. A summary of the cells that are left would look like a quiet night, or like one with
 * other bits.
 */
#ifndef EG_BENCH_DRIFT_MISSING_H
#define EG_BENCH_DRIFT_MISSING_H

#include "bench/night/drift_changes.h"

/* Adds to the change's lacking, lacking_of and first_lacking what the night's stores, FOLDER/seed-N, lack of the
 * grid of each data set that the reference has of the experiment. A grid that cannot be listed here is warned of. EG_DATA when a store cannot be read. */
int eg_drift_find_missing(struct eg_drift_change *change, const struct eg_experiment *experiment,
                          const struct eg_nightly *reference, const struct eg_nightly *night,
                          const char *folder, struct eg_warner warner, struct eg_error *error);

#endif
