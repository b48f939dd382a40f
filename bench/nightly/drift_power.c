/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How large a change of a metric has to be to be seen where all random numbers are drawn anew besides. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/nightly/drift_nightly_run.h"
#include "bench/nightly/drift_screen.h"

static const double sizes[EG_POWER_SIZES] = {0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1};
static const double wanted_share = 0.8;

/* What the nightly runs share: measure k belongs to metric of_metric[k]; counts for each size. */
struct powers {
    const struct eg_nightly *pool;
    size_t *of_metric, metric_count;
    double *scale;         /* of each measure: the root mean square over the pool */
    size_t *seen, *alarms; /* size x measure, size x metric */
};

static double root_mean_square(const struct eg_measure *measure, size_t seeds)
{
    double square = 0, n = 0;
    for (size_t i = 0; i < seeds; i++)
        if (isfinite(measure->values[i])) {
            square += measure->values[i] * measure->values[i];
            n++;
        }
    return square > 0 ? sqrt(square / n) : 1;
}

static size_t metric_of(const struct powers *powers, size_t index)
{
    const struct eg_measure *measures = powers->pool->measures;
    for (size_t i = 0; i < index; i++)
        if (strcmp(measures[i].metric, measures[index].metric) == 0 &&
            strcmp(measures[i].statistic, measures[index].statistic) == 0 &&
            strcmp(measures[i].experiment, measures[index].experiment) == 0)
            return powers->of_metric[i];
    return powers->metric_count;
}

static int make_powers(struct powers *powers, const struct eg_nightly *pool, struct eg_error *error)
{
    const size_t count = pool->count;
    *powers = (struct powers){.pool = pool,
                              .of_metric = eg_alloc(count, sizeof *powers->of_metric, error),
                              .scale = eg_alloc(count, sizeof *powers->scale, error),
                              .seen = eg_alloc(EG_POWER_SIZES * count, sizeof(size_t), error),
                              .alarms = eg_alloc(EG_POWER_SIZES * count, sizeof(size_t), error)};
    if (!powers->of_metric || !powers->scale || !powers->seen || !powers->alarms)
        return EG_INTERNAL;
    for (size_t k = 0; k < count; k++) {
        powers->of_metric[k] = metric_of(powers, k);
        powers->metric_count += powers->of_metric[k] == powers->metric_count;
        powers->scale[k] = root_mean_square(&pool->measures[k], pool->seed_count);
    }
    return EG_OK;
}

static void free_powers(struct powers *powers)
{
    free(powers->of_metric);
    free(powers->scale);
    free(powers->seen);
    free(powers->alarms);
}

/* Adds share of its scale to each number of the metric's measures. */
static void shift(const struct powers *powers, struct eg_made_nightly_run *nightly_run,
                  size_t metric, double share)
{
    const size_t seeds = nightly_run->nightly.seed_count;
    for (size_t k = 0; k < powers->pool->count; k++)
        for (size_t i = 0; powers->of_metric[k] == metric && i < seeds; i++)
            nightly_run->values[k * seeds + i] += share * powers->scale[k];
}

/* The values that the pool has. */
static void restore(const struct powers *powers, struct eg_made_nightly_run *nightly_run,
                    const size_t *positions)
{
    const size_t seeds = nightly_run->nightly.seed_count;
    for (size_t k = 0; k < powers->pool->count; k++)
        for (size_t i = 0; i < seeds; i++)
            nightly_run->values[k * seeds + i] = powers->pool->measures[k].values[positions[i]];
}

static void count_seen(struct powers *powers, const struct eg_drift_screen *screen, size_t size,
                       size_t metric)
{
    const struct eg_nightly *pool = powers->pool;
    size_t confirmed = 0;
    for (size_t e = 0, k = 0; e < screen->count; e++) {
        while (!eg_measure_is_like(&pool->measures[k], screen->entries[e].measure))
            k++;
        if (!screen->entries[e].confirmed || powers->of_metric[k] != metric)
            continue;
        confirmed++;
#pragma omp atomic
        powers->seen[size * pool->count + k]++;
    }
    if (confirmed) {
#pragma omp atomic
        powers->alarms[size * pool->count + metric]++;
    }
}

