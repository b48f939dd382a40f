/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Nightly runs made of a pool of seeds, judged as egbench-drift would: what the kinds of replay share.
 */
#ifndef EG_BENCH_DRIFT_NIGHTLY_RUN_H
#define EG_BENCH_DRIFT_NIGHTLY_RUN_H

#include "base/stream.h"
#include "bench/nightly/drift_replay.h"

/* Some seeds of a pool; names are the pool's, the values its own. */
struct eg_made_nightly_run {
    struct eg_nightly nightly;
    double *values;
};

/* A nightly run made of shuffled seeds of a pool: half of them are the reference, a quarter the current run, a quarter confirms. */
struct eg_drawn_nightly_run {
    struct eg_made_nightly_run reference, current, confirming;
};

/* order: the pool's positions, shuffled. redrawn: the current run's and the confirming seeds stand under the names of the
 * reference's, so that each has a partner that it has nothing to do with, as if all random numbers were drawn anew.
 * Free it after failure too. */
int eg_drawn_nightly_run_alloc(struct eg_drawn_nightly_run *drawn, const struct eg_nightly *pool,
                               const size_t *order, int redrawn, struct eg_error *error);
void eg_drawn_nightly_run_free(struct eg_drawn_nightly_run *drawn);

struct eg_nightly_run_outcome {
    int suspected, alarm;
};

/* The pool's seeds at positions[0..count-1] (NULL: the first count), under the names given (NULL: their
 * own). Free it after failure too. */
int eg_made_nightly_run_alloc(struct eg_made_nightly_run *nightly_run,
                              const struct eg_nightly *pool, const size_t *positions,
                              const uint64_t *names, size_t count, struct eg_error *error);
void eg_made_nightly_run_free(struct eg_made_nightly_run *nightly_run);

/* 0 .. count-1, shuffled by the stream (NULL: in order); NULL with *error filled when memory is short. */
size_t *eg_seed_order_alloc(size_t count, struct eg_stream *stream, struct eg_error *error);

/* Looks at the current run and, where that is suspect, at the confirming seeds. */
int eg_judge_nightly_run(const struct eg_nightly *reference, const struct eg_nightly *current,
                         const struct eg_nightly *confirming,
                         struct eg_nightly_run_outcome *outcome, struct eg_error *error);

/* The first half of the run's seeds in that order are the current run's, the others confirm. */
int eg_judge_halves(const struct eg_nightly *reference, const struct eg_nightly *run,
                    const size_t *order, struct eg_nightly_run_outcome *outcome,
                    struct eg_error *error);

/* Counts a nightly run. */
void eg_count_nightly_run(struct eg_replayed *replayed, struct eg_nightly_run_outcome outcome);

/* Appends a kind, with the interval of its share of alarms. */
int eg_replay_add(struct eg_replay *replay, struct eg_replayed replayed, struct eg_error *error);

/* Fills replay->power; see bench/nightly/drift_replay.h. */
int eg_replay_power(struct eg_replay *replay, const struct eg_nightly *pool, size_t nightly_runs,
                    size_t threads, struct eg_error *error);

/* Cells run with a changed configuration; see bench/nightly/drift_replay.h. */
int eg_replay_planted(struct eg_replay *replay, const struct eg_replay_sources *sources,
                      struct eg_error *error);

/* Series of timings of nightly runs, the last four `factor` times slower: 25 series where that is 1, else 1. sd:
 * of the logarithms; beside it one timing in twenty is slower by two thirds. An alarm is a step in any. */
int eg_replay_speed(struct eg_replay *replay, size_t nightly_runs, double sd, double factor,
                    struct eg_error *error);

/* The same with the measured scatter: a timing is one of its series' nightly runs, drawn with replacement. The series
 * take turns where `factor` is not 1. */
int eg_replay_measured_speed(struct eg_replay *replay, size_t nightly_runs,
                             const struct eg_scatter *scatter, double factor,
                             struct eg_error *error);

#endif
