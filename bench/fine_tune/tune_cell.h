/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One cell of fine-tuning: a network, pretrained here or read, fine-tuned under the prior and, as a
 * control, without, and all that is measured before and after.
 */
#ifndef EG_BENCH_TUNE_CELL_H
#define EG_BENCH_TUNE_CELL_H

#include "run/experiment.h"

/* What a cell's outcome depends on. */
struct eg_tune_cell {
    const char *dataset, *data, *protocol, *scale;
    size_t seed, replicate;

    const char *network; /* as in eg_network_alloc; its image is the window */
    const char *weights; /* content hash of the file of weights; NULL: pretrained here */
    size_t short_side, window, channels;

    /* Pretraining by Adam on the first so many images. */
    size_t pretrain_images, pretrain_epochs, pretrain_batch;
    double pretrain_rate;

    /* Fine-tuning by SGD with momentum 0.9 on those that follow: first_steps at the first strength, an epoch, and
     * last_steps at the second. */
    size_t train_images, batch, first_steps, last_steps;
    double rate, weight_decay, first_strength, last_strength;
    size_t has_control; /* the same steps without the prior, besides */

    /* Images measured on, the first of the test images: for accuracy, total variation, maps that are kept; the
     * most with black pixels, looked for among the first black_among. */
    size_t test_images, smooth_images, map_images, black_images, black_among;
    size_t samples,
        references; /* of expected gradients: draws, and images drawn from; points of integrated gradients */
    const char *convolution; /* "winograd", or NULL: direct */
};
extern const struct eg_field eg_tune_fields[];

/* The files of a reader: folders of photographs, weights, a list of classes. NULL where not given. */
struct eg_tune_options {
    const char *convolution; /* first: what bench/frame/convolution_option.h reads */
    const char *images, *validation, *weights, *classes;
    int control; /* the same steps without the prior too */
};

/*
 * As run_cell of struct eg_experiment. For each of baseline, prior_1_epoch, prior_1.25_epochs and, where there
 * is a control, control_1_epoch and control_1.25_epochs the row has a part with
 *
 *   top_1_accuracy, top_5_accuracy
 *   total_variation, total_variation_integrated_gradients, total_variation_gradients
 *                     of standardised maps, means over images; the first of expected gradients
 *   maps, maps_integrated_gradients, maps_gradients     of replicate 0, but of no control, for each image
 *                     the attributions summed over channels, in thousandths of the largest magnitude
 *
 * and besides, of the network before:
 *
 *   black             for each method an array over images: mean |phi| of the black pixels over that of all
 *   black_image       the number of each of these images
 *   black_maps        parts as in black, of the first few of these images
 *   pictures, black_pictures    of replicate 0: images (bytes), labels, shape, class_names
 */
int eg_tune_run_cell(const struct eg_run *run, const void *cell, const struct eg_row *row,
                     struct eg_error *error);

/* Multiplications of all sweeps. */
int eg_tune_cost(const void *cell, double *cost, struct eg_error *error);

/* `shorten` of struct eg_experiment: two steps of each kind and few images. */
void eg_tune_shorten(void *cell);

#endif
