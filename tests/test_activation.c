/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/activation.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

static double apply_one(const struct eg_activation *activation, double a)
{
    real value = (real)a;
    activation->apply(1, &value);
    return value;
}

static double slope_one(const struct eg_activation *activation, double a)
{
    const real h = (real)apply_one(activation, a);
    real slope = 1;
    activation->multiply_slope(1, &h, &slope);
    return slope;
}

Test(activation, values_equal_their_formulas)
{
    const double points[] = {-3, -0.5, 0.25, 2};
    for (size_t i = 0; i < 4; i++) {
        const double a = points[i];
        cr_expect_float_eq(apply_one(&eg_relu, a), fmax(a, 0), 1e-15);
        cr_expect_float_eq(apply_one(&eg_softplus, a), log(1 + exp(a)), 1e-14);
        cr_expect_float_eq(apply_one(&eg_tanh, a), tanh(a), 1e-15);
        cr_expect_float_eq(apply_one(&eg_sigmoid, a), 1 / (1 + exp(-a)), 1e-15);
        cr_expect_float_eq(apply_one(&eg_identity, a), a, 0);
    }
}

Test(activation, nothing_overflows)
{
    for (size_t i = 0; eg_activations[i]; i++)
        for (int sign = -1; sign <= 1; sign += 2) {
            cr_expect(isfinite(apply_one(eg_activations[i], sign * 1e4)), "%s",
                      eg_activations[i]->name);
            cr_expect(isfinite(slope_one(eg_activations[i], sign * 1e4)), "%s",
                      eg_activations[i]->name);
        }
}

Test(activation, slopes_equal_differences)
{
    const double step = 1e-6, points[] = {-1.7, -0.3, 0.4, 1.9};
    for (size_t i = 0; eg_activations[i]; i++)
        for (size_t j = 0; j < 4; j++) {
            const struct eg_activation *s = eg_activations[i];
            const double rise = apply_one(s, points[j] + step) - apply_one(s, points[j] - step);
            cr_expect_float_eq(slope_one(s, points[j]), rise / (2 * step), 1e-9, "%s", s->name);
        }
}

/* curve gives s''/s' * tangent * delta, so with tangent 1 and delta s' it gives s''. */
Test(activation, curvature_equals_differences_of_slopes)
{
    const double step = 1e-6, points[] = {-1.7, -0.3, 0.4, 1.9};
    for (size_t i = 0; eg_activations[i]; i++)
        for (size_t j = 0; j < 4 && eg_activations[i]->curve; j++) {
            const struct eg_activation *s = eg_activations[i];
            const real h = (real)apply_one(s, points[j]), tangent = 1;
            const real delta = (real)slope_one(s, points[j]);
            real second;
            s->curve(1, &h, &tangent, &delta, &second);
            const double rise = slope_one(s, points[j] + step) - slope_one(s, points[j] - step);
            cr_expect_float_eq(second, rise / (2 * step), 1e-8, "%s", s->name);
        }
}

Test(activation, is_found_by_its_whole_name)
{
    cr_expect_eq(eg_activation_find("tanh", 4), &eg_tanh);
    cr_expect_null(eg_activation_find("tan", 3));
    cr_expect_null(eg_activation_find("tanhh", 5));
}
