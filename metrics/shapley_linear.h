/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The attribution nothing can beat where the truth is linear: exact Shapley values. */
#ifndef EG_METRICS_SHAPLEY_LINEAR_H
#define EG_METRICS_SHAPLEY_LINEAR_H

#include "base/error.h"
#include "base/matrix.h"

/*
 * phi[i][j] = beta[j] (x[i][j] - mean over background rows of column j): the interventional Shapley
 * values of f(x) = sum_j beta[j] x[j] (+ any constant), that is of the game v(S) = mean over
 * background rows b of f(x_S, b_notS). phi and x: n x p; background: m x p; beta: p numbers.
 * EG_INTERNAL when the shapes disagree, EG_DATA when there is no background row.
 */
int eg_shapley_linear(const double *beta, const struct eg_matrix *x,
                      const struct eg_matrix *background, struct eg_matrix *phi,
                      struct eg_error *error);

#endif
