/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A convolution with numbers for its sweeps, and these held against plain sums bit by bit. */
#ifndef CONVOLUTION_PROBLEM_H
#define CONVOLUTION_PROBLEM_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "nn/convolution_sums.h"
#include "nn/network.h"
#include "nn/winograd.h"

static inline real fuse(real a, real b, real c)
{
#ifdef EG_SINGLE
    return fmaf(a, b, c);
#else
    return fma(a, b, c);
#endif
}

static inline real *draw(size_t count, uint64_t seed)
{
    struct eg_stream stream = eg_stream_make(seed, 0, EG_PURPOSE_DATA, 8, 0);
    real *values = malloc((count + 1) * sizeof *values);
    for (size_t i = 0; i < count; i++)
        values[i] = (real)eg_stream_normal(&stream);
    return values;
}

enum sums { FORWARD, TANGENT, BACKWARD, WEIGHTS };
static const char *const titles[] = {"forward", "tangent", "backward", "weights"};

struct problem {
    struct eg_network network;
    const struct eg_layer *layer;
    size_t m;
    real *theta, *in, *d_out, *gradient; /* gradient: what the weights' sums are added to */
};

static inline void open_problem(struct problem *problem, const char *text, size_t inputs, size_t m)
{
    struct eg_error error = {0};
    *problem = (struct problem){.m = m};
    cr_assert_eq(eg_network_alloc(&problem->network, inputs, text, &error), EG_OK, "%s",
                 error.message);
    eg_network_choose_convolutions(&problem->network, 0);
    const struct eg_layer *layer = problem->layer = &problem->network.layers[0];
    problem->theta = draw(layer->parameters, 1);
    problem->in = draw(m * layer->inputs, 2);
    problem->d_out = draw(m * layer->outputs, 3);
    problem->gradient = draw(layer->weights, 4);
}

/* An image and a layer, of m rows. */
struct shape {
    size_t height, width, channels;
    const char *layer;
    size_t m;
    const char *form; /* of minimal filtering; NULL: direct */
};

/* By that form, which fits; NULL: direct. */
static inline void use_form(struct eg_layer *layer, const char *name)
{
    const struct eg_winograd *form = eg_winograd_forms;
    while (name && form->name && strcmp(form->name, name) != 0)
        form++;
    cr_assert(!name || (form->name && eg_winograd_fits(form, layer)), "%s", name);
    eg_convolution_use(layer, name ? form : NULL);
}

static inline void open_shape(struct problem *problem, const struct shape *shape, char text[128])
{
    snprintf(text, 128, "image %zux%zux%zu, %s", shape->height, shape->width, shape->channels,
             shape->layer);
    open_problem(problem, text, shape->height * shape->width * shape->channels, shape->m);
    use_form(&problem->network.layers[0], shape->form);
}

#define F4 "F(4x4, 3x3)"
#define F2 "F(2x2, 3x3)"
#define T2 "T(2x2)"
#define F25 "F(2x2, 5x5)"

static inline void close_problem(struct problem *problem)
{
    eg_network_free(&problem->network);
    free(problem->theta);
    free(problem->in);
    free(problem->d_out);
    free(problem->gradient);
}

static inline size_t size_of(const struct problem *problem, enum sums sums)
{
    const struct eg_layer *layer = problem->layer;
    return sums == WEIGHTS    ? layer->weights
           : sums == BACKWARD ? problem->m * layer->inputs
                              : problem->m * layer->outputs;
}

struct convolution {
    void (*forward)(const struct eg_sweep *sweep, const struct eg_tile_product *product,
                    const real *in, const real *bias, real *out);
    void (*back)(const struct eg_sweep *sweep, const struct eg_tile_product *product,
                 const real *d_out, real *d_in);
    void (*weights)(const struct eg_sweep *sweep, const struct eg_tile_product *product,
                    const real *in, const real *d_out, real *gradient);
};
static const struct convolution direct_sums = {eg_convolve, eg_convolve_back, eg_convolve_weights};
static const struct convolution minimal_sums = {eg_winograd_convolve, eg_winograd_convolve_back,
                                                eg_winograd_convolve_weights};

typedef void plain_sums(const struct problem *problem, enum sums sums, real *out);

/* One part after another, with NaN for scratch. */
static inline void sum_parts(const struct problem *problem, const struct eg_tile_product *product,
                             enum sums sums, size_t parts, real *out)
{
    const struct eg_layer *layer = problem->layer;
    const struct convolution *with = layer->winograd ? &minimal_sums : &direct_sums;
    const size_t bytes = layer->scratch * sizeof(real);
    real *scratch = malloc(bytes);
    struct eg_sweep sweep = {layer, problem->theta, problem->m, 0, parts, scratch};
    for (; sweep.part < parts; sweep.part++) {
        memset(scratch, 0xff, bytes);
        if (sums == WEIGHTS)
            with->weights(&sweep, product, problem->in, problem->d_out, out);
        else if (sums == BACKWARD)
            with->back(&sweep, product, problem->d_out, out);
        else
            with->forward(&sweep, product, problem->in,
                          sums == FORWARD ? problem->theta + layer->weights : NULL, out);
    }
    free(scratch);
}

/* As the plain sums, with each kind of instructions and for several counts of parts. */
static inline void check_sums(const struct problem *problem, enum sums sums,
                              plain_sums *sum_plainly, const char *text)
{
    const size_t size = size_of(problem, sums), bytes = size * sizeof(real);
    real *plain = malloc(bytes), *ours = malloc(bytes);
    const struct eg_tile_product *product;
    sum_plainly(problem, sums, plain);
    for (size_t rank = 0; (product = eg_tile_product_at(rank)) != NULL; rank++)
        for (size_t parts = 1; parts < 6; parts += 2) {
            memset(ours, 0xff, bytes);
            if (sums == WEIGHTS)
                memcpy(ours, problem->gradient, bytes);
            sum_parts(problem, product, sums, parts, ours);
            cr_expect_eq(memcmp(ours, plain, bytes), 0, "%s, %s, %s, %zu parts: other bits", text,
                         titles[sums], product->name, parts);
        }
    free(plain);
    free(ours);
}

#endif
