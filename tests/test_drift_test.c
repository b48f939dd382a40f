/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/drift_test.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/stream.h"

enum { SEEDS = 10 };
static const double reference[SEEDS] = {0.71, 0.74, 0.69, 0.73, 0.70, 0.72, 0.75, 0.71, 0.68, 0.73};

static struct eg_drift_test test_pairs(const double *before, const double *now, size_t count)
{
    struct eg_drift_test test;
    struct eg_error error = {0};
    cr_assert_eq(eg_drift_test_paired(before, now, count, &test, &error), EG_OK, "%s",
                 error.message);
    return test;
}

/* The decision for one measure alone. */
static int moves(struct eg_drift_test test)
{
    size_t moved;
    cr_assert_eq(eg_drift_decide(&test, 1, EG_DRIFT_SCREEN, &moved, NULL), EG_OK);
    cr_expect_eq(moved, (size_t)test.moved);
    return test.moved;
}

Test(drift_test, equal_values_are_no_test)
{
    const struct eg_drift_test test = test_pairs(reference, reference, SEEDS);
    cr_expect_eq(test.kind, EG_DRIFT_EQUAL);
    cr_expect(isnan(test.p) && !moves(test));
}

Test(drift_test, one_percent_off_moves_either_way)
{
    for (int sign = -1; sign <= 1; sign += 2) {
        double now[SEEDS];
        for (size_t i = 0; i < SEEDS; i++)
            now[i] = reference[i] * (1 + 0.01 * sign);
        const struct eg_drift_test test = test_pairs(reference, now, SEEDS);
        /* mean over root mean square, 0.716 / 0.71633 */
        cr_expect_float_eq(test.relative, 0.01 * sign * 0.9995, 1e-5);
        cr_expect_lt(test.p, 1e-12);
        cr_expect(moves(test));
    }
}

/* The same difference at each seed is certain, but must be of size: of the reference's, and above what
 * rounding does. */
Test(drift_test, constant_differences)
{
    double now[SEEDS], small[SEEDS], smaller[SEEDS];
    for (size_t i = 0; i < SEEDS; i++) {
        now[i] = 0.5 + 0.125;
        small[i] = 0.5 + 0.5 / 512;
        smaller[i] = 0.5;
    }
    cr_expect_eq(test_pairs(smaller, now, SEEDS).p, 0);
    cr_expect(moves(test_pairs(smaller, now, SEEDS)));
    cr_expect_not(moves(test_pairs(smaller, small, SEEDS)));
    for (size_t i = 0; i < SEEDS; i++) {
        small[i] = 1e-9;
        smaller[i] = 2e-9;
    }
    cr_expect_not(moves(test_pairs(small, smaller, SEEDS)));
}

Test(drift_test, a_reference_of_zeros_has_the_size_one)
{
    const double zeros[SEEDS] = {0};
    const struct eg_drift_test test = test_pairs(zeros, reference, SEEDS);
    cr_expect_float_eq(test.relative, 0.716, 1e-12);
    cr_expect(moves(test));
}

Test(drift_test, gaps)
{
    double gaps[SEEDS], none[SEEDS], before[SEEDS];
    for (size_t i = 0; i < SEEDS; i++) {
        gaps[i] = i < 3 ? NAN : reference[i] + 0.01 * (double)(i % 2);
        none[i] = NAN;
        before[i] = i < 2 ? NAN : reference[i];
    }
    const struct eg_drift_test some = test_pairs(before, gaps, SEEDS);
    cr_expect_eq(some.kind, EG_DRIFT_TESTED, "a gap more than before");
    cr_expect_eq(some.n, 7);
    memcpy(gaps, reference, sizeof gaps);
    gaps[9] = NAN;
    cr_expect_eq(test_pairs(reference, gaps, SEEDS).kind, EG_DRIFT_VANISHED, "the first gap");
    cr_expect_eq(test_pairs(reference, none, SEEDS).kind, EG_DRIFT_VANISHED);
    cr_expect(moves(test_pairs(reference, none, SEEDS)));
    /* What the reference seldom has may well be missing the current run, and a new measure is no drift. */
    for (size_t i = 0; i < SEEDS; i++)
        gaps[i] = i < 3 ? reference[i] : NAN;
    cr_expect_eq(test_pairs(gaps, none, SEEDS).kind, EG_DRIFT_UNKNOWN);
    cr_expect_eq(test_pairs(none, reference, SEEDS).kind, EG_DRIFT_UNKNOWN);
    cr_expect_not(moves(test_pairs(none, reference, SEEDS)));
}

