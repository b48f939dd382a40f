/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Models that can be worked out by hand, as predictors. */
#ifndef EG_TESTS_PLAIN_MODELS_H
#define EG_TESTS_PLAIN_MODELS_H

#include "base/matrix.h"
#include "base/predictor.h"

struct plain_linear {
    size_t p;
    double beta[64], constant;
};

/* f(x) = constant + sum beta[j] x[j]; the model must outlive the predictor. */
struct eg_predictor linear_predictor(const struct plain_linear *model);

/* f(x) = x^2, of one feature. */
extern const struct eg_predictor square_predictor;

/* Fails with EG_DATA and "no such model". */
extern const struct eg_predictor failing_predictor;

/* A matrix over the numbers, which it does not own. */
struct eg_matrix view(size_t rows, size_t cols, real *numbers);

#endif
