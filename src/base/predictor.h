/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A function from rows to numbers: all that a metric may know of a model.
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
};

#endif
