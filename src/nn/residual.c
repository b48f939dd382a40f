/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Layers at which the network's row of layers is joined from further back: "add" passes its input on,
 * "from" leaves it; to either, whoever sweeps adds the output of the layer that it joins
 * (eg_layer_join and eg_layer_join_back in nn/workers.h). "add" also stands as a copy, where a mark
 * needs one, and then joins nothing.
 */
#include <string.h>

#include "nn/layer.h"

/* A copied number takes about as long as so many multiplications of a matrix product. */
enum { WORK_OF_NUMBER = 8 };

static int shape_join(struct eg_layer *layer, const char *words, struct eg_error *error)
{
    (void)words;
    (void)error;
    if (eg_image_size(&layer->to) == 0)
        layer->to = layer->from;
    layer->work = WORK_OF_NUMBER * layer->inputs;
    return EG_OK;
}

/* The bytes of the part's rows, and where they begin. */
static size_t find_part(const struct eg_sweep *sweep, size_t numbers, size_t *begin)
{
    const size_t count = sweep->m * numbers;
    *begin = eg_part_begin(count, sweep->part, sweep->parts);
    return (eg_part_begin(count, sweep->part + 1, sweep->parts) - *begin) * sizeof(real);
}

static void forward_join(const struct eg_sweep *sweep, const real *in, real *out)
{
    size_t at;
    const size_t bytes = find_part(sweep, sweep->layer->outputs, &at);
    memcpy(out + at, in + at, bytes);
}

static void pass_on(const struct eg_sweep *sweep, const real *in, const real *values, real *out)
{
    (void)in;
    forward_join(sweep, values, out);
}

static void forward_restart(const struct eg_sweep *sweep, const real *in, real *out)
{
    size_t at;
    const size_t bytes = find_part(sweep, sweep->layer->outputs, &at);
    (void)in;
    memset(out + at, 0, bytes);
}

static void tangent_restart(const struct eg_sweep *sweep, const real *in, const real *t_in,
                            real *t_out)
{
    (void)t_in;
    forward_restart(sweep, in, t_out);
}

static void backward_restart(const struct eg_sweep *sweep, const real *in, const real *d_out,
                             real *d_in)
{
    size_t at;
    const size_t bytes = find_part(sweep, sweep->layer->inputs, &at);
    (void)in;
    (void)d_out;
    memset(d_in + at, 0, bytes);
}

const struct eg_layer_type eg_join = {.name = "add",
                                      .shape = shape_join,
                                      .forward = forward_join,
                                      .tangent = pass_on,
                                      .backward = pass_on};
const struct eg_layer_type eg_restart = {.name = "from",
                                         .shape = shape_join,
                                         .forward = forward_restart,
                                         .tangent = tangent_restart,
                                         .backward = backward_restart};
