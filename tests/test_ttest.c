/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Truth: Student's sleep data (1908) with t and p of SciPy 1.10.1, and the t distribution computed
 * to 30 digits through the incomplete beta function (mpmath). */
#include "stats/ttest.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

static const double first[] = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
static const double second[] = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};

static void expect_test(const struct eg_ttest *test, double t, double df, double p)
{
    cr_expect_float_eq(test->t, t, 1e-12 * fabs(t), "t %.17g, not %.17g", test->t, t);
    cr_expect_float_eq(test->df, df, 1e-12 * df, "df %.17g, not %.17g", test->df, df);
    cr_expect_float_eq(test->p, p, 1e-12 * p, "p %.17g, not %.17g", test->p, p);
    cr_expect_float_eq(test->difference, test->t * test->se, 1e-12);
}

Test(ttest, paired)
{
    struct eg_ttest test;
    cr_assert_eq(eg_ttest_paired(first, second, 10, &test, NULL), EG_OK);
    expect_test(&test, -4.062127683382037, 9, 0.00283289019738427);
    cr_expect_float_eq(test.difference, -1.58, 1e-14);
}

Test(ttest, pooled)
{
    struct eg_ttest test;
    cr_assert_eq(eg_ttest_pooled(first, 10, second, 10, &test, NULL), EG_OK);
    expect_test(&test, -1.8608134674868524, 18, 0.07918671421593829);
    cr_assert_eq(eg_ttest_pooled(first, 10, second, 7, &test, NULL), EG_OK);
    expect_test(&test, -1.2556792676210766, 15, 0.22844042377771492);
}

Test(ttest, welch)
{
    struct eg_ttest test;
    cr_assert_eq(eg_ttest_welch(first, 10, second, 10, &test, NULL), EG_OK);
    cr_expect_float_eq(test.df, 17.776, 5e-4, "the df that textbooks print for these data");
    cr_assert_eq(eg_ttest_welch(first, 10, second, 7, &test, NULL), EG_OK);
    cr_expect_float_eq(test.t, -1.2111945016566956, 1e-13);
    cr_expect_float_eq(test.p, 0.2504353757863398, 1e-13);
}

Test(ttest, one_sample)
{
    struct eg_ttest test;
    cr_assert_eq(eg_ttest_one_sample(first, 10, 0.5, &test, NULL), EG_OK);
    expect_test(&test, 0.44190338023794046, 9, 0.6689866236146749);
}

Test(ttest, tails_to_the_end_of_double_precision)
{
    static const struct {
        double t, df, p;
    } exact[] = {{0, 7, 1},
                 {0.001, 5, 0.99924078677219765},
                 {1.25, 18, 0.2273077238444224},
                 {3.59, 18, 0.0020932455789561679},
                 {2.5, 31, 0.01792022681338622},
                 {15.26, 199, 2.527873756948814e-35},
                 {42.53, 199, 7.7548329343508534e-102},
                 {1e5, 60, 2.2677354768709274e-248},
                 {480, 199, 7.6510560805389509e-307}};
    for (size_t i = 0; i < sizeof exact / sizeof *exact; i++) {
        const double p = eg_ttest_p(exact[i].t, exact[i].df);
        cr_expect_float_eq(p, exact[i].p, 2e-12 * exact[i].p, "p(%g, %g) = %.17g, not %.17g",
                           exact[i].t, exact[i].df, p, exact[i].p);
        cr_expect_float_eq(eg_ttest_p(-exact[i].t, exact[i].df), p, 0);
    }
}

Test(ttest, one_degree_of_freedom_is_cauchy)
{
    for (double t = 0.25; t < 1e6; t *= 3)
        cr_expect_float_eq(eg_ttest_p(t, 1), 2 / M_PI * atan(1 / t), 1e-14);
}

Test(ttest, constant_differences)
{
    struct eg_ttest test;
    const double a[] = {1, 2, 3}, b[] = {0, 1, 2};
    cr_assert_eq(eg_ttest_paired(a, a, 3, &test, NULL), EG_OK);
    cr_expect(isnan(test.t) && isnan(test.p));
    cr_assert_eq(eg_ttest_paired(a, b, 3, &test, NULL), EG_OK);
    cr_expect(isinf(test.t) && test.t > 0);
    cr_expect_float_eq(test.p, 0, 0);
    cr_assert_eq(eg_ttest_welch((const double[]){1, 1}, 2, (const double[]){2, 2}, 2, &test, NULL),
                 EG_OK);
    cr_expect(isinf(test.t) && test.t < 0);
}

Test(ttest, nan_stays_nan)
{
    struct eg_ttest test;
    cr_assert_eq(eg_ttest_one_sample((const double[]){1, NAN, 2}, 3, 0, &test, NULL), EG_OK);
    cr_expect(isnan(test.t) && isnan(test.p));
}

Test(ttest, too_few_values)
{
    struct eg_ttest test;
    struct eg_error error;
    cr_expect_eq(eg_ttest_paired(first, second, 1, &test, &error), EG_DATA);
    cr_expect(strstr(error.message, "got 1"), "%s", error.message);
    cr_expect_eq(eg_ttest_pooled(first, 1, second, 10, &test, &error), EG_DATA);
    cr_expect_eq(eg_ttest_welch(first, 10, second, 0, &test, &error), EG_DATA);
}
