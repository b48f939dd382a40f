/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Truth: the formula of Nadeau and Bengio (2003) evaluated with SciPy 1.10.1 on Student's sleep
 * data. */
#include "stats/resampled_ttest.h"

#include <criterion/criterion.h>

static const double first[] = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
static const double second[] = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};

static struct eg_ttest test_resamples(const double *a, const double *b, size_t count,
                                      size_t n_train, size_t n_test)
{
    struct eg_ttest test;
    cr_assert_eq(eg_ttest_paired(a, b, count, &test, NULL), EG_OK);
    eg_correct_resampled(&test, count, n_train, n_test);
    return test;
}

Test(resampled_ttest, equals_the_formula)
{
    struct eg_ttest test = test_resamples(first, second, 10, 90, 10);
    cr_expect_float_eq(test.t, -2.7957480106770447, 1e-13);
    cr_expect_float_eq(test.p, 0.020857022957686776, 1e-14);
    cr_expect_float_eq(test.df, 9, 0);
    test = test_resamples(first, second, 10, 100, 13242);
    cr_expect_float_eq(test.t, -0.11158680855603287, 1e-13);
    cr_expect_float_eq(test.p, 0.9136000347593014, 1e-13);
}

Test(resampled_ttest, no_test_rows_gives_the_plain_paired_test)
{
    const struct eg_ttest corrected = test_resamples(first, second, 10, 90, 0);
    struct eg_ttest plain;
    cr_assert_eq(eg_ttest_paired(first, second, 10, &plain, NULL), EG_OK);
    cr_expect_float_eq(corrected.t, plain.t, 1e-15);
    cr_expect_float_eq(corrected.p, plain.p, 1e-15);
}

Test(resampled_ttest, more_resamples_of_the_same_data_do_not_buy_certainty)
{
    /* Repeating the same ten differences a hundred times makes the plain t grow without bound;
     * the corrected one has the limit mean / (sd sqrt(n_test / n_train)). */
    double a[1000], b[1000];
    for (size_t i = 0; i < 1000; i++) {
        a[i] = first[i % 10];
        b[i] = second[i % 10];
    }
    const struct eg_ttest corrected = test_resamples(a, b, 1000, 100, 100);
    struct eg_ttest plain;
    cr_assert_eq(eg_ttest_paired(a, b, 1000, &plain, NULL), EG_OK);
    cr_expect_lt(plain.t, -40);
    cr_expect_gt(corrected.t, -1.4);
}
