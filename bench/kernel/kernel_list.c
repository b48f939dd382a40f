/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps of `make bench` and `make bench-peer`. */
#include <stdio.h>
#include <string.h>

#include "bench/kernel/kernel_explain.h"
#include "bench/kernel/kernel_training.h"

/* Figure 4: 100 patients, each with 100 references, in one batch. */
#define SPARSE                                                                                     \
    .network = "dense 512, relu, dense 128, relu, dense 32, relu, dense 1", .inputs = 118,         \
    .rows = 100, .epochs = 4, .loss = &eg_bce_logits, .initialiser = EG_GLOROT_UNIFORM,            \
    .rate = 1e-3

/* Figure 3: drugs and genes; the prior reads the genes alone. */
#define GRAPH                                                                                      \
    .network = "dense 512, relu, dense 256, relu, dense 1", .inputs = 614, .rows = 2048,           \
    .batch = 32, .epochs = 1, .loss = &eg_mse, .initialiser = EG_HE_NORMAL, .rate = 1e-5,          \
    .l1 = 1e-3, .drugs = 145, .edges = 4000

/* Figure 1. */
#define MNIST                                                                                      \
    .network = "image 28x28x1, conv 5x5x32 same, relu, pool 2, conv 5x5x64 same, relu, pool 2, "   \
               "dense 1024, relu, dropout 0.5, dense 10",                                          \
    .inputs = 784, .rows = 50, .epochs = 8, .loss = &eg_softmax_cross_entropy,                     \
    .initialiser = EG_HE_NORMAL, .rate = 1e-4

/* IG-NORM on MNIST (Chen et al. 2019): batch, box, length of a step and strength as published, but
 * 4 steps of the search in place of 40; and integrals of 10 points, as the published search has
 * them, also where it trains on 50. */
#define ROBUST                                                                                     \
    .network = "image 28x28x1, conv 5x5x32 same, relu, pool 2, conv 5x5x64 same, relu, pool 2, "   \
               "dense 1024, relu, dense 10",                                                       \
    .inputs = 784, .rows = 50, .epochs = 1, .loss = &eg_softmax_cross_entropy,                     \
    .initialiser = EG_HE_NORMAL, .rate = 1e-4, .strength = 1

/* Figure 2. */
#define CONV(channels) "conv 3x3x" channels " same, batchnorm, relu, "
#define VGG16                                                                                      \
    .network = "image 32x32x3, " CONV("64") CONV("64") "pool 2, " CONV("128")                      \
        CONV("128") "pool 2, " CONV("256") CONV("256") CONV("256") "pool 2, " CONV("512")          \
            CONV("512") CONV("512") "pool 2, " CONV("512") CONV("512")                             \
                CONV("512") "pool 2, dense 512, batchnorm, relu, dense 10",                        \
    .inputs = 3072, .rows = 128, .epochs = 1, .loss = &eg_softmax_cross_entropy,                   \
    .initialiser = EG_HE_NORMAL, .rate = 1e-4

/* Supplementary Figure 1: VGG16 as for skin images of two classes. */
#define PLAIN_CONV(channels) "conv 3x3x" channels " same, relu, "
#define VGG16_224                                                                                  \
    .network = "image 224x224x3, " PLAIN_CONV("64") PLAIN_CONV("64") "pool 2, " PLAIN_CONV("128")  \
        PLAIN_CONV("128") "pool 2, " PLAIN_CONV("256") PLAIN_CONV("256")                           \
            PLAIN_CONV("256") "pool 2, " PLAIN_CONV("512") PLAIN_CONV("512")                       \
                PLAIN_CONV("512") "pool 2, " PLAIN_CONV("512") PLAIN_CONV("512")                   \
                    PLAIN_CONV("512") "pool 2, dense 4096, relu, dropout "                         \
                                      "0.5, dense 4096, relu, dropout 0.5, "                       \
                                      "dense 2",                                                   \
    .inputs = 150528, .rows = 4, .epochs = 1, .loss = &eg_softmax_cross_entropy,                   \
    .initialiser = EG_HE_NORMAL, .rate = 1e-4

#define SMOOTH                                                                                     \
    .prior = &eg_total_variation_prior, .strength = 1e-4, .samples = 1,                            \
    .references = EG_REFERENCES_SHIFTED

