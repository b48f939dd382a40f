/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How often an alarm is false, and what is seen of changes of known size: nightly runs made of a pool of seeds,
 * each with a reference, a first look and a confirming one (bench/nightly/drift_screen.h).
 *
 * Nightly runs in which nothing changed:
 *   unpaired   half of the seeds, drawn anew, are the reference, a quarter the current run, a quarter confirms
 *   redrawn    the same seeds, given the reference's numbers, as if every random number were drawn anew
 *   rounded    seed by seed against the same seeds run on another machine
 *   speed      timings drawn with a scatter of 1, 2, 5 and 10 %, and from the scatter that nightly runs measured
 * All kinds of them together are "all". Nightly runs in which something did:
 *   power      redrawn, and all numbers of one metric of an experiment are off by a share of their root mean square,
 *              up in one nightly run and down in the next, each metric in turn: which measures are called drifted in at
 *              least 80 % of the nightly runs, and which metrics raise an alarm in so many
 *   cells      an experiment's cells are run with a configuration that was changed: the prior's sign, or
 *              half of the samples or references of expected gradients; seed by seed
 *   drawn anew the same with other seeds, which stand under the names of the reference's
 *   slower     a training step takes 20 % longer, from nightly runs whose timings scatter
 */
#ifndef EG_BENCH_DRIFT_REPLAY_H
#define EG_BENCH_DRIFT_REPLAY_H

#include <stdio.h>

#include "bench/frame/nightly_reference.h"
#include "bench/nightly/drift_scatter.h"

/* So many nightly runs of one kind, and those with an alarm. */
struct eg_replayed {
    const char *kind;
    char what[128];
    int planted; /* whether something changed */
    size_t nightly_runs, suspected, alarms;
    double low, high; /* of the share of alarms, 95 % (Clopper and Pearson 1934) */
};

enum { EG_POWER_SIZES = 7 };

/* What is seen of a metric that is off by size: of how many measures and metrics, how many in at least 80 % of the
 * nightly runs. */
struct eg_power {
    double size;
    size_t measures, measures_seen, metrics, metrics_seen;
};

struct eg_replay {
    struct eg_replayed *items;
    size_t count, capacity;
    struct eg_power power[EG_POWER_SIZES];
    const struct eg_scatter *scatter; /* of the sources */
};

struct eg_replay_sources {
    const struct eg_nightly *pool;
    const struct eg_nightly *others; /* other_count runs of seeds of the pool on other machines */
    size_t other_count;
    size_t nightly_runs;  /* of each kind without a change */
    size_t planted_seeds; /* that changed cells are run with, half for each look; 0: none are run */
    size_t threads;
    const struct eg_scatter *scatter; /* of measured timings; series 0: they are not replayed */
};

/* Replays all of it. EG_DATA when the pool has fewer than 8 seeds. */
int eg_drift_replay(struct eg_replay *replay, const struct eg_replay_sources *sources,
                    struct eg_error *error);

int eg_replay_print(const struct eg_replay *replay, int as_json, FILE *out, struct eg_error *error);
void eg_replay_free(struct eg_replay *replay);

#endif
