/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Networks and rows for tests of attributions. */
#ifndef EG_TESTS_SMALL_NETWORK_H
#define EG_TESTS_SMALL_NETWORK_H

#include "attribution/explain.h"

/* A network of that text with drawn weights and biases; aborts the test on failure. */
struct eg_network draw_network(size_t inputs, const char *text, uint64_t seed);

/* rows x cols standard normals. */
struct eg_matrix draw_matrix(size_t rows, size_t cols, uint64_t seed);

/* Explains by the explainer with the stream of that seed, or aborts the test. */
struct eg_matrix explain_or_abort(const struct eg_explainer *explainer, const struct eg_matrix *x,
                                  uint64_t seed);

/* Largest absolute difference of two matrices of one shape. */
double largest_gap(const struct eg_matrix *a, const struct eg_matrix *b);

#endif
