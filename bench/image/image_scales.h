/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The data sets of the image experiment, and of each scale its networks and counts.
 */
#ifndef EG_BENCH_IMAGE_SCALES_H
#define EG_BENCH_IMAGE_SCALES_H

#include <stddef.h>

#include "base/error.h"

/* By whose recipe the networks of a data set are trained. */
enum eg_image_family {
    EG_IMAGE_MNIST,  /* Methods 4.1 */
    EG_IMAGE_CIFAR,  /* Methods 4.2 */
    EG_IMAGE_FULL,   /* 4.2 on the whole VGG16 at scales that have smaller ones, once */
    EG_IMAGE_RESNET, /* 4.2 on ResNet-20 (He et al. 2016) in place of VGG16, once */
    EG_IMAGE_KERAS /* 4.2 as the public Keras source of that VGG16 has it, whose accuracy is 0.93 */
};

struct eg_image_dataset {
    const char *name; /* of --dataset and in rows */
    const char *set;  /* the image set it takes, as in eg_image_sources */
    enum eg_image_family family;
};

/* NULL with *error (EG_USAGE) listing the names when there is none. */
const struct eg_image_dataset *eg_image_dataset_find(const char *name, struct eg_error *error);

/* Whether that data set, or what it is a variant of, is CIFAR-10. */
int eg_image_is_cifar(const char *dataset);

/* Whether it is the whole VGG16 or ResNet-20 beside smaller networks, of which there is one without the prior
 * and one with. */
int eg_image_is_one_network(const char *dataset);

/* How many images are trained on, chosen by and tested on (0: all there are), and of the test images
 * how many go through attacks, total variation, and are drawn (all go through noise); samples of
 * expected gradients. */
struct eg_image_counts {
    size_t train, validation, test, attack, smooth, maps, samples;
};

struct eg_image_scale {
    const char *name;
    enum eg_image_family family;
    const char *network, *released; /* as in eg_network_alloc; that of the released code or NULL */
    size_t replicates, epochs, batch;
    double rate;
    size_t decay_epochs; /* after so many epochs the rate falls */
    const struct eg_image_counts *counts;
};

/* name: one of the scales that every program has. */
const struct eg_image_scale *eg_image_scale_find(const char *name, enum eg_image_family family);

#endif
