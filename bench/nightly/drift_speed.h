/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Speed and memory against the history: steps in the series of what each nightly run took
 * (stats/step_detector.h).
 *
 * Times are ratios, so that another clock rate is no step: those of training steps to the products and
 * the bandwidth of the same nightly run as egbench-kernels has them, those of experiments times the rate of the
 * product. Only nightly runs of the same machine, scale and seeds count, since the baseline was last accepted.
 */
#ifndef EG_BENCH_DRIFT_SPEED_H
#define EG_BENCH_DRIFT_SPEED_H

#include "bench/frame/nightly_reference.h"
#include "run/history.h"
#include "stats/step_detector.h"

enum eg_cost_kind { EG_COST_STEP, EG_COST_SECONDS, EG_COST_MEMORY };

struct eg_cost {
    enum eg_cost_kind kind;
    char name[64];       /* of the training step, or the experiment */
    size_t nightly_runs; /* the current run counted */
    double current;
    struct eg_step step;
};

struct eg_costs {
    struct eg_cost *items;
    size_t count, found; /* found: with a step */
};

/* current: its runs, from stores. steps: {"calibration": {NAME: rate}, "steps": {NAME: ratio}}, or NULL. */
int eg_drift_weigh_costs(struct eg_costs *costs, const struct eg_history *history,
                         const struct eg_nightly *current, const json_t *steps,
                         struct eg_error *error);
void eg_costs_free(struct eg_costs *costs);

/* All that the facts and steps of a run have a number for; free it after failure too. EG_INTERNAL when memory is
 * short. */
int eg_costs_list(struct eg_costs *costs, const json_t *facts, const json_t *steps,
                  struct eg_error *error);

/* A cost in the nightly runs that are comparable with the one of those facts, in the order of time; NAN where a
 * run has none. values: room for as many as the history has lines. Returns their count. */
size_t eg_cost_series(const struct eg_history *history, const json_t *facts,
                      const struct eg_cost *cost, double *values);

/* "training step", "run time of", "memory of" */
const char *eg_cost_title(enum eg_cost_kind kind);

#endif
