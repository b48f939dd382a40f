/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gradient_fixture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "oracle_file.h"

static double *read_shared(const char *name, size_t *rows, size_t *cols)
{
    char file[256];
    snprintf(file, sizeof file, "gradients/mlp/%s", name);
    return read_oracle(file, rows, cols);
}

static void read_matrix(struct eg_matrix *matrix, const char *name, size_t cols)
{
    size_t rows, read;
    matrix->data = read_shared(name, &rows, &read);
    *matrix = (struct eg_matrix){rows * read / cols, cols, matrix->data};
}

void fixture_load(struct gradient_fixture *fixture, const char *activation)
{
    char text[128];
    struct eg_error error;
    *fixture = (struct gradient_fixture){.activation = activation};
    snprintf(text, sizeof text, "dense 7, %s, dense 5, %s, dense 1", activation, activation);
    cr_assert_eq(eg_network_alloc(&fixture->network, FIXTURE_P, text, &error), EG_OK, "%s",
                 error.message);
    for (int l = 0; l < 3; l++) {
        const struct eg_layer *layer = &fixture->network.layers[l];
        char name[8];
        snprintf(name, sizeof name, "W%d", l + 1);
        double *weight = read_shared(name, NULL, NULL);
        snprintf(name, sizeof name, "b%d", l + 1);
        double *bias = read_shared(name, NULL, NULL);
        memcpy(fixture->network.theta + layer->offset, weight, layer->weights * sizeof *weight);
        memcpy(fixture->network.theta + layer->offset + layer->weights, bias,
               layer->outputs * sizeof *bias);
        free(weight);
        free(bias);
    }
    read_matrix(&fixture->x, "X", FIXTURE_P);
    read_matrix(&fixture->references, "R", FIXTURE_P);
    read_matrix(&fixture->baselines, "X0", FIXTURE_P);
    fixture->y = read_shared("y", NULL, NULL);
    fixture->mask = read_shared("mask", NULL, NULL);
    fixture->laplacian = read_shared("L", NULL, NULL);
    double *alpha = read_shared("alpha", NULL, NULL);
    give_points(alpha, FIXTURE_N * FIXTURE_K, FIXTURE_K);
    free(alpha);
}

void fixture_free(struct gradient_fixture *fixture)
{
    eg_network_free(&fixture->network);
    eg_matrix_free(&fixture->x);
    eg_matrix_free(&fixture->references);
    eg_matrix_free(&fixture->baselines);
    free(fixture->y);
    free(fixture->mask);
    free(fixture->laplacian);
}

double oracle_distance(const char *file, const double *values, size_t count)
{
    size_t rows, cols;
    double *oracle = read_shared(file, &rows, &cols), largest = 0, scale = 0;
    cr_assert_eq(rows * cols, count, "%s has %zu numbers, not %zu", file, rows * cols, count);
    for (size_t i = 0; i < count; i++) {
        scale = fmax(scale, fabs(oracle[i]));
        largest = fmax(largest, fabs(values[i] - oracle[i]));
    }
    free(oracle);
    return scale > 0 ? largest / scale : largest;
}

double gradient_distance(const struct gradient_fixture *fixture, const char *prefix,
                         const real *gradient)
{
    double largest = 0;
    for (int l = 0; l < 3; l++) {
        const struct eg_layer *layer = &fixture->network.layers[l];
        char file[128];
        snprintf(file, sizeof file, "%s.dW%d", prefix, l + 1);
        largest = fmax(largest, oracle_distance(file, gradient + layer->offset, layer->weights));
        snprintf(file, sizeof file, "%s.db%d", prefix, l + 1);
        largest = fmax(largest, oracle_distance(file, gradient + layer->offset + layer->weights,
                                                layer->outputs));
    }
    return largest;
}

double oracle_value(const char *name)
{
    char file[128];
    snprintf(file, sizeof file, "%s.val", name);
    double *values = read_shared(file, NULL, NULL);
    const double value = values[0];
    free(values);
    return value;
}
