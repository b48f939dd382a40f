/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "bench/nightly/drift_nightly_run.h"
#include "bench/nightly/drift_plant.h"
#include "bench/experiments.h"

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
