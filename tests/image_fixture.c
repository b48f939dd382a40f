/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "image_fixture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "oracle_file.h"

/* The oracle's weights of one layer: rows x channels x pixels, and a bias for each row. */
static const struct {
    const char *weight, *bias;
    size_t rows, channels, pixels;
} tensors[] = {
    {"K1", "c1", 4, 2, 25}, {"K2", "c2", 5, 4, 9}, {"F1", "f1", 6, 5, 4}, {"F2", "f2", 3, 6, 1}};
enum { TENSORS = sizeof tensors / sizeof *tensors };

/* The array cnn/NAME, (..., channels, pixels) in the file, as (..., pixels, channels). */
static double *read_turned(const char *name, size_t channels, size_t pixels, size_t count)
{
    char file[256];
    size_t rows, cols;
    snprintf(file, sizeof file, "gradients/cnn/%s", name);
    double *read = read_oracle(file, &rows, &cols);
    double *turned = malloc((count ? count : 1) * sizeof *turned);
    cr_assert_eq(rows * cols, count, "%s has %zu numbers, not %zu", file, rows * cols, count);
    for (size_t i = 0; i < count; i++) {
        const size_t row = i / (channels * pixels), channel = i / pixels % channels;
        turned[(row * pixels + i % pixels) * channels + channel] = read[i];
    }
    free(read);
    return turned;
}

static struct eg_matrix read_images(const char *name, size_t rows)
{
    return (struct eg_matrix){
        rows, IMAGE_P, read_turned(name, IMAGE_CHANNELS, IMAGE_SIDE * IMAGE_SIDE, rows * IMAGE_P)};
}

/* The layer that has the weights of tensors[t]. */
static const struct eg_layer *layer_of(const struct eg_network *network, size_t t)
{
    for (size_t l = 0; l < network->layer_count; l++)
        if (network->layers[l].parameters && t-- == 0)
            return &network->layers[l];
    cr_assert(0, "the network has too few layers with weights");
    return NULL;
}

static void load_weights(struct eg_network *network)
{
    for (size_t t = 0; t < TENSORS; t++) {
        const struct eg_layer *layer = layer_of(network, t);
        const size_t rows = tensors[t].rows,
                     weights = rows * tensors[t].channels * tensors[t].pixels;
        double *weight = read_turned(tensors[t].weight, tensors[t].channels, tensors[t].pixels,
                                     weights);
        double *bias = read_turned(tensors[t].bias, 1, 1, rows);
        cr_assert_eq(layer->weights, weights);
        cr_assert_eq(layer->parameters, weights + rows);
        memcpy(network->theta + layer->offset, weight, weights * sizeof *weight);
        memcpy(network->theta + layer->offset + weights, bias, rows * sizeof *bias);
        free(weight);
        free(bias);
    }
}

void image_fixture_load(struct image_fixture *fixture, const char *activation)
{
    char text[256];
    struct eg_error error;
    *fixture = (struct image_fixture){.activation = activation};
    snprintf(text, sizeof text,
             "image 8x8x2, conv 5x5x4 same, %s, pool 2, conv 3x3x5 same, %s, pool 2, flatten, "
             "dense 6, %s, dense 3",
             activation, activation, activation);
    cr_assert_eq(eg_network_alloc(&fixture->network, IMAGE_P, text, &error), EG_OK, "%s",
                 error.message);
    load_weights(&fixture->network);
    fixture->x = read_images("X", IMAGE_N);
    fixture->references = read_images("R", IMAGE_N * IMAGE_K);
    fixture->labels = read_turned("labels", 1, 1, IMAGE_N);
    double *alpha = read_turned("alpha", 1, 1, IMAGE_N * IMAGE_K);
    give_points(alpha, IMAGE_N * IMAGE_K, IMAGE_K);
    free(alpha);
}

void image_fixture_free(struct image_fixture *fixture)
{
    eg_network_free(&fixture->network);
    eg_matrix_free(&fixture->x);
    eg_matrix_free(&fixture->references);
    free(fixture->labels);
}

static double distance_to(const char *name, size_t channels, size_t pixels, const double *values,
                          size_t count)
{
    double *oracle = read_turned(name, channels, pixels, count), largest = 0, scale = 0;
    for (size_t i = 0; i < count; i++) {
        const double gap = fabs(values[i] - oracle[i]);
        scale = fmax(scale, fabs(oracle[i]));
        largest = gap <= largest ? largest : gap; /* NaN stays */
    }
    free(oracle);
    return scale > 0 ? largest / scale : largest;
}

double image_map_distance(const struct image_fixture *fixture, const char *name, const real *maps)
{
    char file[128];
    snprintf(file, sizeof file, "%s/%s", fixture->activation, name);
    return distance_to(file, IMAGE_CHANNELS, IMAGE_SIDE * IMAGE_SIDE, maps, IMAGE_N * IMAGE_P);
}

double image_logits_distance(const struct image_fixture *fixture, const real *logits)
{
    char file[128];
    snprintf(file, sizeof file, "%s/logits", fixture->activation);
    return distance_to(file, 1, 1, logits, IMAGE_N * IMAGE_CLASSES);
}

double image_gradient_distance(const struct image_fixture *fixture, const char *name,
                               const real *gradient)
{
    double largest = 0;
    for (size_t t = 0; t < TENSORS; t++) {
        const struct eg_layer *layer = layer_of(&fixture->network, t);
        char file[128];
        snprintf(file, sizeof file, "%s/%s.d%s", fixture->activation, name, tensors[t].weight);
        const double weights = distance_to(file, tensors[t].channels, tensors[t].pixels,
                                           gradient + layer->offset, layer->weights);
        snprintf(file, sizeof file, "%s/%s.d%s", fixture->activation, name, tensors[t].bias);
        const double biases = distance_to(file, 1, 1, gradient + layer->offset + layer->weights,
                                          tensors[t].rows);
        largest = weights <= largest ? largest : weights;
        largest = biases <= largest ? largest : biases;
    }
    return largest;
}

double image_oracle_value(const struct image_fixture *fixture, const char *name)
{
    char file[128];
    snprintf(file, sizeof file, "%s/%s.val", fixture->activation, name);
    double *values = read_turned(file, 1, 1, 1);
    const double value = values[0];
    free(values);
    return value;
}
