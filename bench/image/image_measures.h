/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is measured of a trained image network. Noise on an image depends on seed, replicate, level and
 * the image's number, not on the model: models of a replicate are compared on the same noisy images,
 * and an error over replicates is one of noise and of initialisation.
 */
#ifndef EG_BENCH_IMAGE_MEASURES_H
#define EG_BENCH_IMAGE_MEASURES_H

#include "attribution/explain.h"
#include "bench/image/image_data.h"
#include "prior/prior.h"

/* A network and what it is measured on. */
struct eg_image_meter {
    const struct eg_network *network;
    const struct eg_image_data *data;
    size_t threads; /* bits do not depend on it */
    uint64_t seed, replicate;
};

/* classes[i] = the class that the network gives row i of n. */
int eg_image_classify_rows(const struct eg_network *network, size_t n, const real *x,
                           size_t *classes, struct eg_error *error);

/* The same by all threads, a fixed number of rows at a time. */
int eg_image_classify(const struct eg_image_meter *meter, size_t n, const real *x, size_t *classes,
                      struct eg_error *error);

/* The share of the first n rows of x that the network gives their class y. */
int eg_image_accuracy(const struct eg_image_meter *meter, size_t n, const real *x, const real *y,
                      double *accuracy, struct eg_error *error);

enum eg_image_noise {
    EG_IMAGE_GAUSSIAN, /* level: sd in units of the full range of a pixel; not clipped */
    EG_IMAGE_FLIPPED   /* level: the share of pixels that become lowest or highest */
};

/* accuracy[l] on the first n test images under noise of levels[l], count of them. */
int eg_image_noise_curve(const struct eg_image_meter *meter, enum eg_image_noise noise, size_t n,
                         size_t count, const double *levels, double *accuracy,
                         struct eg_error *error);

/* The mean height of a curve over its x, ascending: the area under its straight pieces, by its
 * width. count >= 2. */
double eg_image_area(size_t count, const double *x, const double *height);

/* Steps along the sign of the loss's gradient, in units of the full range of a pixel; the image keeps
 * within `most` of the original and within the range of pixels. One step of `most`: FGSM (Goodfellow
 * et al. 2015); several from a random start: PGD (Madry et al. 2018). */
struct eg_image_attack {
    double most, step;
    size_t steps;
    int starts_anywhere; /* uniformly within `most`, else at the image */
};

/* out (n x size of an image): the first n test images, attacked. */
int eg_image_attack(const struct eg_image_meter *meter, const struct eg_image_attack *attack,
                    size_t n, real *out, struct eg_error *error);

/* phi (n x size of an image): attributions of the own class of the first n images, whose references
 * where the method draws any are the training images (or the n images, shifted). */
int eg_image_explain(const struct eg_image_meter *meter, const struct eg_method *method,
                     const struct eg_method_settings *settings, size_t n,
                     const struct eg_images *images, real *phi, struct eg_error *error);

/* The mean total variation of n maps, each standardised first. */
int eg_image_total_variation(const struct eg_image *shape, enum eg_standardise standardise,
                             size_t n, const real *phi, double *total_variation,
                             struct eg_error *error);

#endif
