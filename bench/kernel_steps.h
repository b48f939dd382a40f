/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The training steps that `make bench` times, each with the fewest
 * multiplications and additions it can be done with.
 */
#ifndef EG_BENCH_KERNEL_STEPS_H
#define EG_BENCH_KERNEL_STEPS_H

#include "base/error.h"

/* What one timing of a step found. */
struct eg_step_timing {
    double seconds;    /* a step */
    double operations; /* of it, at the least */
    double bytes;      /* that its passes take, without data and weights */
    double traffic;    /* bytes that come and go, at the least; 0: not counted */
    double weights;    /* bytes of weights, gradient and moments; likewise */
};

/* One epoch of 100 patients with 100 references each under the sparse prior, one replicate on each of
 * the threads. */
int eg_time_sparse_epoch(size_t threads, struct eg_step_timing *timing, struct eg_error *error);

/* One step of a network on images with total variation of expected gradients (k = 1) as the prior, on
 * so many threads. The images are noise. */
struct eg_image_step {
    const char *name;
    const char *network;
    size_t inputs, batch;
};
extern const struct eg_image_step eg_mnist_step, eg_vgg16_step;

int eg_time_image_step(const struct eg_image_step *step, size_t threads,
                       struct eg_step_timing *timing, struct eg_error *error);

/* One step of [drug + genes, 512, 256, 1] on a batch of 32 under L1 and Adam, has_prior != 0 in turns with one
 * of the graph prior (k = 10, rolled, genes alone, an Adam of its own); one replicate on each of the
 * threads. The data are noise. */
int eg_time_graph_step(int has_prior, size_t threads, struct eg_step_timing *timing,
                       struct eg_error *error);

#endif
