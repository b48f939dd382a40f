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

#endif
