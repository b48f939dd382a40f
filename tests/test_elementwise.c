/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Elementwise functions against their formulas, by the C library's exponentials. */
#include "nn/elementwise.h"

#include <math.h>

#include <criterion/criterion.h>

#include "nn/layer.h"

static double leaky_relu(double p, double a)
{
    return a > 0 ? a : p * a;
}
static double elu(double p, double a)
{
    return a > 0 ? a : p * expm1(a);
}
static double gelu(double p, double a)
{
    (void)p;
    return a * erfc(-a * sqrt(0.5)) / 2;
}
static double gelu_tanh(double p, double a)
{
    (void)p;
    return a / 2 * (1 + tanh(sqrt(2 / M_PI) * (a + 0.044715 * pow(a, 3))));
}
static double silu(double p, double a)
{
    (void)p;
    return a / (1 + exp(-a));
}
static double softplus(double p, double a)
{
    return p * a > 0 ? a + log1p(exp(-p * a)) / p : log1p(exp(p * a)) / p;
}

static const struct formula {
    const struct eg_layer_type *type;
    double parameter;
    double (*value)(double p, double a);
} formulas[] = {
    {&eg_leaky_relu, 0.2, leaky_relu},   {&eg_elu, 1.3, elu}, {&eg_gelu, 0, gelu},
    {&eg_gelu_tanh, 0, gelu_tanh},       {&eg_silu, 0, silu}, {&eg_scaled_softplus, 3, softplus},
    {&eg_scaled_softplus, 0.1, softplus}};
enum { FORMULAS = sizeof formulas / sizeof *formulas, POINTS = 4001 };

static double point_at(size_t i)
{
    return ((double)i - POINTS / 2) / 50 + 1e-3; /* up to 40 either way, and never at 0 */
}

Test(elementwise, values_equal_their_formulas)
{
    for (const struct formula *f = formulas; f < formulas + FORMULAS; f++)
        for (size_t i = 0; i < POINTS; i++) {
            const double a = point_at(i), expected = f->value(f->parameter, a);
            const real in = (real)a;
            real out;
            f->type->elementwise->apply((real)f->parameter, 1, &in, &out);
            cr_expect_float_eq(out, expected, 2e-15 * (1 + fabs(a) + fabs(expected)),
                               "%s(%g): %.17g, not %.17g", f->type->name, a, out, expected);
        }
}

static double slope_at(const struct formula *f, double a)
{
    const real in = (real)a, one = 1;
    real out;
    f->type->elementwise->multiply_slope((real)f->parameter, 1, &in, &one, &out);
    return out;
}

/* Four places make a difference exact to the fourth power of the step. */
static double differentiate(double (*value)(const struct formula *f, double a),
                            const struct formula *f, double a)
{
    const double step = 1e-3;
    return (8 * (value(f, a + step) - value(f, a - step)) -
            (value(f, a + 2 * step) - value(f, a - 2 * step))) /
           (12 * step);
}

static double value_at(const struct formula *f, double a)
{
    return f->value(f->parameter, a);
}

Test(elementwise, slopes_and_curves_equal_differences)
{
    for (const struct formula *f = formulas; f < formulas + FORMULAS; f++)
        for (size_t i = 0; i < POINTS; i += 7) {
            const double a = point_at(i);
            const real in = (real)a, one = 1;
            real curve;
            if (fabs(a) < 3e-3)
                continue; /* a kink may be there */
            cr_expect_float_eq(slope_at(f, a), differentiate(value_at, f, a), 1e-9,
                               "%s'(%g): %.12g", f->type->name, a, slope_at(f, a));
            f->type->elementwise->curve((real)f->parameter, 1, &in, &one, &one, &curve);
            cr_expect_float_eq(curve, differentiate(slope_at, f, a), 1e-9, "%s''(%g): %.12g",
                               f->type->name, a, curve);
        }
}

Test(elementwise, nothing_overflows)
{
    for (const struct formula *f = formulas; f < formulas + FORMULAS; f++)
        for (int sign = -1; sign <= 1; sign += 2) {
            const real in = (real)(sign * 1e4), one = 1;
            real out[3];
            const struct eg_elementwise *s = f->type->elementwise;
            s->apply((real)f->parameter, 1, &in, &out[0]);
            s->multiply_slope((real)f->parameter, 1, &in, &one, &out[1]);
            s->curve((real)f->parameter, 1, &in, &one, &one, &out[2]);
            for (size_t i = 0; i < 3; i++)
                cr_expect(isfinite(out[i]), "%s at %g: %zu", f->type->name, in, i);
        }
}
