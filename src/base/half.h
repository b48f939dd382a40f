/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Floats of 16 bits, widened without loss. */
#ifndef EG_BASE_HALF_H
#define EG_BASE_HALF_H

#include <math.h>
#include <stdint.h>
#include <string.h>

/* IEEE 754 binary16: 1 bit of sign, 5 of exponent, 10 of fraction. */
static inline double eg_widen_half(uint16_t bits)
{
    const int exponent = bits >> 10 & 31, fraction = bits & 1023;
    const double size = exponent == 31 ? (fraction ? (double)NAN : (double)INFINITY)
                        : exponent     ? ldexp(1024 + fraction, exponent - 25)
                                       : ldexp(fraction, -24);
    return bits >> 15 ? -size : size;
}

/* bfloat16: the upper half of a binary32. */
static inline double eg_widen_bfloat(uint16_t bits)
{
    const uint32_t wide = (uint32_t)bits << 16;
    float number;
    memcpy(&number, &wide, sizeof number);
    return (double)number;
}

#endif
