/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/nightly/drift_speed.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bench/nightly/drift_scatter.h"
#include "tests/made_nightly.h"

/* A nightly run of the machine "Made" or another in which the step took that ratio, the experiment 10 seconds
 * over the rate, and the memory was 100 MB. */
static json_t *make_nightly_run(const char *core, double ratio, double rate)
{
    return json_pack("{s:s, s:s, s:[i, i], s:{s:s}, s:{s:f}, s:{s:f}, s:{s:f}, s:{s:f}}", "history",
                     "night", "scale", "smoke", "seeds", 0, 1, "machine", "blas_core", core,
                     "steps", "epoch", ratio, "calibration", "product_gflops", rate, "seconds",
                     "made", 10 / rate, "peak_rss_mb", "made", 100.0);
}

static struct eg_nightly make_current(double megabytes)
{
    struct eg_nightly current = make_nightly(0, 2, 1);
    json_t *nightly_run = make_nightly_run("Made", 1, 25);
    json_object_set_new(nightly_run, "peak_rss_mb", json_pack("{s:f}", "made", megabytes));
    json_object_update_missing(current.facts, nightly_run);
    json_decref(nightly_run);
    json_object_del(current.facts, "steps");
    return current;
}

static const struct eg_cost *find_cost(const struct eg_costs *costs, enum eg_cost_kind kind)
{
    for (size_t i = 0; i < costs->count; i++)
        if (costs->items[i].kind == kind)
            return &costs->items[i];
    cr_assert_fail("no cost of kind %d", kind);
    return NULL;
}

static struct eg_costs weigh(const struct eg_history *history, double ratio)
{
    struct eg_nightly current = make_current(100);
    struct eg_costs costs;
    struct eg_error error = {0};
    json_t *steps = make_nightly_run("Made", ratio, 25);
    cr_assert_eq(eg_drift_weigh_costs(&costs, history, &current, steps, &error), EG_OK, "%s",
                 error.message);
    json_decref(steps);
    eg_nightly_free(&current);
    return costs;
}

/* Eight nightly runs, and three in which the step takes 20 % longer, on a processor whose clock rises. */
static struct eg_history make_history(void)
{
    struct eg_history history = {.lines = json_array()};
    for (int i = 0; i < 11; i++)
        json_array_append_new(history.lines, make_nightly_run("Made", i < 8 ? 1.5 : 1.8, 20 + i));
    return history;
}

Test(drift_speed, finds_the_slower_step_and_no_other)
{
    struct eg_history history = make_history();
    struct eg_costs costs = weigh(&history, 1.8);
    cr_expect_eq(costs.count, 3);
    cr_expect_eq(costs.found, 1);
    const struct eg_cost *step = find_cost(&costs, EG_COST_STEP);
    cr_expect_eq(step->step.found, 1);
    cr_expect_float_eq(step->step.ratio, 1.2, 1e-12);
    /* Seconds fall as the rate rises: their product stays. */
    cr_expect_float_eq(find_cost(&costs, EG_COST_SECONDS)->step.ratio, 1, 1e-12);
    eg_costs_free(&costs);
    costs = weigh(&history, 1.5);
    cr_expect_eq(costs.found, 0);
    eg_costs_free(&costs);
    json_decref(history.lines);
}

Test(drift_speed, other_machines_and_what_was_accepted_do_not_count)
{
    struct eg_history history = make_history();
    for (int i = 0; i < 5; i++)
        json_array_insert_new(history.lines, 0, make_nightly_run("Other", 9, 25));
    struct eg_costs costs = weigh(&history, 1.8);
    cr_expect_eq(find_cost(&costs, EG_COST_STEP)->nightly_runs, 12);
    eg_costs_free(&costs);
    json_array_append_new(history.lines,
                          json_pack("{s:s, s:s}", "history", "accepted", "scale", "smoke"));
    costs = weigh(&history, 1.8);
    cr_expect_eq(find_cost(&costs, EG_COST_STEP)->nightly_runs, 1);
    cr_expect_eq(costs.found, 0);
    eg_costs_free(&costs);
    json_decref(history.lines);
}

/* Twelve runs of a machine in which the step takes 1 and 1.21 in turn: half the logarithm of 1.21 off the median, so
 * that the standard deviation is that times sqrt(12 / 11). Memory does not scatter; other machines do not count. */
Test(drift_speed, measures_the_scatter_of_the_last_machine)
{
    struct eg_history history = {.lines = json_array()};
    struct eg_scatter scatter;
    struct eg_error error = {0};
    for (int i = 0; i < 12; i++) {
        json_array_append_new(history.lines, make_nightly_run("Other", 9 + i, 25));
        json_array_append_new(history.lines, make_nightly_run("Made", i % 2 ? 1 : 1.21, 25));
    }
    cr_assert_eq(eg_scatter_measure(&scatter, &history, &error), EG_OK, "%s", error.message);
    cr_expect_eq(scatter.runs, 12);
    cr_expect_eq(scatter.series, 3);
    cr_expect_float_eq(scatter.largest, log(1.21) / 2 * sqrt(12.0 / 11), 1e-12);
    cr_expect_float_eq(scatter.least, 0, 1e-12);
    cr_expect_float_eq(fabs(scatter.deviations[5]), log(1.21) / 2, 1e-12);
    eg_scatter_free(&scatter);
    json_decref(history.lines);
}

Test(drift_speed, nine_runs_say_nothing_of_the_scatter)
{
    struct eg_history history = {.lines = json_array()};
    struct eg_scatter scatter;
    struct eg_error error = {0};
    for (int i = 0; i < 9; i++)
        json_array_append_new(history.lines, make_nightly_run("Made", 1, 25));
    cr_assert_eq(eg_scatter_measure(&scatter, &history, &error), EG_OK, "%s", error.message);
    cr_expect_eq(scatter.series, 0);
    eg_scatter_free(&scatter);
    json_decref(history.lines);
}
