/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Truth: SciPy and numpy on Student's sleep data. */
#include "stats/effect_size.h"

#include <math.h>

#include <criterion/criterion.h>

static const double first[] = {0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0};
static const double second[] = {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4};

Test(effect_size, paired)
{
    double d;
    cr_assert_eq(eg_cohen_d_paired(first, second, 10, &d, NULL), EG_OK);
    cr_expect_float_eq(d, -1.2845575625910546, 1e-14);
}

Test(effect_size, two_samples)
{
    double d;
    cr_assert_eq(eg_cohen_d_two_sample(first, 10, second, 7, &d, NULL), EG_OK);
    cr_expect_float_eq(d, -0.6188054990205825, 1e-14);
}

Test(effect_size, does_not_depend_on_units_or_origin)
{
    double a[10], b[7], d, moved;
    for (size_t i = 0; i < 10; i++)
        a[i] = 100 + 25 * first[i];
    for (size_t i = 0; i < 7; i++)
        b[i] = 100 + 25 * second[i];
    cr_assert_eq(eg_cohen_d_two_sample(first, 10, second, 7, &d, NULL), EG_OK);
    cr_assert_eq(eg_cohen_d_two_sample(a, 10, b, 7, &moved, NULL), EG_OK);
    cr_expect_float_eq(moved, d, 1e-12);
}

Test(effect_size, needs_two_values)
{
    double d;
    struct eg_error error;
    cr_expect_eq(eg_cohen_d_paired(first, second, 1, &d, &error), EG_DATA);
    cr_expect_eq(eg_cohen_d_two_sample(first, 2, second, 1, &d, &error), EG_DATA);
}