/* Two or three numbers of 200 rows each are often the same number of rows apart. */
Test(drift_test, few_pairs_are_no_test)
{
    const double before[] = {0.675, 0.68, 0.69, 0.7}, now[] = {0.705, 0.71, 0.72, 0.73};
    cr_expect_eq(test_pairs(before, now, 3).kind, EG_DRIFT_UNKNOWN);
    cr_expect_eq(test_pairs(before, now, 4).kind, EG_DRIFT_TESTED);
}

Test(drift_test, other_seeds)
{
    struct eg_stream stream = eg_stream_make(8, 0, EG_PURPOSE_DATA, 0, 0);
    double before[20], now[SEEDS];
    struct eg_drift_test test;
    for (size_t i = 0; i < 20; i++)
        before[i] = 1 + 0.01 * eg_stream_normal(&stream);
    for (size_t i = 0; i < SEEDS; i++)
        now[i] = 1.1 + 0.01 * eg_stream_normal(&stream);
    cr_assert_eq(eg_drift_test_unpaired(before, 20, now, SEEDS, &test, NULL), EG_OK);
    cr_expect_float_eq(test.p, 2 / 30045015.0, 1e-20);
    cr_expect_float_eq(test.difference, 0.1, 0.02);
    cr_expect(moves(test));
    cr_assert_eq(eg_drift_test_unpaired(before, 10, before + 10, 10, &test, NULL), EG_OK);
    cr_expect_not(moves(test), "p %g", test.p);
    for (size_t i = 0; i < SEEDS; i++)
        now[i] = NAN;
    cr_assert_eq(eg_drift_test_unpaired(before, 20, now, SEEDS, &test, NULL), EG_OK);
    cr_expect_eq(test.kind, EG_DRIFT_VANISHED);
}

/* A thousand measures of which nothing changed but the draws, long tails and whole numbers among them:
 * a nightly run with any suspect must be as rare as the level says. */
Test(drift_test, holds_its_level_over_many_measures)
{
    enum { NIGHTLY_RUNS = 200, MEASURES = 300 };
    struct eg_stream stream = eg_stream_make(4, 0, EG_PURPOSE_DATA, 0, 0);
    static struct eg_drift_test tests[MEASURES];
    size_t nightly_runs = 0, moved;
    for (int nightly_run = 0; nightly_run < NIGHTLY_RUNS; nightly_run++) {
        for (size_t k = 0; k < MEASURES; k++) {
            double values[2 * SEEDS];
            for (size_t i = 0; i < 2 * SEEDS; i++)
                values[i] = k % 3 == 0   ? eg_stream_normal(&stream)
                            : k % 3 == 1 ? tan(M_PI * (eg_stream_uniform(&stream) - 0.5))
                                         : floor(3 * eg_stream_uniform(&stream));
            tests[k] = test_pairs(values, values + SEEDS, SEEDS);
        }
        cr_assert_eq(eg_drift_decide(tests, MEASURES, EG_DRIFT_SCREEN, &moved, NULL), EG_OK);
        nightly_runs += moved > 0;
    }
    /* 5 % of 200 are 10; 20 and more have a probability of 0.004. */
    cr_expect_lt(nightly_runs, 20, "%zu of %d nights", nightly_runs, NIGHTLY_RUNS);
}
