/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "run/grid.h"
#include "run/plan.h"
#include "tests/made_rows.h"

extern const struct eg_experiment training_cost_experiment;

/* A cell of that round whose steps take a, b and c seconds. */
static void add_steps(const struct eg_rows *rows, const char *regulariser, int samples, int round,
                      double a, double b, double c, double megabytes)
{
    make_row(&training_cost_experiment, rows,
             json_pack("{s:s, s:s, s:s, s:s, s:i, s:i, s:i}", "dataset", "vgg16", "protocol",
                       "paper", "scale", "quick", "guide", regulariser, "samples", samples, "steps",
                       3, "replicate", round),
             json_pack("{s:{s:[f,f,f], s:f}, s:i}", "timing", "seconds", a, b, c, "bytes",
                       1e6 * megabytes, "gradient_calls", samples));
}

/* Rounds whose median steps take a, b and c seconds. */
static void add_row(const struct eg_rows *rows, const char *regulariser, int samples, double a,
                    double b, double c, double megabytes)
{
    const double medians[] = {a, b, c};
    for (int round = 0; round < 3; round++)
        add_steps(rows, regulariser, samples, round, medians[round], 0.5 * medians[round],
                  9 * medians[round], megabytes);
}

static struct eg_results summarise(const struct eg_rows *rows)
{
    return make_summary(&training_cost_experiment, rows);
}

static const struct eg_result *find(const struct eg_results *results, const char *method,
                                    const char *metric)
{
    return eg_results_find(results, "vgg16", "paper", method, metric, NAN);
}

static void expect(const struct eg_results *results, const char *method, const char *metric,
                   double value)
{
    const struct eg_result *result = find(results, method, metric);
    cr_assert_not_null(result, "%s of %s", metric, method);
    cr_expect_float_eq(result->value, value, 1e-12 * fabs(value), "%s of %s: %g", metric, method,
                       result->value);
}

/* The machine was slow in the third round, for both. */
Test(training_cost, compares_within_a_round)
{
    const struct eg_rows rows = {.array = json_array()};
    add_row(&rows, "none", 1, 0.25, 0.25, 0.5, 100);
    add_row(&rows, "eg", 1, 0.5, 0.5, 1, 150);
    add_steps(&rows, "rrr", 1, 1, 0.75, 0.75, 8, 150);
    struct eg_results results = summarise(&rows);
    expect(&results, "none", "batches_per_second", 10.0 / 3);
    expect(&results, "none", "times_plain", 1);
    expect(&results, "eg", "batches_per_second", 5.0 / 3);
    expect(&results, "eg", "times_plain", 2);
    expect(&results, "eg", "peak_memory", 150);
    expect(&results, "eg", "extra_gradient_calls", 1);
    expect(&results, "rrr", "times_plain", 3);
    const struct eg_result *rate = find(&results, "eg", "batches_per_second");
    cr_expect_float_eq(rate->se, 1.0 / 3, 1e-12, "of 2, 2 and 1");
    cr_expect(rate->n == 3 && rate->units && rate->units[2] == 2);
    cr_expect_float_eq(find(&results, "eg", "times_plain")->se, 0, 1e-15);
    cr_expect_null(find(&results, "eg_2", "batches_per_second"), "one count gives no line");
    cr_expect_null(find(&results, "cdep", "batches_per_second"));
    eg_results_free(&results);
}

/* 1 s and 0.5 s a point; 10 MB and 20 MB a point: the lines go through what has most points. */
Test(training_cost, reckons_what_was_not_run)
{
    const struct eg_rows rows = {.array = json_array()};
    add_row(&rows, "none", 1, 1, 1, 1, 10);
    add_row(&rows, "integrated_gradients", 10, 6, 6, 6, 210);
    add_row(&rows, "integrated_gradients", 5, 3.5, 3.5, 3.5, 110);
    add_row(&rows, "integrated_gradients", 20, 11, 11, 11, 410);
    struct eg_results results = summarise(&rows);
    expect(&results, "integrated_gradients", "times_plain", 11);
    expect(&results, "integrated_gradients", "points_run", 20);
    expect(&results, "integrated_gradients_300", "times_plain", 151);
    expect(&results, "integrated_gradients_300", "peak_memory", 6010);
    expect(&results, "integrated_gradients_300", "extra_gradient_calls", 300);
    expect(&results, "integrated_gradients_300", "points_run", 20);
    eg_results_free(&results);
}

