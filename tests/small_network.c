/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "small_network.h"

#include <math.h>

#include <criterion/criterion.h>

struct eg_network draw_network(size_t inputs, const char *text, uint64_t seed)
{
    struct eg_network network;
    struct eg_error error;
    cr_assert_eq(eg_network_alloc(&network, inputs, text, &error), EG_OK, "%s", error.message);
    eg_network_initialise(&network, EG_FAN_IN_UNIFORM,
                          eg_stream_make(seed, 0, EG_PURPOSE_WEIGHTS, 0, 0));
    return network;
}

struct eg_matrix draw_matrix(size_t rows, size_t cols, uint64_t seed)
{
    struct eg_matrix matrix;
    struct eg_stream stream = eg_stream_make(seed, 0, EG_PURPOSE_DATA, 0, 0);
    cr_assert_eq(eg_matrix_alloc(&matrix, rows, cols, NULL), EG_OK);
    for (size_t i = 0; i < rows * cols; i++)
        matrix.data[i] = (real)eg_stream_normal(&stream);
    return matrix;
}

struct eg_matrix explain_or_abort(const struct eg_explainer *explainer, const struct eg_matrix *x,
                                  uint64_t seed)
{
    struct eg_matrix phi;
    struct eg_error error;
    cr_assert_eq(eg_matrix_alloc(&phi, x->rows, x->cols, NULL), EG_OK);
    cr_assert_eq(eg_explain_phi(explainer, x, NULL,
                                eg_stream_make(seed, 0, EG_PURPOSE_EXPLAIN, 0, 0), &phi, &error),
                 EG_OK, "%s", error.message);
    return phi;
}

double largest_gap(const struct eg_matrix *a, const struct eg_matrix *b)
{
    double largest = 0;
    for (size_t i = 0; i < a->rows * a->cols; i++)
        largest = fmax(largest, fabs((double)a->data[i] - (double)b->data[i]));
    return largest;
}
