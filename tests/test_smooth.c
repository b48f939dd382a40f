/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The exponentials of base/smooth.h against the C library's in long double. tests/single does
 * the same with float. */
#include <stdlib.h>

#include <criterion/criterion.h>

#include "base/smooth.h"
#include "nn/activation.h"

static long double exact_sigmoid(long double x)
{
    return x < 0 ? expl(x) / (1 + expl(x)) : 1 / (1 + expl(-x));
}

static long double exact_softplus(long double x)
{
    return (x > 0 ? x : 0) + log1pl(expl(-fabsl(x)));
}

static real exp_down(real x)
{
    return eg_exp_down(-eg_magnitude(x));
}
static long double exact_exp_down(long double x)
{
    return expl(-fabsl(x));
}
static real expm1_down(real x)
{
    return eg_expm1_down(-eg_magnitude(x));
}
static long double exact_expm1_down(long double x)
{
    return expm1l(-fabsl(x));
}
static real log1p_unit(real x)
{
    return x >= 0 && x <= 1 ? eg_log1p_unit(x) : 0;
}
static long double exact_log1p_unit(long double x)
{
    return x >= 0 && x <= 1 ? log1pl(x) : 0;
}
static real tanh_plainly(real x)
{
    return eg_tanh_smooth(x);
}
static real sigmoid_plainly(real x)
{
    return eg_sigmoid_smooth(x);
}
static real softplus_plainly(real x)
{
    return eg_softplus_smooth(x);
}

static const struct one_case {
    const char *name;
    real (*plainly)(real x);
    long double (*exactly)(long double x);
    const struct eg_activation *activation; /* whose loop it is, or NULL */
} cases[] = {
    {"exp", exp_down, exact_exp_down, NULL},
    {"expm1", expm1_down, exact_expm1_down, NULL},
    {"log1p", log1p_unit, exact_log1p_unit, NULL},
    {"tanh", tanh_plainly, tanhl, &eg_tanh},
    {"sigmoid", sigmoid_plainly, exact_sigmoid, &eg_sigmoid},
    {"softplus", softplus_plainly, exact_softplus, &eg_softplus},
};
enum { CASES = sizeof cases / sizeof *cases };

/* Numbers that fill the axis: each sign and exponent, denormal ones too, with fractions that
 * are spread; then EVEN ones between -128 and 128. */
enum {
    OF_EXPONENT = EG_FRACTION == 52 ? 64 : 512,
    EXPONENTS = 2 * EG_BIAS + 1,
    SPREAD = 2 * OF_EXPONENT * EXPONENTS,
    EVEN = 1 << 17,
    NUMBERS = SPREAD + EVEN
};

static real make_number(size_t index)
{
    if (index >= SPREAD)
        return (real)(256.0 * (double)(index - SPREAD) / EVEN - 128);
    const size_t which = index / 2 % OF_EXPONENT;
    const eg_real_bits one = 1, exponent = (eg_real_bits)(index / 2 / OF_EXPONENT);
    const eg_real_bits spread = (eg_real_bits)(which * 0x9e3779b97f4a7c15u);
    const eg_real_bits bits = (eg_real_bits)(index % 2) << (8 * sizeof one - 1) |
                              exponent << EG_FRACTION | (spread & ((one << EG_FRACTION) - 1));
    real number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

/* In units in the last place of the exact value. */
static double error_in_ulps(real value, long double exact)
{
    const long double size = fabsl(exact);
    int exponent;
    frexpl(size, &exponent);
    if (size == 0 || exponent < 2 - EG_BIAS)
        exponent = 2 - EG_BIAS;
    return (double)(fabsl((long double)value - exact) / ldexpl(1, exponent - 1 - EG_FRACTION));
}

Test(smooth, errors_are_within_the_bound)
{
    for (size_t i = 0; i < CASES; i++) {
        const struct one_case *one = &cases[i];
        double most = 0;
        real where = 0;
        for (size_t j = 0; j < NUMBERS; j++) {
            const real x = make_number(j);
            const double off = error_in_ulps(one->plainly(x), one->exactly((long double)x));
            if (off > most) {
                most = off;
                where = x;
            }
        }
        cr_log_info("%s: at most %.3f ulp, at %a", one->name, most, (double)where);
        cr_expect_leq(most, EG_SMOOTH_ULPS, "%s(%a) is off by %.3g ulp", one->name, (double)where,
                      most);
    }
}

/* The activations' loops, in the vectors of this processor, against these functions one number
 * at a time without any. */
Test(smooth, vectors_change_no_bit)
{
    real *values = malloc(NUMBERS * sizeof *values);
    for (size_t i = 0; i < CASES; i++) {
        const struct one_case *one = &cases[i];
        if (!one->activation)
            continue;
        for (size_t j = 0; j < NUMBERS; j++)
            values[j] = make_number(j);
        one->activation->apply(NUMBERS, values);
        size_t others = 0;
        for (size_t j = 0; j < NUMBERS; j++) {
            const real plain = one->plainly(make_number(j));
            others += memcmp(&plain, &values[j], sizeof plain) != 0;
        }
        cr_expect_eq(others, 0, "%s: %zu other bits", one->name, others);
    }
    free(values);
}

Test(smooth, edges_are_exact)
{
    const real infinite = (real)INFINITY, none = (real)NAN;
    for (size_t i = 0; i < CASES; i++)
        cr_expect(strcmp(cases[i].name, "log1p") == 0 || isnan(cases[i].plainly(none)),
                  "%s of NaN is a number", cases[i].name);
    cr_expect_eq(eg_tanh_smooth(infinite), 1);
    cr_expect_eq(eg_tanh_smooth(-infinite), -1);
    cr_expect(signbit(eg_tanh_smooth((real)-0.0)));
    cr_expect_eq(eg_sigmoid_smooth(infinite), 1);
    cr_expect_eq(eg_sigmoid_smooth(-infinite), 0);
    cr_expect_eq(eg_softplus_smooth(infinite), infinite);
    cr_expect_eq(eg_softplus_smooth(-infinite), 0);
}
