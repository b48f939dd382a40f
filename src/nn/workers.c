/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/workers.h"

#include <stdlib.h>

#include <omp.h>

/* A part is worth starting a thread for: so many multiplications take some 50 microseconds. */
enum { WORK_OF_PART = 1 << 22, PARTS_MAX = 8 };

/* An activation's number takes as long as so many multiplications. */
enum { WORK_OF_NUMBER = 8 };

int eg_workers_alloc(struct eg_workers *workers, const struct eg_network *network, size_t threads,
                     struct eg_error *error)
{
    const size_t line = 64 / sizeof(real);
    *workers = (struct eg_workers){.threads = threads ? threads : 1};
    if (workers->threads > PARTS_MAX)
        workers->threads = PARTS_MAX;
    for (size_t l = 0; l < network->layer_count; l++)
        if (network->layers[l].scratch > workers->each)
            workers->each = network->layers[l].scratch;
    workers->each = (workers->each + line - 1) / line * line;
    workers->scratch = eg_alloc(workers->threads * workers->each + 1, sizeof(real), error);
    return workers->scratch ? EG_OK : EG_INTERNAL;
}

void eg_workers_free(struct eg_workers *workers)
{
    free(workers->scratch);
    *workers = (struct eg_workers){0};
}

static size_t count_parts(size_t m, size_t work)
{
    const size_t parts = m * work / WORK_OF_PART;
    return parts < 1 ? 1 : parts > PARTS_MAX ? PARTS_MAX : parts;
}

static int count_threads(const struct eg_workers *workers, size_t parts)
{
    return (int)(parts < workers->threads ? parts : workers->threads);
}

static struct eg_sweep make_sweep(const struct eg_workers *workers, const struct eg_layer *layer,
                                  const real *theta, size_t m, size_t part, size_t parts)
{
    const size_t thread = (size_t)omp_get_thread_num();
    return (struct eg_sweep){.layer = layer,
                             .theta = theta,
                             .m = m,
                             .part = part,
                             .parts = parts,
                             .scratch = workers->scratch + thread * workers->each};
}

void eg_layer_forward(const struct eg_workers *workers, const struct eg_layer *layer,
                      const real *theta, size_t m, const real *in, real *out)
{
    const size_t parts = count_parts(m, layer->work);
#pragma omp parallel for num_threads(count_threads(workers, parts)) schedule(static, 1)
    for (size_t part = 0; part < parts; part++) {
        const struct eg_sweep sweep = make_sweep(workers, layer, theta, m, part, parts);
        layer->type->forward(&sweep, in, out);
    }
}

void eg_layer_tangent(const struct eg_workers *workers, const struct eg_layer *layer,
                      const real *theta, size_t m, const real *in, const real *t_in, real *t_out)
{
    const size_t parts = count_parts(m, layer->work);
#pragma omp parallel for num_threads(count_threads(workers, parts)) schedule(static, 1)
    for (size_t part = 0; part < parts; part++) {
        const struct eg_sweep sweep = make_sweep(workers, layer, theta, m, part, parts);
        layer->type->tangent(&sweep, in, t_in, t_out);
    }
}

void eg_layer_backward(const struct eg_workers *workers, const struct eg_layer *layer,
                       const real *theta, size_t m, const real *in, const real *d_out, real *d_in)
{
    const size_t parts = count_parts(m, layer->work);
#pragma omp parallel for num_threads(count_threads(workers, parts)) schedule(static, 1)
    for (size_t part = 0; part < parts; part++) {
        const struct eg_sweep sweep = make_sweep(workers, layer, theta, m, part, parts);
        layer->type->backward(&sweep, in, d_out, d_in);
    }
}

void eg_layer_accumulate_weights(const struct eg_workers *workers, const struct eg_layer *layer,
                                 const real *theta, size_t m, const real *in, const real *d_out,
                                 real *gradient)
{
    const size_t parts = count_parts(m, layer->work);
    if (!layer->type->accumulate_weights)
        return;
#pragma omp parallel for num_threads(count_threads(workers, parts)) schedule(static, 1)
    for (size_t part = 0; part < parts; part++) {
        const struct eg_sweep sweep = make_sweep(workers, layer, theta, m, part, parts);
        layer->type->accumulate_weights(&sweep, in, d_out, gradient);
    }
}

void eg_layer_accumulate_bias(const struct eg_workers *workers, const struct eg_layer *layer,
                              const real *theta, size_t m, const real *d_out, real *gradient)
{
    const size_t parts = count_parts(m, WORK_OF_NUMBER * layer->outputs);
    if (!layer->type->accumulate_bias)
        return;
#pragma omp parallel for num_threads(count_threads(workers, parts)) schedule(static, 1)
    for (size_t part = 0; part < parts; part++) {
        const struct eg_sweep sweep = make_sweep(workers, layer, theta, m, part, parts);
        layer->type->accumulate_bias(&sweep, d_out, gradient);
    }
}

void eg_layer_measure(const struct eg_workers *workers, const struct eg_layer *layer,
                      const real *theta, size_t m, const real *in, real *of_batch)
{
    const size_t parts = count_parts(m, layer->work);
#pragma omp parallel for num_threads(count_threads(workers, parts)) schedule(static, 1)
    for (size_t part = 0; part < parts; part++) {
        const struct eg_sweep sweep = make_sweep(workers, layer, theta, m, part, parts);
        layer->type->statistics->measure(&sweep, in, of_batch);
    }
}

void eg_layer_correct(const struct eg_workers *workers, const struct eg_layer *layer,
                      const real *theta, size_t m, const real *in, const real *gradient, real *d_in)
{
    const size_t parts = count_parts(m, layer->work);
#pragma omp parallel for num_threads(count_threads(workers, parts)) schedule(static, 1)
    for (size_t part = 0; part < parts; part++) {
        const struct eg_sweep sweep = make_sweep(workers, layer, theta, m, part, parts);
        layer->type->statistics->correct(&sweep, in, gradient, d_in);
    }
}

void eg_layer_activate(const struct eg_workers *workers, const struct eg_layer *layer, size_t m,
                       real *values)
{
    const size_t count = m * layer->outputs, parts = count_parts(count, WORK_OF_NUMBER);
    if (layer->activation == &eg_identity)
        return;
#pragma omp parallel for num_threads(count_threads(workers, parts)) schedule(static, 1)
    for (size_t part = 0; part < parts; part++) {
        const size_t begin = eg_part_begin(count, part, parts);
        const size_t end = eg_part_begin(count, part + 1, parts);
        layer->activation->apply(end - begin, values + begin);
    }
}

void eg_layer_multiply_slope(const struct eg_workers *workers, const struct eg_layer *layer,
                             size_t m, const real *h, real *values)
{
    const size_t count = m * layer->outputs, parts = count_parts(count, WORK_OF_NUMBER);
    if (layer->activation == &eg_identity)
        return;
#pragma omp parallel for num_threads(count_threads(workers, parts)) schedule(static, 1)
    for (size_t part = 0; part < parts; part++) {
        const size_t begin = eg_part_begin(count, part, parts);
        const size_t end = eg_part_begin(count, part + 1, parts);
        layer->activation->multiply_slope(end - begin, h + begin, values + begin);
    }
}
