/* SPDX-License-Identifier: GPL-3.0-or-later */
/** @file
 * How good a prediction is, and how sparse attributions are. */
#ifndef EGBENCH_METRICS_H
#define EGBENCH_METRICS_H

#include "egbench_base.h"

/** *gini = the Gini coefficient of each feature's mean |phi| over rows, phi being rows x features:
 *
 *     sum over i, j of |v_i - v_j| / (2 features sum of v)   (Erion et al. 2021, Methods 3.3)
 *
 * from 0, all features counting alike, to 1 - 1 / features, one alone counting. Returns
 * EGBENCH_DATA when phi has no row or feature or is not finite, EGBENCH_INTERNAL when memory is
 * short. */
EGBENCH_API int egbench_gini(size_t rows, size_t features, const eg_real *phi, double *gini,
                             struct egbench_error *error);

/** *auc = the area under the ROC curve: the probability that a row of label 1 scores above one of
 * label 0, ties counting a half (Hanley and McNeil 1982). Returns EGBENCH_DATA when a label is
 * neither 0 nor 1, a score is NAN, or there is one class only, EGBENCH_INTERNAL when memory is
 * short. */
EGBENCH_API int egbench_roc_auc(size_t rows, const eg_real *labels, const eg_real *scores,
                                double *auc, struct egbench_error *error);

/** *r_squared = 1 - sum of (y - prediction)^2 / sum of (y - mean y)^2. Returns EGBENCH_DATA when y
 * is constant, there is no row, or a number is not finite. */
EGBENCH_API int egbench_r_squared(size_t rows, const eg_real *y, const eg_real *prediction,
                                  double *r_squared, struct egbench_error *error);

#endif
