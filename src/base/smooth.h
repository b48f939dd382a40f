/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Exponentials for loops under EG_WIDE: additions, multiplications, divisions and choices alone,
 * so that the compiler makes vectors of them and the bits are the same on every processor. Each
 * is within EG_SMOOTH_ULPS units in the last place of the true value, denormal numbers and
 * infinities included; NaN gives NaN (tests/test_smooth.c).
 *
 * e^y = 2^n e^r, where n = round(y / ln 2), and e^r = 1 + r + r^2 q(r). log(1 + x) = 2 atanh(s),
 * where s = x / (2 + x). q and the rest of atanh are polynomials with the least largest relative
 * error, by Remez's exchange: 2^-61 and 2^-57 in double precision, 2^-31 and 2^-27 in single.
 */
#ifndef EG_BASE_SMOOTH_H
#define EG_BASE_SMOOTH_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/real.h"

#define EG_SMOOTH_ULPS 3.0

/* Inlined for the sake of the vectors. */
#define EG_SMOOTH static inline __attribute__((always_inline))

#ifdef EG_SINGLE
typedef uint32_t eg_real_bits;
#define EG_REAL_CONSTANT(number) number##f
/* Exponent: digits of the fraction, bias. shift + y has the integer next to y in its last
 * digits. deep: so far down that 2^n, a denormal number, is reached in two steps. */
enum { EG_FRACTION = 23, EG_BIAS = 127, EG_DEEP = 64 };
static const real eg_shift = 0x1.8p23f, eg_ln2_high = 0x1.62ep-1f, eg_ln2_low = 0x1.0bfbe8p-15f,
                  eg_least_exponent = -104;
static const real eg_exp_terms[] = {0.5000000014f,   0.1666666676f,   0.04166646398f,
                                    0.008333285791f, 0.001393375371f, 0.0001990773647f};
static const real eg_log_terms[] = {0.6666668525265344f, 0.3998869305091175f, 0.2958351979152012f};
static const real eg_tail_middle = 2;
static const real eg_tail_terms[] = {1.27697838231f,    -0.0927638148224f, -0.166030484951f,
                                     0.164050879608f,   -0.0542184372284f, -0.0080297842599f,
                                     0.00871278567874f, 0.00125062103332f, -0.00143014992719f,
                                     -0.000401834516f,  0.000177807877f,   8.38381821243e-5f};
#else
typedef uint64_t eg_real_bits;
#define EG_REAL_CONSTANT(number) number
enum { EG_FRACTION = 52, EG_BIAS = 1023, EG_DEEP = 128 };
static const real eg_shift = 0x1.8p52, eg_ln2_high = 0x1.62e42fefa38p-1,
                  eg_ln2_low = 0x1.ef35793c7673p-45, eg_least_exponent = -746;
static const real eg_exp_terms[] = {
    0.5,
    0.1666666666666667104008,
    0.04166666666666668398511,
    0.008333333333326069320442,
    0.001388888888887426888571,
    0.0001984126987505043698819,
    0.00002480158734764759196607,
    0.000002755725510910722353436,
    2.755725261413573208635e-7,
    2.510533798236270642377e-8,
    2.092169034051745860828e-9,
};
static const real eg_log_terms[] = {
    0.666666666666666976, 0.39999999999897605,  0.285714286267790863, 0.222222110109994917,
    0.181828977136955945, 0.153314478656019472, 0.146197120230173308,
};
static const real eg_tail_middle = 4;
static const real eg_tail_terms[] = {
    1.2329951186255525102,     -0.13962111684056251977,     0.015379652102619576321,
    0.068097054254693473323,   -0.10103906603629560729,     0.093732834998321394626,
    -0.066330365812388664272,  0.037167515537922650098,     -0.016197734056192746184,
    0.005031969974293165398,   -0.00075777329647634341552,  -0.00019925667587989875737,
    0.00015062169605217739281, -0.000024399274806735163977, -0.000011222054159467880311,
    5.7098534417646495077e-6,  2.9381751568737866795e-7,    -8.2556100317195343347e-7,
    7.4640169088950046388e-8,  1.1011918537215051344e-7,    -1.7920360316356550918e-8,
    -1.4096503348569252131e-8, 1.8368212617851956104e-9,    1.2537550125450752155e-9,
};
#endif

enum {
    EG_EXP_TERMS = sizeof eg_exp_terms / sizeof *eg_exp_terms,
    EG_LOG_TERMS = sizeof eg_log_terms / sizeof *eg_log_terms,
    EG_TAIL_TERMS = sizeof eg_tail_terms / sizeof *eg_tail_terms
};

