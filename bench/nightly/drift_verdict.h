/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a nightly run comes to, and how it is told.
 *   same      the reference's digests: nothing to test
 *   quiet     other digests or other seeds, but no measure moved by more than chance and 0.5 %
 *   suspect   measures seem to have moved: other seeds must say so too
 *   drift     they did, or speed or memory made a step
 *   broken    cells failed or are missing, nothing could be compared, or the same code on the same machine gave
 *             other bits
 */
#ifndef EG_BENCH_DRIFT_VERDICT_H
#define EG_BENCH_DRIFT_VERDICT_H

#include <stdio.h>

#include "bench/nightly/drift_changes.h"
#include "bench/nightly/drift_screen.h"
#include "bench/nightly/drift_speed.h"

enum eg_nightly_run_verdict {
    EG_FOUND_SAME,
    EG_FOUND_QUIET,
    EG_FOUND_SUSPECT,
    EG_FOUND_DRIFT,
    EG_FOUND_BROKEN
};

/* All that was found; borrows the nightly runs. */
struct eg_drift {
    const struct eg_nightly *reference, *current;
    const struct eg_nightly *confirming; /* NULL: no confirming run yet */
    int same_machine;
    struct eg_drift_change *changes; /* one for each experiment */
    size_t change_count;
    struct eg_drift_screen screen;
    struct eg_costs costs;
};

enum eg_nightly_run_verdict eg_drift_verdict(const struct eg_drift *drift);
const char *eg_drift_verdict_name(enum eg_nightly_run_verdict verdict);

/* Whether all cells of the experiment are there and none failed. */
int eg_drift_is_whole(const struct eg_drift_change *change);

/* Whether the experiment is whole and gave other bits on the code and the machine of the reference. */
int eg_drift_is_undetermined(const struct eg_drift *drift, const struct eg_drift_change *change);

/* One paragraph without line breaks: what moved, how sure, what to look at. The caller's (free). NULL
 * with *error filled when memory is short. */
char *eg_drift_answer_alloc(const struct eg_drift *drift, struct eg_error *error);

/* The answer, then what it stands on, in some lines; or all of it as one JSON object: "verdict", "answer",
 * "moved" (measures, and costs as {"series", "name"}), "experiments", "costs" and counts. */
int eg_drift_print(const struct eg_drift *drift, int as_json, FILE *out, struct eg_error *error);

#endif
