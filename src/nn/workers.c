/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/workers.h"

#include <stdlib.h>
#include <string.h>

#include <omp.h>

#include "base/sizes.h"
#include "base/wide.h"
#include "nn/dense_sums.h"

/* A part is worth starting a thread for: so many multiplications take some 50 microseconds. */
enum { WORK_OF_PART = 1 << 22, WORK_OF_SMALL_PART = 1 << 20, PARTS_MAX = 8 };

/* An activation's number takes as long as so many multiplications. */
enum { WORK_OF_NUMBER = 8 };

static struct eg_workers plan_workers(const struct eg_network *network, size_t threads)
{
    const size_t line = 64 / sizeof(real);
    struct eg_workers workers = {.threads = threads ? threads : 1};
    if (workers.threads > PARTS_MAX)
        workers.threads = PARTS_MAX;
    for (size_t l = 0; l < network->layer_count; l++)
        if (network->layers[l].scratch > workers.each)
            workers.each = network->layers[l].scratch;
    workers.each = eg_round_up(workers.each, line);
    return workers;
}

int eg_workers_alloc(struct eg_workers *workers, const struct eg_network *network, size_t threads,
                     struct eg_error *error)
{
    *workers = plan_workers(network, threads);
    workers->scratch = eg_alloc(workers->threads * workers->each + 1, sizeof(real), error);
    return workers->scratch ? EG_OK : EG_INTERNAL;
}

void eg_workers_free(struct eg_workers *workers)
{
    free(workers->scratch);
    *workers = (struct eg_workers){0};
}

size_t eg_workers_bytes(const struct eg_network *network, size_t threads)
{
    const struct eg_workers workers = plan_workers(network, threads);
    return (workers.threads * workers.each + 1) * sizeof(real);
}

/* Sums whose bits are the same in any number of parts. */
static int has_small_sums(const struct eg_layer *layer)
{
    return layer->type == &eg_dense && eg_dense_is_small(layer);
}

static size_t count_parts(const struct eg_layer *layer, size_t m, size_t work)
{
    const size_t parts = m * work / (has_small_sums(layer) ? WORK_OF_SMALL_PART : WORK_OF_PART);
    return parts < 1 ? 1 : parts > PARTS_MAX ? PARTS_MAX : parts;
}

/* What a sweep reads and writes, in the order of its arguments. */
struct operands {
    const real *first, *second, *third;
    real *out;
};

typedef void share_function(const struct eg_sweep *sweep, const struct operands *operands);

/* Calls share for all parts. One thread takes them without a region of OpenMP's, which would cost
 * more than a small sweep where cells run in parallel already. */
static void run_parts(const struct eg_workers *workers, struct eg_sweep sweep,
                      share_function *share, const struct operands *operands)
{
    /* Such parts pack, transform or prepare the same numbers each, and have no part in the bits. */
    if ((sweep.layer->type == &eg_convolution || has_small_sums(sweep.layer)) &&
        sweep.parts > workers->threads)
        sweep.parts = workers->threads;
    const size_t parts = sweep.parts;
    const size_t threads = parts < workers->threads ? parts : workers->threads;
    sweep.scratch = workers->scratch;
    if (threads == 1) {
        for (sweep.part = 0; sweep.part < parts; sweep.part++)
            share(&sweep, operands);
        return;
    }
#pragma omp parallel for num_threads((int)threads) schedule(static)
    for (size_t part = 0; part < parts; part++) {
        struct eg_sweep own = sweep;
        own.part = part;
        own.scratch = workers->scratch + (size_t)omp_get_thread_num() * workers->each;
        share(&own, operands);
    }
}

static struct eg_sweep make_sweep(const struct eg_layer *layer, const real *theta, size_t m,
                                  size_t work)
{
    return (struct eg_sweep){
        .layer = layer, .theta = theta, .m = m, .parts = count_parts(layer, m, work)};
}

static void share_forward(const struct eg_sweep *sweep, const struct operands *operands)
{
    sweep->layer->type->forward(sweep, operands->first, operands->out);
}

void eg_layer_forward(const struct eg_workers *workers, const struct eg_layer *layer,
                      const real *theta, size_t m, const real *in, real *out)
{
    const struct operands operands = {.first = in, .out = out};
    run_parts(workers, make_sweep(layer, theta, m, layer->work), share_forward, &operands);
}

static void share_tangent(const struct eg_sweep *sweep, const struct operands *operands)
{
    sweep->layer->type->tangent(sweep, operands->first, operands->second, operands->out);
}

void eg_layer_tangent(const struct eg_workers *workers, const struct eg_layer *layer,
                      const real *theta, size_t m, const real *in, const real *t_in, real *t_out)
{
    const struct operands operands = {.first = in, .second = t_in, .out = t_out};
    run_parts(workers, make_sweep(layer, theta, m, layer->work), share_tangent, &operands);
}

static void share_backward(const struct eg_sweep *sweep, const struct operands *operands)
{
    sweep->layer->type->backward(sweep, operands->first, operands->second, operands->out);
}

void eg_layer_backward(const struct eg_workers *workers, const struct eg_layer *layer,
                       const real *theta, size_t m, const real *in, const real *d_out, real *d_in)
{
    const struct operands operands = {.first = in, .second = d_out, .out = d_in};
    run_parts(workers, make_sweep(layer, theta, m, layer->work), share_backward, &operands);
}

static void share_weights(const struct eg_sweep *sweep, const struct operands *operands)
{
    sweep->layer->type->accumulate_weights(sweep, operands->first, operands->second, operands->out);
}

