/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is measured of a network before and after fine-tuning. */
#ifndef EG_BENCH_TUNE_MEASURES_H
#define EG_BENCH_TUNE_MEASURES_H

#include "attribution/explain.h"
#include "bench/fine_tune/tune_images.h"
#include "run/row.h"

/* How maps are drawn. */
enum eg_tune_method {
    EG_TUNE_EXPECTED,  /* expected gradients, references from images trained on */
    EG_TUNE_BLACK,     /* integrated gradients from a black image */
    EG_TUNE_MEAN,      /* integrated gradients from the mean of the references */
    EG_TUNE_GRADIENTS, /* plain gradients */
    EG_TUNE_METHODS
};

/* "expected_gradients", "integrated_gradients", "integrated_gradients_mean", "gradients" */
extern const char *const eg_tune_methods[EG_TUNE_METHODS];

struct eg_tune_meter {
    const struct eg_network *network;
    const struct eg_tune_images *images;
    size_t threads, samples;
    struct eg_stream explain;
    struct eg_matrix references;  /* of expected gradients */
    struct eg_matrix black, mean; /* one row each */
};

/* Takes so many images, from number `first` on, as references. Free it after failure too. */
int eg_tune_meter_alloc(struct eg_tune_meter *meter, const struct eg_network *network,
                        const struct eg_tune_images *images, size_t first, size_t references,
                        size_t threads, struct eg_error *error);
void eg_tune_meter_free(struct eg_tune_meter *meter);

/* Shares of the first n test images whose class is the network's first guess, and among its first five (all,
 * where there are fewer). */
int eg_tune_accuracy(const struct eg_tune_meter *meter, size_t n, double *top_1, double *top_5,
                     struct eg_error *error);

/* phi (n x size): maps of the own class of n test images (NULL: the first ones). */
int eg_tune_explain(const struct eg_tune_meter *meter, enum eg_tune_method method, size_t n,
                    const size_t *index, real *phi, struct eg_error *error);

/* Test images that have black pixels, five at least where all channels are 0: index (most) gets their numbers among
 * the first `among`; returns how many there are, in *count. */
int eg_tune_find_black(const struct eg_tune_meter *meter, size_t among, size_t most, size_t *index,
                       size_t *count, struct eg_error *error);

/* The mean over black pixels of |phi summed over channels|, by that over all pixels; image is its bytes. */
double eg_tune_black_share(const struct eg_image *shape, const uint8_t *image, const real *phi);

#endif