/* Each round has a line of its own: 5 points at 1 + 5 of 0.9, 1 and 1.1 seconds. */
Test(training_cost, doubt_grows_with_the_reach)
{
    const struct eg_rows rows = {.array = json_array()};
    add_row(&rows, "none", 1, 1, 1, 1, 1);
    add_row(&rows, "eg", 1, 2, 2, 2, 1);
    add_row(&rows, "eg", 2, 2.8, 3, 3.2, 1);
    struct eg_results results = summarise(&rows);
    const struct eg_result *near = find(&results, "eg_2", "times_plain"),
                           *far = find(&results, "eg_10", "times_plain");
    cr_assert(near && far);
    cr_expect_float_eq(far->value, 11, 1e-12);
    cr_expect_float_eq(near->se, 0.2 / sqrt(3), 1e-12);
    cr_expect_float_eq(far->se, 5 * near->se, 1e-12);
    cr_expect_eq(far->basis, EG_BASIS_RECKONED);
    eg_results_free(&results);
}

/* On a busy machine. */
Test(training_cost, reckons_nothing_from_a_line_that_does_not_rise)
{
    const struct eg_rows rows = {.array = json_array()};
    add_row(&rows, "none", 1, 2, 2, 2, 1);
    add_row(&rows, "eg", 1, 3, 3, 3, 1);
    add_row(&rows, "eg", 2, 1.9, 1.9, 1.9, 1);
    struct eg_results results = summarise(&rows);
    expect(&results, "eg_2", "times_plain", 0.95);
    cr_expect_null(find(&results, "eg_10", "batches_per_second"));
    eg_results_free(&results);
}

/* Holds the points that a regulariser is run with on a network at a scale against those known, ended by 0. */
static void expect_points(const char *scale, const char *network, const char *regulariser,
                          const size_t *known)
{
    const struct eg_run run = {.scale = scale, .protocol = "paper", .dataset = network};
    struct eg_grid grid = {.fields = training_cost_experiment.fields,
                           .cell_size = training_cost_experiment.cell_size};
    struct eg_error error = {0};
    cr_assert_eq(training_cost_experiment.list_cells(&run, &grid, &error), EG_OK, "%s",
                 error.message);
    for (size_t i = 0; i < grid.count; i++) {
        const json_t *config = json_array_get(grid.configs, i);
        if (strcmp(json_string_value(json_object_get(config, "guide")), regulariser) != 0)
            continue;
        if (json_integer_value(json_object_get(config, "replicate")) > 0)
            continue;
        cr_expect_eq((size_t)json_integer_value(json_object_get(config, "samples")), *known,
                     "%s on %s at %s", regulariser, network, scale);
        known += *known > 0;
    }
    cr_expect_eq(*known, 0);
    eg_grid_free(&grid);
}

Test(training_cost, runs_all_points_or_two_counts_to_reckon_from)
{
    expect_points("quick", "vgg16", "cdep", (size_t[]){1, 0});
    expect_points("quick", "vgg16", "integrated_gradients", (size_t[]){1, 2, 0});
    expect_points("quick", "mnist_network", "eg", (size_t[]){1, 2, 5, 10, 0});
    expect_points("quick", "mnist_network", "integrated_gradients", (size_t[]){10, 20, 0});
    expect_points("quick", "mlp", "integrated_gradients", (size_t[]){20, 50, 100, 0});
    expect_points("night", "vgg16", "eg", (size_t[]){1, 2, 4, 0});
    expect_points("paper", "vgg16", "eg", (size_t[]){1, 2, 5, 10, 0});
}

/* Whatever a cell costs, all of a round come before the next. */
Test(training_cost, runs_round_by_round)
{
    const struct eg_run run = {.scale = "quick", .protocol = "paper", .dataset = "mlp"};
    struct eg_plan plan;
    struct eg_error error = {0};
    cr_assert_eq(eg_plan_make(&plan, &training_cost_experiment, &run, NULL, &error), EG_OK, "%s",
                 error.message);
    json_int_t round = 0;
    for (size_t i = 0; i < plan.count; i++) {
        const json_int_t own = json_integer_value(
            json_object_get(plan.cells[plan.turns[i]].config, "replicate"));
        cr_expect(own == round || own == round + 1, "round %d after %d", (int)own, (int)round);
        round = own;
    }
    cr_expect_eq(round, 3);
    eg_plan_free(&plan);
}
