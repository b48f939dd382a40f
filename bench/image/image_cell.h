/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One cell of the image experiment: a training and all that is measured of it.
 */
#ifndef EG_BENCH_IMAGE_CELL_H
#define EG_BENCH_IMAGE_CELL_H

#include "run/experiment.h"

/* What a cell's outcome depends on. */
struct eg_image_cell {
    const char *dataset, *data, *protocol, *scale;
    size_t seed;
    struct eg_numbers image; /* height, width, channels */

    /* The training. */
    size_t epochs, batch, decay_epochs;
    double rate, decay, weight_decay;
    const char *optimiser; /* "adam", "sgd" or "nesterov" */
    const char *scaling;   /* "centred", "standardised" or "standardised_pooled" */

    /* How training images are moved. */
    size_t shift, flips;
    double degrees;
    const char *shift_by; /* "pixels" or "padding" */
    const char *outside;  /* "black" or "nearest" */

    /* As in struct eg_image_counts. */
    size_t train_images, validation_images, test_images, attack_images, smooth_images, map_images;
    size_t samples;

    double attack;                                  /* in units of the full range of a pixel, */
    struct eg_numbers noise_levels, flipped_levels; /* as these are */

    const char *model, *network;
    const char *steps; /* "joint" or "turns" */
    double strength;
    size_t replicate;
    const char *convolution; /* "direct", or NULL: as it is fastest for the batch */
};
extern const struct eg_field eg_image_fields[];

/*
 * As run_cell of struct eg_experiment. The values:
 *
 *   train_loss, test_accuracy, validation_accuracy
 *   noisy_accuracy, flipped_accuracy      arrays, for the configuration's levels; of the same images
 *                                         as test_accuracy, which they begin with (level 0)
 *   robustness_area                       mean height of noisy_accuracy over its levels
 *   fgsm_accuracy, pgd_accuracy
 *   total_variation, validation_total_variation                      of expected gradients
 *   total_variation_gradients, validation_total_variation_gradients  of gradients
 *   total_variation_released, validation_total_variation_released    as the released code has it: one
 *                                         shifted reference, mean off, divided by max(sd, 1/sqrt(p))
 *   maps          of replicate 0 of the models that are drawn: for each image the attributions, summed
 *                 over channels, in thousandths of the largest magnitude
 *   predicted     their predicted classes
 *   images, labels, shape, class_names    of the baseline's: the images themselves, in bytes
 */
int eg_image_run_cell(const struct eg_run *run, const void *cell, const struct eg_row *row,
                      struct eg_error *error);

/* What a cell costs, so that threads and shards get equal work: multiplications of all sweeps of training and measurements. Fails where
 * there is no such model or network. */
int eg_image_cost(const void *cell, double *cost, struct eg_error *error);

/* `shorten` of struct eg_experiment: one epoch of few images, and measurements on few. */
void eg_image_shorten(void *cell);

#endif
