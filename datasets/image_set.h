/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A set of labelled images, as bytes, in the official split.
 */
#ifndef EG_DATASETS_IMAGE_SET_H
#define EG_DATASETS_IMAGE_SET_H

#include <stdint.h>

#include "base/matrix.h"
#include "datasets/packed_file.h"
#include "nn/image.h"

enum { EG_IMAGE_CHANNELS = 4 }; /* at most */

struct eg_image_set {
    const char *name;      /* as in the registry */
    char description[200]; /* for captions of tables */
    struct eg_image shape; /* of one image; channels of a pixel next to each other */
    size_t classes;
    const char *const *class_names;      /* classes */
    size_t train_n, test_n;              /* images */
    uint8_t *train_pixels, *test_pixels; /* train_n, test_n x size of shape */
    uint8_t *train_labels, *test_labels; /* train_n, test_n: 0 .. classes-1 */
    char content_hash[33];               /* XXH3-128, hexadecimal, of all of the above numbers */
};

struct eg_image_source {
    const char *name;
    const char *summary; /* one line */
    /* All it may read; the last has no path. */
    const struct eg_known_file *files;
    /* Whether its files are there (not whether they are sound). data_folder may be NULL. */
    int (*is_available)(const char *data_folder);
    /* EG_DATA when a file is missing, truncated or not the one it should be. What it has filled in
     * before a failure is freed by eg_image_set_load, which sees to name and content_hash too. */
    int (*load)(const char *data_folder, struct eg_image_set *set, struct eg_error *error);
};

/* All image sets, NULL-terminated: mnist, fashion_mnist, both with decoys, cifar10. */
extern const struct eg_image_source *const eg_image_sources[];

/* NULL, with *error listing the names, when there is none of that name. */
const struct eg_image_source *eg_image_source_find(const char *name, struct eg_error *error);

/* Loads the set of that name; data_folder may be NULL. EG_USAGE for an unknown name, else what its
 * load returns. On failure *set is empty. */
int eg_image_set_load(const char *name, const char *data_folder, struct eg_image_set *set,
                      struct eg_error *error);
void eg_image_set_free(struct eg_image_set *set);

/* How bytes become numbers: (byte / 255 - mean) / sd for each channel. */
struct eg_image_scaling {
    double mean[EG_IMAGE_CHANNELS], sd[EG_IMAGE_CHANNELS];
};

/* mean 0.5 and sd 1: numbers in [-0.5, 0.5], whatever the images, as the released code has MNIST. */
struct eg_image_scaling eg_image_scaling_centred(void);

/* Mean and population sd (divisor: pixels in all) of each channel over all pixels of these count
 * training images, as they are in the set, before any shift, turn or noise (index: their rows; NULL stands
 * for the first ones; Methods 4: mean 0 and variance 1 by the training set). sd is 1 for a channel that
 * does not vary. Of no images, centred. */
struct eg_image_scaling eg_image_scaling_of(const struct eg_image_set *set, size_t count,
                                            const size_t *index);

/* The same for all channels: mean and population sd over the pixels of all of them together; sd is 1
 * where none varies. of_each: as from eg_image_scaling_of for so many channels. */
struct eg_image_scaling eg_image_scaling_pooled(const struct eg_image_scaling *of_each,
                                                size_t channels);

/* What a byte becomes in that channel. */
real eg_image_scale(const struct eg_image_scaling *scaling, size_t channel, uint8_t byte);

/* x (count x size) and y (count) get these images of pixels and labels, scaled; index NULL stands
 * for the first ones. */
void eg_image_take(const struct eg_image *shape, const uint8_t *pixels, const uint8_t *labels,
                   const struct eg_image_scaling *scaling, size_t count, const size_t *index,
                   real *x, real *y);

#endif
