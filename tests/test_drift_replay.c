/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small replay; the large one on real runs is egbench-drift --replay. */
#include "bench/nightly/drift_replay.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bench/nightly/drift_plant.h"
#include "tests/made_nightly.h"

enum { NIGHTLY_RUNS = 200 };

static const struct eg_replayed *find_kind(const struct eg_replay *replay, const char *kind,
                                           const char *what)
{
    for (size_t i = 0; i < replay->count; i++)
        if (strcmp(replay->items[i].kind, kind) == 0 && strstr(replay->items[i].what, what))
            return &replay->items[i];
    cr_assert_fail("no %s %s", kind, what);
    return NULL;
}

static struct eg_replay replay_made_pool_with(size_t threads, const struct eg_scatter *scatter)
{
    struct eg_nightly pool = make_nightly(0, 40, 60), other = make_nightly(0, 20, 60);
    struct eg_replay replay;
    struct eg_error error = {0};
    for (size_t k = 0; k < other.count; k++)
        for (size_t i = 0; i < other.seed_count; i++)
            other.measures[k].values[i] *= 1 + 1e-7 * (double)(k % 3);
    const struct eg_replay_sources sources = {&pool, &other, 1, NIGHTLY_RUNS, 0, threads, scatter};
    cr_assert_eq(eg_drift_replay(&replay, &sources, &error), EG_OK, "%s", error.message);
    eg_nightly_free(&pool);
    eg_nightly_free(&other);
    return replay;
}

static struct eg_replay replay_made_pool(size_t threads)
{
    return replay_made_pool_with(threads, &(struct eg_scatter){0});
}

/* At most 1 false alarm in 200 nightly runs without a change. */
Test(drift_replay, false_alarms_are_rare)
{
    static const char *const kinds[] = {"unpaired", "redrawn", "rounded", "speed"};
    struct eg_replay replay = replay_made_pool(2);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const struct eg_replayed *kind = find_kind(&replay, kinds[i], "");
        cr_expect_eq(kind->nightly_runs, NIGHTLY_RUNS);
        cr_expect_leq(kind->alarms, 1, "%s: %zu", kinds[i], kind->alarms);
    }
    eg_replay_free(&replay);
}

/* The pool scatters by a tenth, and each number has a partner drawn anew, so that the mean of ten pairs scatters by
 * 0.1 sqrt(2 / 10): a twentieth. A metric off by half is seen, one off by a hundredth is not, whatever the seed. */
Test(drift_replay, power_is_that_of_other_draws)
{
    struct eg_replay replay = replay_made_pool(2);
    const struct eg_replayed *slower = find_kind(&replay, "slower", "scatter 2 %");
    const struct eg_replayed *all = find_kind(&replay, "all", "");
    cr_expect_geq(slower->alarms, NIGHTLY_RUNS * 19 / 20, "%zu", slower->alarms);
    cr_expect_eq(all->nightly_runs, 7 * NIGHTLY_RUNS, "three kinds of nights, four of timings");
    for (size_t i = 0; i < EG_POWER_SIZES; i++) {
        const struct eg_power *power = &replay.power[i];
        cr_expect(power->measures == 60 && power->metrics == 60);
        cr_expect_eq(power->measures_seen, power->metrics_seen, "one measure each");
        cr_expect(power->size > 0.02 || power->measures_seen == 0, "%g: %zu", power->size,
                  power->measures_seen);
        cr_expect(power->size < 0.5 || power->measures_seen == 60, "%g: %zu", power->size,
                  power->measures_seen);
    }
    eg_replay_free(&replay);
}

/* Two series of twelve runs: one that hardly scatters, in which a step of 20 % is always seen, and one whose values lie
 * evenly between a half and twice the median, in which it is seen by luck alone. */
Test(drift_replay, measured_timings_say_what_is_seen)
{
    double deviations[24];
    for (size_t i = 0; i < 12; i++) {
        deviations[i] = i % 2 ? 0.001 : -0.001;
        deviations[12 + i] = M_LN2 * ((double)i - 5.5) / 5.5;
    }
    const struct eg_scatter scatter = {.series = 2, .runs = 12, .deviations = deviations};
    struct eg_replay replay = replay_made_pool_with(2, &scatter);
    const struct eg_replayed *quiet = find_kind(&replay, "speed", "measured");
    const struct eg_replayed *slower = find_kind(&replay, "slower", "measured");
    cr_expect_leq(quiet->alarms, NIGHTLY_RUNS / 20, "%zu", quiet->alarms);
    cr_expect_geq(slower->alarms, NIGHTLY_RUNS / 2, "%zu", slower->alarms);
    cr_expect_leq(slower->alarms, NIGHTLY_RUNS / 2 + NIGHTLY_RUNS / 20, "%zu", slower->alarms);
    eg_replay_free(&replay);
}

Test(drift_replay, does_not_depend_on_threads)
{
    struct eg_replay one = replay_made_pool(1), three = replay_made_pool(3);
    cr_assert_eq(one.count, three.count);
    for (size_t i = 0; i < one.count; i++)
        cr_expect(one.items[i].suspected == three.items[i].suspected &&
                  one.items[i].alarms == three.items[i].alarms);
    for (size_t i = 0; i < EG_POWER_SIZES; i++)
        cr_expect_eq(one.power[i].measures_seen, three.power[i].measures_seen);
    eg_replay_free(&one);
    eg_replay_free(&three);
}

Test(drift_replay, needs_a_pool)
{
    struct eg_nightly pool = make_nightly(0, 6, 2);
    struct eg_replay replay;
    struct eg_error error = {0};
    const struct eg_replay_sources sources = {&pool, NULL, 0, 10, 0, 1, &(struct eg_scatter){0}};
    cr_expect_eq(eg_drift_replay(&replay, &sources, &error), EG_DATA);
    cr_expect(strstr(error.message, "6 seeds"), "%s", error.message);
    eg_nightly_free(&pool);
}

/* What is planted is in the configuration that a cell is run with, and in nothing else of it. */
Test(drift_replay, plants_change_one_field)
{
    const struct eg_plant negate = {"e", "sign", "nu", EG_PLANT_NEGATE, "model", "prior"};
    const struct eg_plant halve = {"e", "half", "samples", EG_PLANT_HALVE, NULL, NULL};
    int applies;
    json_t *config = json_pack("{s:s, s:[f,i], s:i}", "model", "prior", "nu", 0.5, 3, "samples", 7);
    json_t *changed = eg_plant_apply(&negate, config, &applies);
    json_t *wanted = json_pack("{s:s, s:[f,i], s:i}", "model", "prior", "nu", -0.5, -3, "samples",
                               7);
    cr_expect(applies && json_equal(changed, wanted));
    json_decref(changed);
    json_decref(wanted);
    changed = eg_plant_apply(&halve, config, &applies);
    cr_expect(applies && json_integer_value(json_object_get(changed, "samples")) == 3);
    json_decref(changed);
    json_object_set_new(config, "model", json_string("other"));
    changed = eg_plant_apply(&negate, config, &applies);
    cr_expect(!applies && json_equal(changed, config));
    json_decref(changed);
    json_decref(config);
}
