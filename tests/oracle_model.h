/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first split of an oracle data set with its network, for the tests of metrics. */
#ifndef EG_TESTS_ORACLE_MODEL_H
#define EG_TESTS_ORACLE_MODEL_H

#include "base/matrix.h"
#include "base/predictor.h"

enum { ORACLE_LAYERS = 4 };

struct oracle_model {
    struct eg_matrix x_train, x_test;
    real *y_test;
    double *mean, *scale, *weights[ORACLE_LAYERS], *biases[ORACLE_LAYERS];
    size_t widths[ORACLE_LAYERS + 1];
    struct eg_predictor predictor; /* net((x - mean) / scale) */
};

/* data: "c60" or "i60". */
void oracle_model_read(struct oracle_model *model, const char *data);
void oracle_model_free(struct oracle_model *model);

/* metrics/DATA_s0_NAME as a matrix. */
struct eg_matrix read_split_oracle(const char *data, const char *name);

#endif
