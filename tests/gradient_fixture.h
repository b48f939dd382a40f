/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The small network of tests/oracle/gradients/mlp, with its data. */
#ifndef EG_TESTS_GRADIENT_FIXTURE_H
#define EG_TESTS_GRADIENT_FIXTURE_H

#include "attribution/attribution.h"
#include "given_points.h"

enum { FIXTURE_N = 6, FIXTURE_P = 9, FIXTURE_K = 4 };

struct gradient_fixture {
    const char *activation; /* "relu", "tanh" or "softplus" */
    struct eg_network network;
    struct eg_matrix x;           /* n x p */
    struct eg_matrix references;  /* n k x p: the references of sample i are rows i k and up */
    struct eg_matrix baselines;   /* n x p: for integrated gradients */
    double *y, *mask, *laplacian; /* n; n x p; p x p */
};

void fixture_load(struct gradient_fixture *fixture, const char *activation);
void fixture_free(struct gradient_fixture *fixture);

/* Largest |a - b| / max |b| over a tensor, b from the oracle file. */
double oracle_distance(const char *file, const double *values, size_t count);

/* oracle_distance over all tensors of a gradient: mlp/PREFIX.dW1, .db1, ... */
double gradient_distance(const struct gradient_fixture *fixture, const char *prefix,
                         const real *gradient);

/* The number in mlp/NAME.val */
double oracle_value(const char *name);

#endif
