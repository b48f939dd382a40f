/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include <criterion/criterion.h>

#include "tests/made_rows.h"

extern const struct eg_experiment decoy_experiment;

static void add_row(const struct eg_rows *rows, const char *model, double strength, int replicate,
                    double test, double dealt)
{
    make_row(&decoy_experiment, rows,
             json_pack("{s:s, s:s, s:s, s:s, s:f, s:i}", "dataset", "decoy_mnist", "protocol",
                       "fixed", "scale", "quick", "model", model, "strength", strength, "replicate",
                       replicate),
             json_pack("{s:f, s:f, s:f}", "test_accuracy", test, "dealt_accuracy", dealt,
                       "validation_accuracy", 0.99));
}

/* The strength that is best on the test part is not the one that is best on validation images. */
Test(decoy_summary, chooses_without_the_test_part)
{
    const struct eg_rows rows = {.array = json_array()};
    for (int r = 0; r < 3; r++) {
        const double shift = 0.01 * r;
        add_row(&rows, "none", 0, r, 0.6 + shift, 0.7);
        add_row(&rows, "rrr", 0.1, r, 0.95, 0.80);
        add_row(&rows, "rrr", 1, r, 0.7 + 2 * shift, 0.90 - shift);
        add_row(&rows, "rrr", 10, r, 0.97, 0.5 + 10 * shift); /* best in one replicate alone */
    }
    struct eg_results results = make_summary(&decoy_experiment, &rows);
    const struct {
        const char *model, *metric;
        double x, value;
    } expected[] = {
        {"none", "test_accuracy", NAN, 0.61},  {"rrr", "chosen_strength", NAN, 1},
        {"rrr", "test_accuracy", NAN, 0.72},   {"rrr", "dealt_accuracy", NAN, 0.89},
        {"rrr", "gained_accuracy", NAN, 0.11}, {"rrr", "test_accuracy", 10, 0.97},
        {"rrr", "test_accuracy", 0.1, 0.95},
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        const struct eg_result *result = eg_results_find(
            &results, "decoy_mnist", "fixed", expected[i].model, expected[i].metric, expected[i].x);
        cr_assert_not_null(result, "%zu", i);
        cr_expect_float_eq(result->value, expected[i].value, 1e-12, "%zu: %g", i, result->value);
        cr_expect(expected[i].metric[0] == 'c' || result->n == 3);
    }
    /* 0.10, 0.11 and 0.12: paired by replicate */
    const struct eg_result *gained = eg_results_find(&results, "decoy_mnist", "fixed", "rrr",
                                                     "gained_accuracy", NAN);
    cr_expect_float_eq(gained->se, 0.01 / sqrt(3), 1e-12);
    eg_results_free(&results);
}