static const struct eg_robust_settings worst_neighbour = {.radius = 0.3,
                                                          .steps = 4,
                                                          .step = 0.01,
                                                          .samples = 10,
                                                          .rule = EG_RULE_RIGHT,
                                                          .ascends = EG_ASCEND_NORM,
                                                          .loss = &eg_softmax_cross_entropy,
                                                          .memory = 1 << 28,
                                                          .clips = 1,
                                                          .low = 0,
                                                          .high = 1};

static const struct eg_training_step
    sparse_plain = {SPARSE},
    sparse_prior = {SPARSE, .prior = &eg_gini_prior, .strength = 1.259, .samples = 100,
                    .references = EG_REFERENCES_WITHOUT_REPLACEMENT},
    graph_plain = {GRAPH},
    graph_prior = {GRAPH,         .prior = &eg_laplacian_prior,        .strength = 100,
                   .samples = 10, .references = EG_REFERENCES_SHIFTED, .is_alternating = 1},
    mnist_plain = {MNIST}, mnist_prior = {MNIST, SMOOTH},
    mnist_robust = {ROBUST, .robust = &worst_neighbour}, vgg16_plain = {VGG16},
    vgg16_prior = {VGG16, SMOOTH}, vgg16_224_plain = {VGG16_224},
    vgg16_224_prior = {VGG16_224, SMOOTH};

#define TRAINING(name, title, is_wide, is_long)                                                    \
    {                                                                                              \
#name, title, is_wide, is_long, &name, eg_time_training, eg_write_training, 0              \
    }

const struct eg_step eg_steps[] = {
    TRAINING(sparse_plain, "sparsity network, epoch", 0, 0),
    TRAINING(sparse_prior, "sparse-prior epoch", 0, 0),
    TRAINING(graph_plain, "graph step", 0, 0),
    TRAINING(graph_prior, "graph step, alternating EG prior", 0, 0),
    TRAINING(mnist_plain, "MNIST step", 1, 0),
    TRAINING(mnist_prior, "MNIST step, EG prior", 1, 0),
    TRAINING(mnist_robust, "MNIST step, IG-NORM", 1, 1),
    TRAINING(vgg16_plain, "VGG16 step", 1, 1),
    TRAINING(vgg16_prior, "VGG16 step, EG prior", 1, 1),
    TRAINING(vgg16_224_plain, "VGG16 step, 224 x 224", 1, 1),
    TRAINING(vgg16_224_prior, "VGG16 step, 224 x 224, EG prior", 1, 1),
    {"explain", "EG, 1000 rows x 200", 1, 0, NULL, eg_time_explanation, eg_write_explanation, 0},
    {"metrics", "18 Keep/Remove metrics", 0, 0, NULL, eg_time_metrics, eg_write_metrics, 0},
    {0},
};

const struct eg_step *eg_step_find(const char *name, struct eg_error *error)
{
    char names[512] = "";
    for (const struct eg_step *step = eg_steps; step->name; step++) {
        if (strcmp(step->name, name) == 0)
            return step;
        const size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", used ? ", " : "", step->name);
    }
    eg_fail(error, EG_USAGE, "there is no step '%s': choose one of %s", name, names);
    return NULL;
}

/* One replicate stands in no region of OpenMP's: in one, layers would begin their threads anew for each
 * sweep. */
int eg_time_step(const struct eg_step *step, size_t replicates, size_t threads,
                 struct eg_step_timing *timing, struct eg_error *error)
{
    int status = EG_OK;
    double slowest = 0;
    const size_t each = threads / replicates ? threads / replicates : 1;
    if (replicates == 1)
        return step->time(step, 0, each, timing, error);
#pragma omp parallel for num_threads((int)replicates) reduction(| : status) reduction(max : slowest)
    for (size_t replicate = 0; replicate < replicates; replicate++) {
        struct eg_step_timing own = {0};
        struct eg_error own_error = {0};
        status |= step->time(step, replicate, each, &own, &own_error);
        slowest = own.seconds;
        if (replicate == 0) {
            *timing = own;
            *error = own_error;
        }
    }
    timing->seconds = slowest;
    return status;
}
