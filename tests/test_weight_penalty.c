/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "prior/weight_penalty.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "gradient_fixture.h"

static void check_against_oracle(const struct eg_weight_penalty *penalty, const char *oracle)
{
    struct gradient_fixture fixture;
    double scratch[FIXTURE_P];
    fixture_load(&fixture, "relu");
    real *gradient = calloc(fixture.network.parameters, sizeof *gradient);
    const double value = penalty->add(&fixture.network, 1, gradient, scratch);
    cr_expect_lt(fabs(value - oracle_value(oracle)), 1e-12 * fabs(value), "%s: %.15g, oracle %.15g",
                 oracle, value, oracle_value(oracle));
    const double distance = gradient_distance(&fixture, oracle, gradient);
    cr_expect_lt(distance, 1e-12, "%s: gradient off by %.3g", oracle, distance);
    free(gradient);
    fixture_free(&fixture);
}

Test(weight_penalty, equals_the_oracle)
{
    check_against_oracle(&eg_l1_all, "l1w");
    check_against_oracle(&eg_sgl_first, "sglfirst");
    check_against_oracle(&eg_sgl_all, "sglall");
}

/* Each penalty's slope along a direction, against central differences. */
static void check_against_differences(const struct eg_weight_penalty *penalty)
{
    const double step = 1e-6, strength = 2.5;
    struct gradient_fixture fixture;
    double scratch[FIXTURE_P];
    fixture_load(&fixture, "relu");
    const size_t count = fixture.network.parameters;
    real *gradient = calloc(3 * count, sizeof *gradient), *direction = gradient + count;
    real *unused = direction + count;
    penalty->add(&fixture.network, strength, gradient, scratch);
    double along = 0, ends[2];
    for (size_t i = 0; i < count; i++) {
        direction[i] = sin(1.0 + (double)i);
        along += gradient[i] * direction[i];
    }
    for (int end = 0; end < 2; end++) {
        for (size_t i = 0; i < count; i++)
            fixture.network.theta[i] += (end ? 2 : -1) * step * direction[i];
        ends[end] = penalty->add(&fixture.network, 0, unused, scratch);
    }
    const double slope = strength * (ends[1] - ends[0]) / (2 * step);
    cr_expect_lt(fabs(slope - along), 1e-6 * fabs(slope), "%s: %.10g, differences %.10g",
                 penalty->name, along, slope);
    free(gradient);
    fixture_free(&fixture);
}

Test(weight_penalty, slopes_equal_finite_differences)
{
    for (size_t i = 0; eg_weight_penalties[i]; i++)
        check_against_differences(eg_weight_penalties[i]);
}
