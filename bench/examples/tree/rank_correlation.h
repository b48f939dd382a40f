/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The header of rank_correlation.c.
 *   place: metrics/rank_correlation.h
 *
 * How far two rankings agree.
 */
#ifndef EG_METRICS_RANK_CORRELATION_H
#define EG_METRICS_RANK_CORRELATION_H

#include <stddef.h>

#include "base/error.h"
#include "metrics/metric_info.h"

extern const struct eg_metric_info eg_rank_correlation_info;

/*
 * *correlation = Spearman's rho of a and b (count each): Pearson's correlation of the ranks, equal
 * numbers sharing their mean rank (Spearman 1904). work: room for 2 count numbers. EG_DATA when a
 * number is NaN, or all numbers of a or of b are equal.
 */
int eg_rank_correlation(size_t count, const double *a, const double *b, double *work,
                        double *correlation, struct eg_error *error);

#endif
