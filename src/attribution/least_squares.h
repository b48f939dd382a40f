/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_ATTRIBUTION_LEAST_SQUARES_H
#define EG_ATTRIBUTION_LEAST_SQUARES_H

#include "attribution/explain_task.h"

/*
 * solution (cols) = the b that makes sum over rows of (y - a b)^2 + ridge * |b|^2 least; a is rows x
 * cols, row-major, its rows and y multiplied by the roots of their weights already. Where many b do,
 * the shortest. Through the normal equations, of the smaller of a's sides, so a should not be nearly singular
 * without being so.
 * EG_INTERNAL when memory, which is the task's, is short.
 */
int eg_solve_least_squares(struct eg_explain_task *task, size_t rows, size_t cols, const double *a,
                           const double *y, double ridge, double *solution, struct eg_error *error);

#endif
