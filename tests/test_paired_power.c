/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Truth: SciPy's noncentral t; the units that textbooks give for 80 % power. */
#include "stats/paired_power.h"

#include <math.h>

#include <criterion/criterion.h>

Test(paired_power, as_scipy_has_it)
{
    static const struct {
        size_t units;
        double effect, level, shared, power;
    } cases[] = {{6, 1, 0.05, 0, 0.5068419799585816},
                 {10, 0.5, 0.05, 0, 0.2931756065140766},
                 {20, -0.5, 0.05, 0, 0.5645044184390203},
                 {6, 2, 0.05, 0, 0.9705035693904163},
                 {10, 1, 0.05 / 26, 0, 0.23312733506025327},
                 {10, 1, 0.05, 1.0 / 9, 0.4933023994666758},
                 {6, 0, 0.05, 0, 0.05}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        cr_expect_float_eq(
            eg_paired_power(cases[i].units, cases[i].effect, cases[i].level, cases[i].shared),
            cases[i].power, 1e-6, "%zu", i);
    cr_expect_eq(eg_paired_power(6, 1e6, 0.05, 0), 1);
    cr_expect(isnan(eg_paired_power(6, NAN, 0.05, 0)));
}

Test(paired_power, units_needed)
{
    cr_expect_eq(eg_units_needed(1, 0.05, 0, 0.8, 5, 1000), 10);
    cr_expect_eq(eg_units_needed(-0.5, 0.05, 0, 0.8, 5, 1000), 34);
    cr_expect_eq(eg_units_needed(0.1, 0.05, 0, 0.8, 5, 1000), 787);
    cr_expect_eq(eg_units_needed(2, 0.05 / 26, 0, 0.8, 5, 1000), 9);
    cr_expect_eq(eg_units_needed(5, 0.05, 0, 0.8, 5, 1000), 5, "the fewest asked for");
    cr_expect_eq(eg_units_needed(0.05, 0.05, 0, 0.8, 5, 1000), 0, "more than 1000");
    cr_expect_eq(eg_units_needed(0.5, 0.05, 1.0 / 9, 0.8, 5, 1000), 0, "no number of splits does");
    cr_expect_eq(eg_units_needed(NAN, 0.05, 0, 0.8, 5, 1000), 0);
}

Test(paired_power, effect_found_is_what_has_the_power)
{
    for (size_t units = 5; units < 60; units += 18)
        cr_expect_float_eq(
            eg_paired_power(units, eg_effect_found(units, 0.05, 0.1, 0.8), 0.05, 0.1), 0.8, 1e-5);
}