/* One metric off by one size in one nightly run. */
static int judge_shifted(struct powers *powers, struct eg_drawn_nightly_run *drawn, size_t size,
                         size_t metric, struct eg_error *error)
{
    struct eg_drift_screen screen;
    const int status = eg_drift_look_twice(&screen, &drawn->reference.nightly,
                                           &drawn->current.nightly, &drawn->confirming.nightly,
                                           error);
    if (!status)
        count_seen(powers, &screen, size, metric);
    eg_drift_screen_free(&screen);
    return status;
}

static int judge_sizes(struct powers *powers, size_t nightly_run, struct eg_error *error)
{
    const struct eg_nightly *pool = powers->pool;
    const size_t half = pool->seed_count / 2, quarter = half / 2;
    struct eg_stream stream = eg_stream_make(0, 4, EG_PURPOSE_PERMUTE, 0, nightly_run);
    struct eg_drawn_nightly_run drawn = {0};
    size_t *order = eg_seed_order_alloc(pool->seed_count, &stream, error);
    int status = order ? eg_drawn_nightly_run_alloc(&drawn, pool, order, 1, error) : EG_INTERNAL;
    for (size_t metric = 0; metric < powers->metric_count && !status; metric++)
        for (size_t size = 0; size < EG_POWER_SIZES && !status; size++) {
            const double share = nightly_run % 2 ? -sizes[size] : sizes[size];
            shift(powers, &drawn.current, metric, share);
            shift(powers, &drawn.confirming, metric, share);
            status = judge_shifted(powers, &drawn, size, metric, error);
            restore(powers, &drawn.current, order + half);
            restore(powers, &drawn.confirming, order + half + quarter);
        }
    eg_drawn_nightly_run_free(&drawn);
    free(order);
    return status;
}

/* Counts which were seen often enough; a metric counts where one of its measures is tested. */
static void sum_up(const struct powers *powers, size_t nightly_runs, struct eg_replay *replay)
{
    const size_t count = powers->pool->count;
    const double wanted = wanted_share * (double)nightly_runs;
    for (size_t size = 0; size < EG_POWER_SIZES; size++) {
        struct eg_power *power = &replay->power[size];
        *power = (struct eg_power){.size = sizes[size]};
        for (size_t k = 0, metrics = 0; k < count; k++) {
            const int is_first = powers->of_metric[k] == metrics;
            metrics += is_first;
            if (!eg_drift_is_tested(&powers->pool->measures[k]))
                continue;
            power->measures++;
            power->measures_seen += (double)powers->seen[size * count + k] >= wanted;
            power->metrics += is_first;
            power->metrics_seen += is_first &&
                                   (double)powers->alarms[size * count + metrics - 1] >= wanted;
        }
    }
}

int eg_replay_power(struct eg_replay *replay, const struct eg_nightly *pool, size_t nightly_runs,
                    size_t threads, struct eg_error *error)
{
    enum { MOST = 50 }; /* nightly runs: each is judged for each metric and size */
    struct powers powers;
    const size_t used = nightly_runs < MOST ? nightly_runs : MOST;
    int status = make_powers(&powers, pool, error);
    if (!status) {
#pragma omp parallel for schedule(dynamic) num_threads((int)threads) reduction(max : status)
        for (size_t nightly_run = 0; nightly_run < used; nightly_run++) {
            struct eg_error unheard;
            const int failed = judge_sizes(&powers, nightly_run, &unheard);
            status = failed > status ? failed : status;
        }
        if (status)
            eg_fail(error, status, "out of memory judging a nightly run");
    }
    if (!status)
        sum_up(&powers, used, replay);
    free_powers(&powers);
    return status;
}
