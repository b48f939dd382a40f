/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the measures of attributions have in common: shapes, moments of columns, ranks in a row. */
#ifndef EG_METRICS_ATTRIBUTION_ROWS_H
#define EG_METRICS_ATTRIBUTION_ROWS_H

#include <stddef.h>

#include "base/error.h"
#include "base/matrix.h"
#include "base/stream.h"

/* EG_DATA, in the measure's name, unless both matrices have rows, the same shape, and finite numbers
 * alone. b_name and a_name say what they are. */
int eg_check_pair(const char *measure, const char *a_name, const struct eg_matrix *a,
                  const char *b_name, const struct eg_matrix *b, struct eg_error *error);

/* mean[j], sd[j] (divisor n) of each column; sd may be NULL. EG_DATA, in the measure's name, when
 * there is no row, there are not `columns` columns, or a number is not finite. */
int eg_column_moments(const char *measure, const struct eg_matrix *x, size_t columns, double *mean,
                      double *sd, struct eg_error *error);

struct eg_ranked {
    double key, tie;
    size_t feature;
};

/* ranked[0..p-1] = the features of a row of attributions, most important first: by |phi| when sign
 * is 0, else by sign * phi. Ties are broken by draws from the stream. */
void eg_rank_features(size_t p, const real *phi, double sign, struct eg_stream stream,
                      struct eg_ranked *ranked);

/* Spearman's rank correlation of a and b (p numbers each), ties at their mean rank; NAN when all of a
 * or all of b are equal. work: 4 p numbers. */
double eg_row_rank_correlation(size_t p, const real *a, const real *b, double *work);

#endif
