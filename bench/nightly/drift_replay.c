/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/nightly/drift_replay.h"

#include <stdlib.h>

#include "bench/nightly/drift_nightly_run.h"

enum { LEAST_SEEDS = 8 };

enum null_kind { UNPAIRED, REDRAWN, ROUNDED };

static int judge_drawn(const struct eg_nightly *pool, enum null_kind kind, const size_t *order,
                       struct eg_nightly_run_outcome *outcome, struct eg_error *error)
{
    struct eg_drawn_nightly_run drawn;
    int status = eg_drawn_nightly_run_alloc(&drawn, pool, order, kind == REDRAWN, error);
    if (!status)
        status = eg_judge_nightly_run(&drawn.reference.nightly, &drawn.current.nightly,
                                      &drawn.confirming.nightly, outcome, error);
    eg_drawn_nightly_run_free(&drawn);
    return status;
}

/* other: a run of some of the pool's seeds elsewhere, or NULL. */
static int judge_null(const struct eg_nightly *pool, const struct eg_nightly *other,
                      enum null_kind kind, size_t nightly_run,
                      struct eg_nightly_run_outcome *outcome, struct eg_error *error)
{
    struct eg_stream stream = eg_stream_make(0, (uint64_t)kind, EG_PURPOSE_PERMUTE, 0, nightly_run);
    size_t *order = eg_seed_order_alloc((other ? other : pool)->seed_count, &stream, error);
    if (!order)
        return EG_INTERNAL;
    const int status = other ? eg_judge_halves(pool, other, order, outcome, error)
                             : judge_drawn(pool, kind, order, outcome, error);
    free(order);
    return status;
}

static struct eg_replayed describe(enum null_kind kind, const struct eg_nightly *other)
{
    static const char *const kinds[] = {"unpaired", "redrawn", "rounded"};
    static const char *const what[] = {"seeds that the reference lacks",
                                       "its seeds, all numbers drawn anew",
                                       "its seeds, run on core "};
    struct eg_replayed replayed = {.kind = kinds[kind]};
    const char *core = other ? json_string_value(json_object_get(
                                   json_object_get(other->facts, "machine"), "blas_core"))
                             : NULL;
    snprintf(replayed.what, sizeof replayed.what, "%s%s", what[kind], core ? core : "");
    return replayed;
}

static int replay_nulls(struct eg_replay *replay, const struct eg_replay_sources *sources,
                        enum null_kind kind, const struct eg_nightly *other, struct eg_error *error)
{
    struct eg_replayed replayed = describe(kind, other);
    size_t suspected = 0, alarms = 0;
    int status = EG_OK;
#pragma omp parallel for schedule(dynamic) num_threads((int)sources->threads)                      \
    reduction(+ : suspected, alarms) reduction(max : status)
    for (size_t nightly_run = 0; nightly_run < sources->nightly_runs; nightly_run++) {
        struct eg_nightly_run_outcome outcome = {0};
        struct eg_error unheard;
        const int failed = judge_null(sources->pool, other, kind, nightly_run, &outcome, &unheard);
        status = failed > status ? failed : status;
        suspected += outcome.suspected != 0;
        alarms += outcome.alarm != 0;
    }
    replayed.nightly_runs = sources->nightly_runs;
    replayed.suspected = suspected;
    replayed.alarms = alarms;
    return status ? eg_fail(error, status, "out of memory judging a nightly run")
                  : eg_replay_add(replay, replayed, error);
}

/* All nightly runs without a change together. */
static int add_all(struct eg_replay *replay, struct eg_error *error)
{
    struct eg_replayed all = {.kind = "all", .what = "all of these, timings too"};
    for (size_t i = 0; i < replay->count; i++) {
        all.nightly_runs += replay->items[i].nightly_runs;
        all.suspected += replay->items[i].suspected;
        all.alarms += replay->items[i].alarms;
    }
    return eg_replay_add(replay, all, error);
}

int eg_drift_replay(struct eg_replay *replay, const struct eg_replay_sources *sources,
                    struct eg_error *error)
{
    static const double scatter[] = {0.01, 0.02, 0.05, 0.1};
    const size_t scatters = sizeof scatter / sizeof *scatter;
    *replay = (struct eg_replay){.scatter = sources->scatter};
    if (sources->pool->seed_count < LEAST_SEEDS)
        return eg_fail(error, EG_DATA, "the pool has %zu seeds; a replay needs %d at least",
                       sources->pool->seed_count, LEAST_SEEDS);
    int status = replay_nulls(replay, sources, UNPAIRED, NULL, error);
    if (!status)
        status = replay_nulls(replay, sources, REDRAWN, NULL, error);
    for (size_t i = 0; i < sources->other_count && !status; i++)
        status = replay_nulls(replay, sources, ROUNDED, &sources->others[i], error);
    for (size_t i = 0; i < scatters && !status; i++)
        status = eg_replay_speed(replay, sources->nightly_runs, scatter[i], 1, error);
    if (!status && sources->scatter->series)
        status = eg_replay_measured_speed(replay, sources->nightly_runs, sources->scatter, 1,
                                          error);
    if (!status)
        status = add_all(replay, error);
    if (!status)
        status = eg_replay_power(replay, sources->pool, sources->nightly_runs, sources->threads,
                                 error);
    if (!status && sources->planted_seeds)
        status = eg_replay_planted(replay, sources, error);
    for (size_t i = 0; i < scatters && !status; i++)
        status = eg_replay_speed(replay, sources->nightly_runs, scatter[i], 1.2, error);
    if (!status && sources->scatter->series)
        status = eg_replay_measured_speed(replay, sources->nightly_runs, sources->scatter, 1.2,
                                          error);
    return status;
}

