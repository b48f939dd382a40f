/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/nightly/drift_nightly_run.h"
#include "bench/nightly/drift_plant.h"
#include "bench/experiments.h"
#include "stats/step_detector.h"

enum { SERIES = 25, NIGHTLY_RUNS_BEFORE = 20 };

/* ---- cells run with another configuration ---- */

static const struct eg_experiment *find_experiment(const char *name)
{
    size_t i = 0;
    while (eg_experiments[i] && strcmp(eg_experiments[i]->name, name) != 0)
        i++;
    return eg_experiments[i];
}

/* base: the same experiment as it is. first: of the seeds that run with the change. */
static int replay_plant(struct eg_replay *replay, const struct eg_plant *plant,
                        const struct eg_nightly *base, size_t first, size_t threads,
                        struct eg_error *error)
{
    struct eg_nightly changed = {0};
    struct eg_nightly_run_outcome outcome = {0};
    struct eg_replayed replayed = {.kind = first ? "drawn anew" : "cells", .planted = 1};
    size_t *order = eg_seed_order_alloc(base->seed_count, NULL, error);
    int status = order ? eg_plant_run(&changed, find_experiment(plant->experiment), plant, first,
                                      base->seed_count, threads, error)
                       : EG_INTERNAL;
    if (!status)
        status = eg_judge_halves(base, &changed, order, &outcome, error);
    snprintf(replayed.what, sizeof replayed.what, "%s: %s", plant->experiment, plant->what);
    eg_count_nightly_run(&replayed, outcome);
    eg_nightly_free(&changed);
    free(order);
    return status ? status : eg_replay_add(replay, replayed, error);
}

/* Plants of one experiment stand together, so that it is run as it is once. */
int eg_replay_planted(struct eg_replay *replay, const struct eg_replay_sources *sources,
                      struct eg_error *error)
{
    const size_t seeds = sources->planted_seeds, threads = sources->threads;
    struct eg_nightly base = {0};
    int status = EG_OK;
    for (const struct eg_plant *plant = eg_plants; plant->experiment && !status; plant++) {
        if (plant == eg_plants || strcmp(plant->experiment, plant[-1].experiment) != 0) {
            eg_nightly_free(&base);
            status = eg_plant_run(&base, find_experiment(plant->experiment), NULL, 0, seeds,
                                  threads, error);
        }
        if (!status)
            status = replay_plant(replay, plant, &base, 0, threads, error);
        if (!status)
            status = replay_plant(replay, plant, &base, seeds, threads, error);
    }
    eg_nightly_free(&base);
    return status;
}

/* ---- speed ---- */

/* How far the timing of a nightly run is off, as a factor. */
static double draw_timing(struct eg_stream *stream, double sd)
{
    const double slow = eg_stream_uniform(stream) < 0.05 ? log(5.0 / 3) : 0;
    return exp(sd * eg_stream_normal(stream) + slow);
}

static int judge_series(struct eg_stream *stream, double sd, double factor, int *found,
                        struct eg_error *error)
{
    double values[NIGHTLY_RUNS_BEFORE + EG_STEP_NIGHTLY_RUNS];
    struct eg_step step;
    for (size_t i = 0; i < NIGHTLY_RUNS_BEFORE + EG_STEP_NIGHTLY_RUNS; i++)
        values[i] = draw_timing(stream, sd) * (i < NIGHTLY_RUNS_BEFORE ? 1 : factor);
    const int status = eg_detect_step(values, NIGHTLY_RUNS_BEFORE + EG_STEP_NIGHTLY_RUNS, &step,
                                      error);
    *found |= step.found != 0;
    return status;
}

int eg_replay_speed(struct eg_replay *replay, size_t nightly_runs, double sd, double factor,
                    struct eg_error *error)
{
    const int planted = factor != 1;
    const size_t series = planted ? 1 : SERIES;
    struct eg_replayed replayed = {.kind = planted ? "slower" : "speed", .planted = planted};
    int status = EG_OK;
    snprintf(replayed.what, sizeof replayed.what, "%zu series, %g times, scatter %g %%", series,
             factor, 100 * sd);
    for (size_t nightly_run = 0; nightly_run < nightly_runs && !status; nightly_run++) {
        struct eg_stream stream = eg_stream_make((uint64_t)(1e4 * sd), 3, EG_PURPOSE_PERMUTE,
                                                 (uint64_t)planted, nightly_run);
        int found = 0;
        for (size_t k = 0; k < series && !status; k++)
            status = judge_series(&stream, sd, factor, &found, error);
        eg_count_nightly_run(&replayed, (struct eg_nightly_run_outcome){found, found});
    }
    return status ? status : eg_replay_add(replay, replayed, error);
}
