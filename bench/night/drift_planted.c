/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/night/drift_night.h"
#include "bench/night/drift_plant.h"
#include "bench/night/drift_screen.h"
#include "bench/experiments.h"
#include "stats/step_detector.h"

/* SEEDS: of a night and its confirming run together. */
enum { SEEDS = 20, SERIES = 25, NIGHTS_BEFORE = 20 };

/* ---- a metric that is off ---- */

/* Multiplies the numbers of a measure; returns the change of its mean over its root mean square. */
static double scale_measure(const struct eg_measure *measure, size_t seeds, double factor)
{
    double sum = 0, square = 0, n = 0;
    for (size_t i = 0; i < seeds; i++) {
        if (isnan(measure->values[i]))
            continue;
        sum += measure->values[i];
        square += measure->values[i] * measure->values[i];
        n++;
        measure->values[i] *= factor;
    }
    return square > 0 ? fabs((factor - 1) * sum / n) / sqrt(square / n) : 0;
}

static int is_same_metric(const struct eg_measure *a, const struct eg_measure *b)
{
    return strcmp(a->metric, b->metric) == 0 && strcmp(a->experiment, b->experiment) == 0;
}

/* All measures of that metric; *size: the largest change. */
static int judge_metric(const struct eg_nightly *pool, const struct eg_measure *like, double factor,
                        struct eg_night_outcome *outcome, double *size, struct eg_error *error)
{
    const size_t seeds = pool->seed_count < SEEDS ? pool->seed_count : SEEDS;
    struct eg_made_night changed = {0};
    size_t *order = eg_seed_order_alloc(seeds, NULL, error);
    int status = order ? eg_made_night_alloc(&changed, pool, NULL, NULL, seeds, error)
                       : EG_INTERNAL;
    *size = 0;
    for (size_t k = 0; k < pool->count && !status; k++)
        if (is_same_metric(&pool->measures[k], like))
            *size = fmax(*size, scale_measure(&changed.nightly.measures[k], seeds, factor));
    if (!status)
        status = eg_judge_halves(pool, &changed.nightly, order, outcome, error);
    eg_made_night_free(&changed);
    free(order);
    return status;
}

static int is_first_of_metric(const struct eg_nightly *pool, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (is_same_metric(&pool->measures[i], &pool->measures[index]))
            return 0;
    return 1;
}

/* Whether a change by a factor near 1 is of practical size in the metric. It is not in a difference of two
 * methods, of which it is a share of a share, and where it changes all measures by less than EG_DRIFT_SIZE. */
static int is_of_size(const struct eg_measure *measure, double size)
{
    return strncmp(measure->metric, "difference_", strlen("difference_")) != 0 &&
           size >= EG_DRIFT_SIZE;
}

/* Each metric that is tested in turn; those that go unseen are named. */
static int replay_metrics(struct eg_replay *replay, const struct eg_nightly *pool, double factor,
                          struct eg_error *error)
{
    struct eg_replayed all = {.kind = "metric", .planted = 1}, small = all;
    int status = EG_OK;
    snprintf(all.what, sizeof all.what, "each in turn times %g", factor);
    snprintf(small.what, sizeof small.what, "the same, below practical size");
    for (size_t k = 0; k < pool->count && !status; k++) {
        const struct eg_measure *like = &pool->measures[k];
        struct eg_night_outcome outcome = {0};
        struct eg_replayed unseen = {.kind = "unseen", .planted = 1, .nights = 1};
        double size = 0;
        if (!eg_drift_is_tested(like->metric) || !is_first_of_metric(pool, k))
            continue;
        status = judge_metric(pool, like, factor, &outcome, &size, error);
        eg_count_night(is_of_size(like, size) ? &all : &small, outcome);
        snprintf(unseen.what, sizeof unseen.what, "%s: %s", like->experiment, like->metric);
        if (!status && is_of_size(like, size) && !outcome.alarm)
            status = eg_replay_add(replay, unseen, error);
    }
    if (!status)
        status = eg_replay_add(replay, all, error);
    return status || small.nights == 0 ? status : eg_replay_add(replay, small, error);
}

/* ---- cells run with another configuration ---- */

