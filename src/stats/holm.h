/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * p-values adjusted for the number of tests. A NaN is no test: it stays NaN and
 * does not count.
 */
#ifndef EG_STATS_HOLM_H
#define EG_STATS_HOLM_H

#include <stddef.h>

#include "base/error.h"

/* Holm (1979): controls the chance of any false rejection. With p_(1) <= ... <= p_(m),
 * adjusted_(k) = min(1, max over j <= k of (m - j + 1) p_(j)). adjusted may be p. */
int eg_holm(const double *p, size_t count, double *adjusted, struct eg_error *error);

/* Benjamini and Hochberg (1995): controls the false discovery rate.
 * adjusted_(k) = min(1, min over j >= k of m p_(j) / j). adjusted may be p. */
int eg_benjamini_hochberg(const double *p, size_t count, double *adjusted, struct eg_error *error);

#endif
