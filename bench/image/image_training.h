/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a network of the image experiment is trained (Methods 4).
 */
#ifndef EG_BENCH_IMAGE_TRAINING_H
#define EG_BENCH_IMAGE_TRAINING_H

#include "bench/image/image_data.h"
#include "bench/image/image_models.h"
#include "datasets/distort.h"
#include "nn/train.h"
#include "run/experiment.h"

/* All that a training depends on, but for the images. */
struct eg_image_recipe {
    const struct eg_image_model *model;
    double strength;
    uint64_t seed, replicate; /* of its streams, which do not depend on model and strength */
    const char *network;      /* as in eg_network_alloc */
    int is_direct; /* convolutions, as eg_network_choose_convolutions has them for 0 rows */
    enum eg_initialiser initialiser; /* of its weights */
    size_t epochs, batch;
    struct eg_optimiser_settings optimiser;
    struct eg_moving moving; /* of training images; shape and fill are seen to */
    double weight_decay; /* lambda in lambda * sum w^2 over all weights, beside what a model adds */
};

/*
 * Trains one network. *network is made here; the caller frees it, after failure too. run gives threads and
 * checkpoint. loss: the mean of the last epoch, without the prior.
 */
int eg_image_train(const struct eg_run *run, const struct eg_image_recipe *recipe,
                   const struct eg_image_data *data, struct eg_network *network, double *loss,
                   struct eg_error *error);

#endif