static const struct eg_experiment *find_experiment(const char *name)
{
    size_t i = 0;
    while (eg_experiments[i] && strcmp(eg_experiments[i]->name, name) != 0)
        i++;
    return eg_experiments[i];
}

/* base: the same experiment as it is. */
static int replay_plant(struct eg_replay *replay, const struct eg_plant *plant,
                        const struct eg_nightly *base, size_t threads, struct eg_error *error)
{
    struct eg_nightly changed = {0};
    struct eg_night_outcome outcome = {0};
    struct eg_replayed replayed = {.kind = "cells", .planted = 1};
    size_t *order = eg_seed_order_alloc(base->seed_count, NULL, error);
    int status = order ? eg_plant_run(&changed, find_experiment(plant->experiment), plant,
                                      base->seed_count, threads, error)
                       : EG_INTERNAL;
    if (!status)
        status = eg_judge_halves(base, &changed, order, &outcome, error);
    snprintf(replayed.what, sizeof replayed.what, "%s: %s", plant->experiment, plant->what);
    eg_count_night(&replayed, outcome);
    eg_nightly_free(&changed);
    free(order);
    return status ? status : eg_replay_add(replay, replayed, error);
}

/* Plants of one experiment stand together, so that it is run as it is once. */
static int replay_plants(struct eg_replay *replay, size_t seeds, size_t threads,
                         struct eg_error *error)
{
    struct eg_nightly base = {0};
    int status = EG_OK;
    for (const struct eg_plant *plant = eg_plants; plant->experiment && !status; plant++) {
        if (plant == eg_plants || strcmp(plant->experiment, plant[-1].experiment) != 0) {
            eg_nightly_free(&base);
            status = eg_plant_run(&base, find_experiment(plant->experiment), NULL, seeds, threads,
                                  error);
        }
        if (!status)
            status = replay_plant(replay, plant, &base, threads, error);
    }
    eg_nightly_free(&base);
    return status;
}

/* ---- speed ---- */

/* How far the timing of a night is off, as a factor. */
static double draw_timing(struct eg_stream *stream, double sd)
{
    const double slow = eg_stream_uniform(stream) < 0.05 ? log(5.0 / 3) : 0;
    return exp(sd * eg_stream_normal(stream) + slow);
}

static int judge_series(struct eg_stream *stream, double sd, double factor, int *found,
                        struct eg_error *error)
{
    double values[NIGHTS_BEFORE + EG_STEP_NIGHTS];
    struct eg_step step;
    for (size_t i = 0; i < NIGHTS_BEFORE + EG_STEP_NIGHTS; i++)
        values[i] = draw_timing(stream, sd) * (i < NIGHTS_BEFORE ? 1 : factor);
    const int status = eg_detect_step(values, NIGHTS_BEFORE + EG_STEP_NIGHTS, &step, error);
    *found |= step.found != 0;
    return status;
}

int eg_replay_speed(struct eg_replay *replay, size_t nights, double sd, double factor,
                    struct eg_error *error)
{
    const int planted = factor != 1;
    const size_t series = planted ? 1 : SERIES;
    struct eg_replayed replayed = {.kind = planted ? "slower" : "speed", .planted = planted};
    int status = EG_OK;
    snprintf(replayed.what, sizeof replayed.what, "%zu series, %g times, scatter %g %%", series,
             factor, 100 * sd);
    for (size_t night = 0; night < nights && !status; night++) {
        struct eg_stream stream = eg_stream_make((uint64_t)(1e4 * sd), 3, EG_PURPOSE_PERMUTE,
                                                 (uint64_t)planted, night);
        int found = 0;
        for (size_t k = 0; k < series && !status; k++)
            status = judge_series(&stream, sd, factor, &found, error);
        eg_count_night(&replayed, (struct eg_night_outcome){found, found});
    }
    return status ? status : eg_replay_add(replay, replayed, error);
}

int eg_replay_planted(struct eg_replay *replay, const struct eg_replay_sources *sources,
                      struct eg_error *error)
{
    int status = replay_metrics(replay, sources->pool, 1.01, error);
    if (!status)
        status = replay_metrics(replay, sources->pool, 0.99, error);
    if (!status && sources->planted_seeds)
        status = replay_plants(replay, sources->planted_seeds, sources->threads, error);
    return status;
}
