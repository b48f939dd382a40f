/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A function from rows to numbers: all that a metric may know of a model. A model that begins with a
 * linear map may show it, so that whoever moves a feature can move the map's outcome with it and
 * need not begin anew.
 */
#ifndef EG_BASE_PREDICTOR_H
#define EG_BASE_PREDICTOR_H

#include "base/error.h"
#include "base/real.h"

struct eg_predictor {
    const void *context;
    size_t inputs; /* p, columns of x */
    /* output[i] = f(row i of x), x being rows x inputs. Called from several threads at once. */
    int (*predict)(const void *context, size_t rows, const real *x, real *output,
                   struct eg_error *error);
    /* f(x) = g(bias + weights x), weights being hidden x inputs. hidden 0: nothing of the kind. */
    size_t hidden;
    const real *weights, *bias;
    /* output[i] = g(column i of sums), sums being hidden x columns. Called as predict is. */
    int (*predict_rest)(const void *context, size_t columns, const real *sums, real *output,
                        struct eg_error *error);
};

#endif
