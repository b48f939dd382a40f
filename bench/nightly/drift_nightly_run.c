/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/nightly/drift_nightly_run.h"

#include <stdlib.h>

#include "bench/nightly/drift_screen.h"
#include "stats/binomial.h"

void eg_made_nightly_run_free(struct eg_made_nightly_run *nightly_run)
{
    free(nightly_run->nightly.measures);
    free(nightly_run->nightly.seeds);
    free(nightly_run->values);
}

int eg_made_nightly_run_alloc(struct eg_made_nightly_run *nightly_run,
                              const struct eg_nightly *pool, const size_t *positions,
                              const uint64_t *names, size_t count, struct eg_error *error)
{
    struct eg_nightly *nightly = &nightly_run->nightly;
    *nightly = (struct eg_nightly){.scale = pool->scale, .seed_count = count, .count = pool->count};
    nightly_run->values = eg_alloc(pool->count * count, sizeof *nightly_run->values, error);
    nightly->measures = eg_alloc(pool->count, sizeof *nightly->measures, error);
    nightly->seeds = eg_alloc(count, sizeof *nightly->seeds, error);
    if (!nightly_run->values || !nightly->measures || !nightly->seeds)
        return EG_INTERNAL;
    for (size_t i = 0; i < count; i++)
        nightly->seeds[i] = names ? names[i] : pool->seeds[positions ? positions[i] : i];
    for (size_t k = 0; k < pool->count; k++) {
        nightly->measures[k] = pool->measures[k];
        nightly->measures[k].values = nightly_run->values + k * count;
        for (size_t i = 0; i < count; i++)
            nightly_run->values[k * count + i] = pool->measures[k]
                                                     .values[positions ? positions[i] : i];
    }
    return EG_OK;
}

size_t *eg_seed_order_alloc(size_t count, struct eg_stream *stream, struct eg_error *error)
{
    size_t *order = eg_alloc(count, sizeof *order, error);
    for (size_t i = 0; order && i < count; i++)
        order[i] = i;
    if (order && stream)
        eg_stream_shuffle(stream, order, count);
    return order;
}

int eg_drawn_nightly_run_alloc(struct eg_drawn_nightly_run *drawn, const struct eg_nightly *pool,
                               const size_t *order, int redrawn, struct eg_error *error)
{
    const size_t half = pool->seed_count / 2, quarter = half / 2;
    *drawn = (struct eg_drawn_nightly_run){0};
    int status = eg_made_nightly_run_alloc(&drawn->reference, pool, order, NULL, half, error);
    const uint64_t *names = redrawn ? drawn->reference.nightly.seeds : NULL;
    if (!status)
        status = eg_made_nightly_run_alloc(&drawn->current, pool, order + half, names, quarter,
                                           error);
    if (!status)
        status = eg_made_nightly_run_alloc(&drawn->confirming, pool, order + half + quarter,
                                           names ? names + quarter : NULL, quarter, error);
    return status;
}

void eg_drawn_nightly_run_free(struct eg_drawn_nightly_run *drawn)
{
    eg_made_nightly_run_free(&drawn->reference);
    eg_made_nightly_run_free(&drawn->current);
    eg_made_nightly_run_free(&drawn->confirming);
}

int eg_judge_nightly_run(const struct eg_nightly *reference, const struct eg_nightly *current,
                         const struct eg_nightly *confirming,
                         struct eg_nightly_run_outcome *outcome, struct eg_error *error)
{
    struct eg_drift_screen screen;
    const int status = eg_drift_look_twice(&screen, reference, current, confirming, error);
    *outcome = (struct eg_nightly_run_outcome){screen.suspects > 0, screen.confirmed > 0};
    eg_drift_screen_free(&screen);
    return status;
}

int eg_judge_halves(const struct eg_nightly *reference, const struct eg_nightly *run,
                    const size_t *order, struct eg_nightly_run_outcome *outcome,
                    struct eg_error *error)
{
    const size_t half = run->seed_count / 2;
    struct eg_made_nightly_run current = {0}, confirming = {0};
    int status = eg_made_nightly_run_alloc(&current, run, order, NULL, half, error);
    if (!status)
        status = eg_made_nightly_run_alloc(&confirming, run, order + half, NULL,
                                           run->seed_count - half, error);
    if (!status)
        status = eg_judge_nightly_run(reference, &current.nightly, &confirming.nightly, outcome,
                                      error);
    eg_made_nightly_run_free(&current);
    eg_made_nightly_run_free(&confirming);
    return status;
}

void eg_count_nightly_run(struct eg_replayed *replayed, struct eg_nightly_run_outcome outcome)
{
    replayed->nightly_runs++;
    replayed->suspected += outcome.suspected != 0;
    replayed->alarms += outcome.alarm != 0;
}

int eg_replay_add(struct eg_replay *replay, struct eg_replayed replayed, struct eg_error *error)
{
    if (replay->count == replay->capacity) {
        const size_t capacity = replay->capacity ? 2 * replay->capacity : 16;
        struct eg_replayed *items = realloc(replay->items, capacity * sizeof *items);
        if (!items)
            return eg_fail(error, EG_INTERNAL, "out of memory replaying nightly runs");
        replay->items = items;
        replay->capacity = capacity;
    }
    eg_binomial_interval(replayed.alarms, replayed.nightly_runs, 0.95, &replayed.low,
                         &replayed.high);
    replay->items[replay->count++] = replayed;
    return EG_OK;
}

void eg_replay_free(struct eg_replay *replay)
{
    free(replay->items);
    *replay = (struct eg_replay){0};
}
