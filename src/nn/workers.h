/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Layer sweeps on several threads. The work of a sweep is cut into parts by its
 * size alone, so its bits do not depend on the number of threads, as long as
 * each product keeps to one: call eg_blas_take_one_thread (base/blas_threads.h) first.
 */
#ifndef EG_NN_WORKERS_H
#define EG_NN_WORKERS_H

#include "nn/network.h"

struct eg_workers {
    size_t threads; /* at least 1 */
    size_t each;    /* numbers of scratch for each thread */
    real *scratch;  /* threads x each */
};

/* threads 0 stands for 1. EG_INTERNAL when memory is short. */
int eg_workers_alloc(struct eg_workers *workers, const struct eg_network *network, size_t threads,
                     struct eg_error *error);
void eg_workers_free(struct eg_workers *workers);

/* Bytes that eg_workers_alloc takes. */
size_t eg_workers_bytes(const struct eg_network *network, size_t threads);

/* The sweeps of struct eg_layer_type, whole. theta is the layer's own; gradient too, and a layer
 * without weights or bias adds nothing to it. */
void eg_layer_forward(const struct eg_workers *workers, const struct eg_layer *layer,
                      const real *theta, size_t m, const real *in, real *out);
void eg_layer_tangent(const struct eg_workers *workers, const struct eg_layer *layer,
                      const real *theta, size_t m, const real *in, const real *t_in, real *t_out);
void eg_layer_backward(const struct eg_workers *workers, const struct eg_layer *layer,
                       const real *theta, size_t m, const real *in, const real *d_out, real *d_in);
void eg_layer_accumulate_weights(const struct eg_workers *workers, const struct eg_layer *layer,
                                 const real *theta, size_t m, const real *in, const real *d_out,
                                 real *gradient);
void eg_layer_accumulate_bias(const struct eg_workers *workers, const struct eg_layer *layer,
                              const real *theta, size_t m, const real *d_out, real *gradient);
void eg_layer_measure(const struct eg_workers *workers, const struct eg_layer *layer,
                      const real *theta, size_t m, const real *in, real *of_batch);
void eg_layer_correct(const struct eg_workers *workers, const struct eg_layer *layer,
                      const real *theta, size_t m, const real *in, const real *gradient,
                      real *d_in);

/* product (m x inputs), as struct eg_layer_type has it; for layers that have `curve` */
void eg_layer_curve(const struct eg_workers *workers, const struct eg_layer *layer,
                    const real *theta, size_t m, const real *in, const real *t_in,
                    const real *d_out, real *product);

/*
 * Residual additions; nothing happens for a layer that joins none. out (m x outputs) += values of the
 * layer that it joins, of which values[l] has those of layer l. On the way back the skips of marked
 * layers (NULL for others), zero at first, collect what comes to them past the layers between:
 * skips[that layer] += d_out, before `backward`; and at the marked layer d += its skip, before the
 * activation's slope.
 */
void eg_layer_join(const struct eg_workers *workers, const struct eg_layer *layer, size_t m,
                   real *const *values, real *out);
void eg_layer_join_back(const struct eg_workers *workers, const struct eg_layer *layer, size_t m,
                        const real *d_out, real *const *skips);
void eg_layer_take_skip(const struct eg_workers *workers, const struct eg_layer *layer, size_t m,
                        const real *skip, real *d);
void eg_clear_skips(const struct eg_network *network, size_t m, real *const *skips);

/* values (m x outputs) = activation(values); values *= its slope, where h is the activation's value */
void eg_layer_activate(const struct eg_workers *workers, const struct eg_layer *layer, size_t m,
                       real *values);
void eg_layer_multiply_slope(const struct eg_workers *workers, const struct eg_layer *layer,
                             size_t m, const real *h, real *values);

#endif
