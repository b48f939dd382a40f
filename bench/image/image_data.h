/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The images of an experiment as numbers, shared by all cells of a run.
 */
#ifndef EG_BENCH_IMAGE_DATA_H
#define EG_BENCH_IMAGE_DATA_H

#include "datasets/image_set.h"

/* Images with their class numbers. */
struct eg_images {
    struct eg_matrix x; /* n x size of an image */
    real *y;            /* n */
};

struct eg_image_data {
    const struct eg_image_set *set;
    struct eg_image_scaling scaling;
    struct eg_images train, validation, test;
};

/*
 * Which numbers bytes become. Mean and sd (divisor: pixels in all) are of the training images taken, as
 * they are in the set: without those to choose by, before any augmentation, which acts on the numbers
 * scaled. Bilinear turns of scaled images are the scaled turns; black from outside is scaled too.
 */
enum eg_image_standardising {
    EG_IMAGE_CENTRED,    /* byte / 255 - 0.5; MNIST, the released code */
    EG_IMAGE_BY_CHANNEL, /* each channel by its mean and sd; CIFAR-10, Methods 4.2 */
    EG_IMAGE_POOLED,     /* all channels by one mean and sd; the Keras source */
    EG_IMAGE_UNIT        /* byte / 255 */
};

struct eg_image_sizes {
    size_t train, validation, test; /* train and test: 0 stands for all there are */
    enum eg_image_standardising standardising;
};

/* The set of that name, loaded on first use and kept to the program's end; any thread may ask. NULL
 * with *error filled when it cannot be loaded. */
const struct eg_image_set *eg_cached_image_set(const char *name, const char *data_folder,
                                               struct eg_error *error);

/*
 * The last `validation` training images of the set to choose by, the first `train` of the others to
 * train on, the first `test` test images; made on first use and kept. NULL with *error filled
 * when there are not so many.
 */
const struct eg_image_data *eg_cached_image_data(const char *name, const char *data_folder,
                                                 const struct eg_image_sizes *sizes,
                                                 struct eg_error *error);

#endif