void eg_layer_accumulate_weights(const struct eg_workers *workers, const struct eg_layer *layer,
                                 const real *theta, size_t m, const real *in, const real *d_out,
                                 real *gradient)
{
    const struct operands operands = {.first = in, .second = d_out, .out = gradient};
    if (layer->type->accumulate_weights)
        run_parts(workers, make_sweep(layer, theta, m, layer->work), share_weights, &operands);
}

static void share_bias(const struct eg_sweep *sweep, const struct operands *operands)
{
    sweep->layer->type->accumulate_bias(sweep, operands->first, operands->out);
}

void eg_layer_accumulate_bias(const struct eg_workers *workers, const struct eg_layer *layer,
                              const real *theta, size_t m, const real *d_out, real *gradient)
{
    const struct operands operands = {.first = d_out, .out = gradient};
    if (layer->type->accumulate_bias)
        run_parts(workers, make_sweep(layer, theta, m, WORK_OF_NUMBER * layer->outputs), share_bias,
                  &operands);
}

static void share_measure(const struct eg_sweep *sweep, const struct operands *operands)
{
    sweep->layer->type->statistics->measure(sweep, operands->first, operands->out);
}

void eg_layer_measure(const struct eg_workers *workers, const struct eg_layer *layer,
                      const real *theta, size_t m, const real *in, real *of_batch)
{
    const struct operands operands = {.first = in, .out = of_batch};
    run_parts(workers, make_sweep(layer, theta, m, layer->work), share_measure, &operands);
}

static void share_correct(const struct eg_sweep *sweep, const struct operands *operands)
{
    sweep->layer->type->statistics->correct(sweep, operands->first, operands->second,
                                            operands->out);
}

void eg_layer_correct(const struct eg_workers *workers, const struct eg_layer *layer,
                      const real *theta, size_t m, const real *in, const real *gradient, real *d_in)
{
    const struct operands operands = {.first = in, .second = gradient, .out = d_in};
    run_parts(workers, make_sweep(layer, theta, m, layer->work), share_correct, &operands);
}

static void share_curve(const struct eg_sweep *sweep, const struct operands *operands)
{
    sweep->layer->type->curve(sweep, operands->first, operands->second, operands->third,
                              operands->out);
}

void eg_layer_curve(const struct eg_workers *workers, const struct eg_layer *layer,
                    const real *theta, size_t m, const real *in, const real *t_in,
                    const real *d_out, real *product)
{
    const struct operands operands = {in, t_in, d_out, product};
    run_parts(workers, make_sweep(layer, theta, m, layer->work), share_curve, &operands);
}

/* The numbers of this part, of m rows of outputs. */
static size_t find_numbers(const struct eg_sweep *sweep, size_t *begin)
{
    const size_t count = sweep->m * sweep->layer->outputs;
    *begin = eg_part_begin(count, sweep->part, sweep->parts);
    return eg_part_begin(count, sweep->part + 1, sweep->parts) - *begin;
}

static void share_activation(const struct eg_sweep *sweep, const struct operands *operands)
{
    size_t begin;
    const size_t count = find_numbers(sweep, &begin);
    sweep->layer->activation->apply(count, operands->out + begin);
}

void eg_layer_activate(const struct eg_workers *workers, const struct eg_layer *layer, size_t m,
                       real *values)
{
    const struct operands operands = {.out = values};
    if (layer->activation != &eg_identity)
        run_parts(workers, make_sweep(layer, NULL, m, WORK_OF_NUMBER * layer->outputs),
                  share_activation, &operands);
}

static void share_slope(const struct eg_sweep *sweep, const struct operands *operands)
{
    size_t begin;
    const size_t count = find_numbers(sweep, &begin);
    sweep->layer->activation->multiply_slope(count, operands->first + begin, operands->out + begin);
}

void eg_layer_multiply_slope(const struct eg_workers *workers, const struct eg_layer *layer,
                             size_t m, const real *h, real *values)
{
    const struct operands operands = {.first = h, .out = values};
    if (layer->activation != &eg_identity)
        run_parts(workers, make_sweep(layer, NULL, m, WORK_OF_NUMBER * layer->outputs), share_slope,
                  &operands);
}

EG_WIDE static void share_sum(const struct eg_sweep *sweep, const struct operands *operands)
{
    size_t begin;
    const size_t count = find_numbers(sweep, &begin);
    const real *restrict from = operands->first + begin;
    real *restrict to = operands->out + begin;
    for (size_t i = 0; i < count; i++)
        to[i] += from[i];
}

/* to (m x outputs) += from */
static void add_up(const struct eg_workers *workers, const struct eg_layer *layer, size_t m,
                   const real *from, real *to)
{
    const struct operands operands = {.first = from, .out = to};
    run_parts(workers, make_sweep(layer, NULL, m, WORK_OF_NUMBER * layer->outputs), share_sum,
              &operands);
}

void eg_layer_take_skip(const struct eg_workers *workers, const struct eg_layer *layer, size_t m,
                        const real *skip, real *d)
{
    if (layer->is_marked)
        add_up(workers, layer, m, skip, d);
}

void eg_layer_join(const struct eg_workers *workers, const struct eg_layer *layer, size_t m,
                   real *const *values, real *out)
{
    if (layer->joins)
        add_up(workers, layer, m, values[layer->joins - 1], out);
}

void eg_layer_join_back(const struct eg_workers *workers, const struct eg_layer *layer, size_t m,
                        const real *d_out, real *const *skips)
{
    if (layer->joins)
        add_up(workers, layer, m, d_out, skips[layer->joins - 1]);
}

void eg_clear_skips(const struct eg_network *network, size_t m, real *const *skips)
{
    for (size_t l = 0; l < network->layer_count; l++)
        if (network->layers[l].is_marked)
            memset(skips[l], 0, m * network->layers[l].outputs * sizeof(real));
}