/* ---- printing ---- */

static json_t *list_power(const struct eg_replay *replay)
{
    json_t *list = json_array();
    for (size_t i = 0; i < EG_POWER_SIZES; i++) {
        const struct eg_power *power = &replay->power[i];
        json_array_append_new(list, json_pack("{s:f, s:I, s:I, s:I, s:I}", "size", power->size,
                                              "measures", (json_int_t)power->measures,
                                              "measures_seen", (json_int_t)power->measures_seen,
                                              "metrics", (json_int_t)power->metrics, "metrics_seen",
                                              (json_int_t)power->metrics_seen));
    }
    return list;
}

static int print_json(const struct eg_replay *replay, FILE *out, struct eg_error *error)
{
    const struct eg_scatter *scatter = replay->scatter;
    json_t *list = json_array();
    for (size_t i = 0; i < replay->count; i++) {
        const struct eg_replayed *item = &replay->items[i];
        json_array_append_new(
            list,
            json_pack("{s:s, s:s, s:b, s:I, s:I, s:I, s:f, s:f}", "kind", item->kind, "what",
                      item->what, "planted", item->planted, "nights",
                      (json_int_t)item->nightly_runs, "suspected", (json_int_t)item->suspected,
                      "alarms", (json_int_t)item->alarms, "low", item->low, "high", item->high));
    }
    json_t *all = json_pack("{s:o, s:o, s:{s:I, s:I, s:f, s:f, s:f}}", "replay", list, "power",
                            list_power(replay), "scatter", "runs", (json_int_t)scatter->runs,
                            "series", (json_int_t)scatter->series, "least", scatter->least,
                            "median", scatter->median, "largest", scatter->largest);
    const int bad = !all || json_dumpf(all, out, JSON_COMPACT | JSON_REAL_PRECISION(6)) ||
                    fputc('\n', out) == EOF;
    json_decref(all);
    return bad ? eg_fail(error, EG_INTERNAL, "out of memory printing the replay") : EG_OK;
}

static void print_power(const struct eg_replay *replay, FILE *out)
{
    fputs("a metric off by so much of its root mean square, all numbers drawn anew besides: seen "
          "in 80 % of the "
          "nights\n",
          out);
    for (size_t i = 0; i < EG_POWER_SIZES; i++) {
        const struct eg_power *power = &replay->power[i];
        fprintf(out, "  %5.1f %%  %6zu of %zu measures, %4zu of %zu metrics\n", 100 * power->size,
                power->measures_seen, power->measures, power->metrics_seen, power->metrics);
    }
}

static void print_half(const struct eg_replay *replay, int planted, FILE *out)
{
    for (size_t i = 0; i < replay->count; i++) {
        const struct eg_replayed *item = &replay->items[i];
        if (item->planted == planted)
            fprintf(out, "  %-12s  %-46s  %6zu  %9zu  %6zu  %5.1f to %.1f %%\n", item->kind,
                    item->what, item->nightly_runs, item->suspected, item->alarms, 100 * item->low,
                    100 * item->high);
    }
}

int eg_replay_print(const struct eg_replay *replay, int as_json, FILE *out, struct eg_error *error)
{
    const struct eg_scatter *scatter = replay->scatter;
    if (as_json)
        return print_json(replay, out, error);
    fprintf(out, "%-14s  %-46s  %6s  %9s  %6s  %s\n", "nothing changed", "", "nights", "suspected",
            "alarms", "share, 95 %");
    print_half(replay, 0, out);
    fprintf(out, "%-14s\n", "something changed");
    print_half(replay, 1, out);
    print_power(replay, out);
    if (scatter->series)
        fprintf(out,
                "measured over %zu nightly runs: %zu series, which scatter by %.1f to %.1f %%, "
                "the middle one by %.1f %%\n",
                scatter->runs, scatter->series, 100 * scatter->least, 100 * scatter->largest,
                100 * scatter->median);
    return EG_OK;
}