EG_SMOOTH real eg_polynomial(const real *terms, int count, real x)
{
    real sum = terms[count - 1];
#pragma GCC unroll 32
    for (int i = count - 2; i >= 0; i--)
        sum = sum * x + terms[i];
    return sum;
}

/* 2^(n + more), where shifted = eg_shift + n */
EG_SMOOTH real eg_scale(real shifted, int more)
{
    eg_real_bits bits;
    real scale;
    memcpy(&bits, &shifted, sizeof bits);
    bits = (bits + (eg_real_bits)(EG_BIAS + more)) << EG_FRACTION;
    memcpy(&scale, &bits, sizeof scale);
    return scale;
}

/* e^r - 1, where y = n ln 2 + r; shifted = eg_shift + n */
EG_SMOOTH real eg_reduce(real y, real *shifted)
{
    *shifted = y * EG_REAL_CONSTANT(1.4426950408889634) + eg_shift;
    const real n = *shifted - eg_shift;
    const real r = (y - n * eg_ln2_high) - n * eg_ln2_low;
    return r + r * r * eg_polynomial(eg_exp_terms, EG_EXP_TERMS, r);
}

/* e^y, for y <= 0 */
EG_SMOOTH real eg_exp_down(real y)
{
    real shifted;
    const real least = y < eg_least_exponent ? eg_least_exponent : y;
    const real part = eg_reduce(least, &shifted);
    return (1 + part) * eg_scale(shifted, EG_DEEP) * eg_scale(eg_shift, -EG_DEEP);
}

/* e^y - 1, for y <= 0 */
EG_SMOOTH real eg_expm1_down(real y)
{
    real shifted;
    const real least = y < -80 ? -80 : y;
    const real part = eg_reduce(least, &shifted), scale = eg_scale(shifted, 0);
    return scale * part + (scale - 1);
}

/* log(1 + x), for x from 0 to 1; from sqrt(2) on, half of 1 + x is taken. */
EG_SMOOTH real eg_log1p_unit(real x)
{
    const int is_large = x > EG_REAL_CONSTANT(0.41421356237309503);
    const real f = is_large ? EG_REAL_CONSTANT(0.5) * x - EG_REAL_CONSTANT(0.5) : x;
    const real start = is_large ? EG_REAL_CONSTANT(0.6931471805599453) : 0;
    const real s = f / (2 + f), square = s * s;
    return start + (f - s * (f - square * eg_polynomial(eg_log_terms, EG_LOG_TERMS, square)));
}

EG_SMOOTH real eg_magnitude(real x)
{
    return x < 0 ? -x : x;
}

/* The sign of -0 is kept, and NaN. */
EG_SMOOTH real eg_tanh_smooth(real x)
{
    const real t = eg_expm1_down(-2 * eg_magnitude(x)), size = t / (2 + t);
    return x > 0 ? -size : x < 0 ? size : x;
}

/* 1 / (1 + e^-x) */
EG_SMOOTH real eg_sigmoid_smooth(real x)
{
    const real e = eg_exp_down(-eg_magnitude(x));
    return (x < 0 ? e : 1) / (1 + e);
}

/*
 * The standard normal distribution function, to EG_SMOOTH_ULPS of 1; *density, that of a. The tail is
 * e^-(z^2) erfcx(z) / 2 with z = |a| / sqrt(2), and (1 + 2 z) erfcx(z) a polynomial in
 * (z - middle) / (z + middle) by Chebyshev's points: to 2^-58, in single precision 2^-29.
 */
EG_SMOOTH real eg_normal_smooth(real a, real *density)
{
    const real z = EG_REAL_CONSTANT(0.70710678118654752) * eg_magnitude(a);
    const real e = eg_exp_down(-EG_REAL_CONSTANT(0.5) * a * a);
    const real t = (z - eg_tail_middle) / (z + eg_tail_middle);
    const real scaled = eg_polynomial(eg_tail_terms, EG_TAIL_TERMS, t) / (1 + 2 * z);
    const real tail = EG_REAL_CONSTANT(0.5) * e * scaled;
    *density = EG_REAL_CONSTANT(0.39894228040143268) * e;
    return a < 0 ? tail : 1 - tail;
}

/* log(1 + e^x) */
EG_SMOOTH real eg_softplus_smooth(real x)
{
    return (x < 0 ? 0 : x) + eg_log1p_unit(eg_exp_down(-eg_magnitude(x)));
}

#endif
