/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One cell of the image experiment: a training and all that is measured of it.
 */
#ifndef EG_BENCH_IMAGE_CELL_H
#define EG_BENCH_IMAGE_CELL_H

#include "run/experiment.h"

/* How many images are trained on, chosen by and tested on (0: all there are), and of the test images
 * how many go through attacks, total variation, and are drawn (all go through noise); samples of
 * expected gradients. */
struct eg_image_counts {
    size_t train, validation, test, attack, smooth, maps, samples;
};

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
 *                                         rolled reference, mean off, divided by max(sd, 1/sqrt(p))
 *   maps          of replicate 0 of the models that are drawn: for each image the attributions, summed
 *                 over channels, in thousandths of the largest magnitude
 *   predicted     their predicted classes
 *   images, labels, shape, class_names    of the baseline's: the images themselves, in bytes
 */
int eg_image_run_cell(const struct eg_run *run, const json_t *config, json_t *values,
                      struct eg_error *error);

#endif
