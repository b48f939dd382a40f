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

struct eg_image_sizes {
    size_t train, validation, test; /* train and test: 0 stands for all there are */
    int is_standardised; /* each channel by mean and sd of the training images taken, without those for
                            validation; else numbers in [-0.5, 0.5], of no image in particular */
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
