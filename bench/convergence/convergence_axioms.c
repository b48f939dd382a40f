/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/convergence/convergence_axioms.h"

#include <math.h>
#include <stdio.h>

#include "attribution/explain.h"
#include "bench/experiments.h"

enum { FEATURES = 6, HIDDEN = 12, ROWS = 8, BACKGROUND = 32, SAMPLES = 50, UNUSED = 5 };
enum { FIRST_DRAW = 2000000 /* no replicate's own */ };
static const double rounding = 1e-10;

const char *const eg_axiom_names[] = {"axiom_sensitivity", "axiom_linearity", "axiom_symmetry",
                                      "axiom_implementation_invariance", NULL};

/* The rows that all networks explain, and the attributions of one. */
struct scene {
    struct eg_matrix x, background, phi;
    struct eg_stream stream; /* of the draws, the same for all */
};

/* A network of one hidden layer as numbers: first (HIDDEN x FEATURES), its biases, second (HIDDEN). */
struct plain {
    double first[HIDDEN][FEATURES], bias[HIDDEN], second[HIDDEN];
};

static struct plain draw_plain(struct eg_stream *stream)
{
    struct plain plain;
    for (size_t h = 0; h < HIDDEN; h++) {
        for (size_t j = 0; j < FEATURES; j++)
            plain.first[h][j] = eg_stream_normal(stream);
        plain.bias[h] = eg_stream_normal(stream);
        plain.second[h] = eg_stream_normal(stream);
        plain.first[h][1] = plain.first[h][0]; /* features 0 and 1 are symmetric */
        plain.first[h][UNUSED] = 0;
    }
    return plain;
}

/* kept = phi of the sum over i of times[i] parts[i], hidden units in that order or backwards. */
static int explain(struct scene *scene, const struct plain *const *parts, const double *times,
                   size_t count, int is_backwards, double kept[ROWS * FEATURES],
                   struct eg_error *error)
{
    char text[64];
    struct eg_network network;
    const size_t hidden = count * HIDDEN;
    snprintf(text, sizeof text, "dense %zu, softplus, dense 1", hidden);
    int status = eg_network_alloc(&network, FEATURES, text, error);
    if (status)
        return status;
    real *first = network.theta + network.layers[0].offset;
    real *second = network.theta + network.layers[1].offset;
    for (size_t i = 0; i < hidden; i++) {
        const size_t at = is_backwards ? hidden - 1 - i : i;
        const struct plain *part = parts[i / HIDDEN];
        for (size_t j = 0; j < FEATURES; j++)
            first[at * FEATURES + j] = (real)part->first[i % HIDDEN][j];
        first[hidden * FEATURES + at] = (real)part->bias[i % HIDDEN];
        second[at] = (real)(times[i / HIDDEN] * part->second[i % HIDDEN]);
    }
    const struct eg_explainer explainer = {.network = &network,
                                           .method = &eg_expected_gradients,
                                           .settings = {.samples = SAMPLES},
                                           .background = &scene->background};
    status = eg_explain_phi(&explainer, &scene->x, NULL, scene->stream, &scene->phi, error);
    for (size_t i = 0; i < ROWS * FEATURES; i++)
        kept[i] = (double)scene->phi.data[i];
    eg_network_free(&network);
    return status;
}

static int make_scene(struct scene *scene, uint64_t seed, uint64_t replicate,
                      struct eg_stream *stream, struct eg_error *error)
{
    *scene = (struct scene){.stream = eg_stream_make(seed, EG_STREAM_CONVERGENCE,
                                                     EG_PURPOSE_EXPLAIN, FIRST_DRAW + replicate,
                                                     0)};
    if (eg_matrix_alloc(&scene->x, ROWS, FEATURES, error) ||
        eg_matrix_alloc(&scene->phi, ROWS, FEATURES, error) ||
        eg_matrix_alloc(&scene->background, BACKGROUND, FEATURES, error))
        return EG_INTERNAL;
    struct eg_matrix *const matrices[] = {&scene->x, &scene->background};
    for (size_t m = 0; m < 2; m++)
        for (size_t i = 0; i < matrices[m]->rows; i++) {
            real *row = matrices[m]->data + i * FEATURES;
            for (size_t j = 0; j < FEATURES; j++)
                row[j] = (real)eg_stream_normal(stream);
            row[1] = row[0];
        }
    return EG_OK;
}

static void free_scene(struct scene *scene)
{
    eg_matrix_free(&scene->x);
    eg_matrix_free(&scene->background);
    eg_matrix_free(&scene->phi);
}

int eg_check_axioms(uint64_t seed, uint64_t replicate, const struct eg_row *row,
                    struct eg_error *error)
{
    static const double once[] = {1}, weights[] = {2, -3};
    struct eg_stream stream = eg_stream_make(seed, EG_STREAM_CONVERGENCE, EG_PURPOSE_WEIGHTS,
                                             FIRST_DRAW + replicate, 0);
    const struct plain a = draw_plain(&stream), b = draw_plain(&stream);
    const struct plain *const both[] = {&a, &b};
    double of_a[ROWS * FEATURES] = {0}, of_b[ROWS * FEATURES] = {0}, of_sum[ROWS * FEATURES] = {0},
                       turned[ROWS * FEATURES] = {0};
    double off[EG_AXIOMS] = {0}, largest = 0;
    struct scene scene;
    int status = make_scene(&scene, seed, replicate, &stream, error);
    if (!status)
        status = explain(&scene, both, once, 1, 0, of_a, error);
    if (!status)
        status = explain(&scene, both + 1, once, 1, 0, of_b, error);
    if (!status)
        status = explain(&scene, both, once, 1, 1, turned, error);
    if (!status)
        status = explain(&scene, both, weights, 2, 0, of_sum, error);
    for (size_t i = 0; i < ROWS * FEATURES; i++) {
        const double sum = weights[0] * of_a[i] + weights[1] * of_b[i];
        largest = fmax(largest, fabs(of_sum[i]));
        off[0] = fmax(off[0], i % FEATURES == UNUSED ? fabs(of_a[i]) : 0);
        off[1] = fmax(off[1], fabs(of_sum[i] - sum));
        off[2] = fmax(off[2], i % FEATURES == 0 ? fabs(of_a[i] - of_a[i + 1]) : 0);
        off[3] = fmax(off[3], fabs(of_a[i] - turned[i]));
    }
    free_scene(&scene);
    for (size_t axiom = 0; axiom < EG_AXIOMS; axiom++)
        eg_row_set(row, eg_axiom_names[axiom], off[axiom] <= rounding * largest);
    return status;
}
