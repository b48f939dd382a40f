/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Truth: a worked example by hand, and the properties that define the corrections. */
#include "stats/holm.h"

#include <math.h>

#include <criterion/criterion.h>

#include "base/stream.h"

static void expect_equal(const double *got, const double *wanted, size_t count)
{
    for (size_t i = 0; i < count; i++)
        cr_expect(fabs(got[i] - wanted[i]) < 1e-15 || (isnan(got[i]) && isnan(wanted[i])),
                  "adjusted[%zu] = %.17g, not %.17g", i, got[i], wanted[i]);
}

Test(holm, worked_example)
{
    /* Sorted 0.005 0.01 0.03 0.04 times 4 3 2 1 = 0.02 0.03 0.06 0.04, made monotone. */
    const double p[] = {0.01, 0.04, 0.03, 0.005};
    double adjusted[4];
    cr_assert_eq(eg_holm(p, 4, adjusted, NULL), EG_OK);
    expect_equal(adjusted, (const double[]){0.03, 0.06, 0.06, 0.02}, 4);
}

Test(holm, benjamini_hochberg_worked_example)
{
    /* Sorted times 4 / rank = 0.02 0.02 0.04 0.04. */
    const double p[] = {0.01, 0.04, 0.03, 0.005};
    double adjusted[4];
    cr_assert_eq(eg_benjamini_hochberg(p, 4, adjusted, NULL), EG_OK);
    expect_equal(adjusted, (const double[]){0.02, 0.04, 0.04, 0.02}, 4);
}

Test(holm, adjusted_p_never_exceeds_one)
{
    const double p[] = {0.9, 0.6, 0.7};
    double adjusted[3];
    cr_assert_eq(eg_holm(p, 3, adjusted, NULL), EG_OK);
    expect_equal(adjusted, (const double[]){1, 1, 1}, 3);
    cr_assert_eq(eg_benjamini_hochberg(p, 3, adjusted, NULL), EG_OK);
    expect_equal(adjusted, (const double[]){0.9, 0.9, 0.9}, 3);
}

Test(holm, a_nan_is_no_test)
{
    const double p[] = {NAN, 0.02, 0.01, NAN};
    double adjusted[4];
    cr_assert_eq(eg_holm(p, 4, adjusted, NULL), EG_OK);
    expect_equal(adjusted, (const double[]){NAN, 0.02, 0.02, NAN}, 4);
    cr_assert_eq(eg_benjamini_hochberg(p, 4, adjusted, NULL), EG_OK);
    expect_equal(adjusted, (const double[]){NAN, 0.02, 0.02, NAN}, 4);
}

/* NaN strewn between the tests must not change what the tests get. */
Test(holm, nans_do_not_disturb_the_order)
{
    enum { TESTS = 12, PLACES = 30 };
    struct eg_stream stream = eg_stream_make(3, 0, EG_PURPOSE_DATA, 0, 0);
    for (int round = 0; round < 200; round++) {
        double p[TESTS], strewn[PLACES], adjusted[2][TESTS], of_strewn[2][PLACES];
        size_t place[PLACES];
        for (size_t i = 0; i < PLACES; i++) {
            place[i] = i;
            strewn[i] = NAN;
        }
        eg_stream_shuffle(&stream, place, PLACES);
        for (size_t i = 0; i < TESTS; i++)
            strewn[place[i]] = p[i] = pow(eg_stream_uniform(&stream), 4);
        eg_holm(p, TESTS, adjusted[0], NULL);
        eg_holm(strewn, PLACES, of_strewn[0], NULL);
        eg_benjamini_hochberg(p, TESTS, adjusted[1], NULL);
        eg_benjamini_hochberg(strewn, PLACES, of_strewn[1], NULL);
        for (size_t i = 0; i < TESTS; i++) {
            cr_assert_float_eq(of_strewn[0][place[i]], adjusted[0][i], 1e-15);
            cr_assert_float_eq(of_strewn[1][place[i]], adjusted[1][i], 1e-15);
        }
    }
}

Test(holm, in_place_and_empty)
{
    double p[] = {0.01, 0.04};
    cr_assert_eq(eg_holm(p, 2, p, NULL), EG_OK);
    expect_equal(p, (const double[]){0.02, 0.04}, 2);
    cr_expect_eq(eg_holm(p, 0, p, NULL), EG_OK);
}

/* Of tests without any effect, Holm rejects somewhere at 5 % in about 5 % of families. */
Test(holm, controls_the_family)
{
    const size_t families = 4000, tests = 10;
    struct eg_stream stream = eg_stream_make(11, 0, EG_PURPOSE_DATA, 0, 0);
    size_t rejected = 0;
    for (size_t f = 0; f < families; f++) {
        double p[10], least = 1;
        for (size_t i = 0; i < tests; i++)
            p[i] = eg_stream_uniform(&stream);
        cr_assert_eq(eg_holm(p, tests, p, NULL), EG_OK);
        for (size_t i = 0; i < tests; i++)
            least = fmin(least, p[i]);
        rejected += least <= 0.05;
    }
    /* 1 - (1 - 0.005)^10 = 0.0489; four standard errors of the share are 0.0136. */
    cr_expect_float_eq((double)rejected / (double)families, 0.0489, 0.0136);
}
