/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A split of an oracle data set with a network from the oracle, for the tests of metrics. */
#ifndef EG_TESTS_ORACLE_MODEL_H
#define EG_TESTS_ORACLE_MODEL_H

#include <stdint.h>

#include "base/matrix.h"
#include "base/predictor.h"
#include "nn/network.h"

enum { ORACLE_LAYERS = 4 };

struct oracle_model {
    struct eg_matrix x_train, x_test;
    real *y_test;
    double *mean, *scale, *weights[ORACLE_LAYERS], *biases[ORACLE_LAYERS];
    size_t widths[ORACLE_LAYERS + 1];
    struct eg_predictor predictor; /* net((x - mean) / scale) */
};

/* data: "c60" or "i60". weights: "c60_s0" for the files metrics/c60_s0_W1 and so on; the scaling is
 * that of the first split whatever the split. */
void oracle_model_read(struct oracle_model *model, const char *data, const char *weights,
                       uint32_t split);
void oracle_model_free(struct oracle_model *model);

/* The predictor as a network, the scaling being part of its first layer; eg_network_free() it. */
struct eg_network oracle_model_network(const struct oracle_model *model);

/* The gradient of net (without the scaling) at each test row; eg_matrix_free() it. */
struct eg_matrix oracle_model_gradients(const struct oracle_model *model);

/* metrics/NAME as a matrix; eg_matrix_free() it. */
struct eg_matrix read_oracle_matrix(const char *name);

#endif
