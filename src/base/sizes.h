/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arithmetic of counts. */
#ifndef EG_BASE_SIZES_H
#define EG_BASE_SIZES_H

#include <stddef.h>

/* The least multiple of `unit` that is not less than `count`. */
static inline size_t eg_round_up(size_t count, size_t unit)
{
    return (count + unit - 1) / unit * unit;
}

static inline size_t eg_least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static inline size_t eg_most(size_t a, size_t b)
{
    return a > b ? a : b;
}

#endif
