/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Training curves of one network with direct convolutions, by F(2x2, 3x3) and by F(4x4, 3x3), from the same
 * initial weights and batches, and the gaps at the end with 95 % intervals over seeds: CSV on stdout.
 * Arguments: an image data set, the count of seeds. EGBENCH_DATA_DIR is where data sets lie.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/blas_threads.h"
#include "datasets/image_set.h"
#include "nn/train.h"
#include "nn/winograd.h"
#include "stats/mean_interval.h"

enum { TRAIN = 1500, TEST = 2000, EPOCHS = 6, BATCH = 50, SEEDS_MOST = 20, FORMS = 3 };

/* The layers that come by 3 x 3 forms have 16 or more places: 14 x 14 and 7 x 7 pixels of 28 x 28. */
static const char layers[] =
    "conv 3x3x24 same, relu, pool 2, conv 3x3x32 same, relu, conv 3x3x32 same, "
    "relu, pool 2, conv 3x3x48 same, relu, pool 2, dense 10";

static const struct {
    const char *name;
    enum eg_winograd_form form; /* none for direct sums */
} forms[FORMS] = {
    {"direct", EG_WINOGRAD_FORMS}, {"F(2x2 3x3)", EG_WINOGRAD_F2}, {"F(4x4 3x3)", EG_WINOGRAD_F4}};

struct curves {
    struct eg_matrix train, test;
    real *train_y, *test_y;
    double loss[FORMS][SEEDS_MOST],
        accuracy[FORMS][SEEDS_MOST]; /* of the last epoch, on test images */
    size_t form, seed, epoch;
};

static void use_form(struct eg_network *network, enum eg_winograd_form wanted)
{
    eg_network_choose_convolutions(network, 0);
    for (size_t l = 0; l < network->layer_count; l++)
        for (const struct eg_winograd *form = eg_winograd_forms; form->name; form++)
            if (network->layers[l].type == &eg_convolution && form->form == wanted &&
                eg_winograd_fits(form, &network->layers[l]))
                eg_convolution_use(&network->layers[l], form);
}

static size_t find_largest(const real *values, size_t count)
{
    size_t largest = 0;
    for (size_t i = 1; i < count; i++)
        if (values[i] > values[largest])
            largest = i;
    return largest;
}

/* Prints an epoch's line. Stands in the place of a score; the last epoch is the best. */
static int note_epoch(void *context, const struct eg_network *network, double *score,
                      struct eg_error *error)
{
    struct curves *curves = context;
    const size_t n = curves->test.rows, classes = network->outputs;
    real *outputs = eg_alloc(n * classes, sizeof *outputs, error);
    const int status = outputs ? eg_network_predict(network, n, curves->test.data, outputs, error)
                               : EG_INTERNAL;
    double loss = 0, right = 0;
    real slope[64];
    for (size_t i = 0; i < n && !status; i++) {
        const real *row = outputs + i * classes;
        loss += eg_softmax_cross_entropy.row(classes, row, curves->test_y + i, slope);
        right += find_largest(row, classes) == (size_t)curves->test_y[i];
    }
    free(outputs);
    curves->loss[curves->form][curves->seed] = loss / (double)n;
    curves->accuracy[curves->form][curves->seed] = right / (double)n;
    *score = (double)++curves->epoch;
    printf("epoch,%s,%zu,%zu,%.6f,%.4f,,\n", forms[curves->form].name, curves->seed, curves->epoch,
           loss / (double)n, right / (double)n);
    return status;
}

static int train_one(struct curves *curves, const struct eg_image *shape, struct eg_error *error)
{
    const uint64_t seed = curves->seed + 1;
    const struct eg_score score = {curves, note_epoch};
    const struct eg_training training = {
        .loss = &eg_softmax_cross_entropy,
        .optimiser = eg_adam(1e-3),
        .epochs = EPOCHS,
        .batch = BATCH,
        .score = &score,
        .shuffle = eg_stream_make(seed, 0, EG_PURPOSE_SHUFFLE, 0, 0)};
    struct eg_network network;
    char text[256];
    snprintf(text, sizeof text, "image %zux%zux%zu, %s", shape->height, shape->width,
             shape->channels, layers);
    int status = eg_network_alloc(&network, eg_image_size(shape), text, error);
    if (status)
        return status;
    use_form(&network, forms[curves->form].form);
    eg_network_initialise(&network, EG_HE_NORMAL,
                          eg_stream_make(seed, 0, EG_PURPOSE_WEIGHTS, 0, 0));
    curves->epoch = 0;
    status = eg_train(&network, &training, &curves->train, curves->train_y, NULL, error);
    eg_network_free(&network);
    return status;
}

static int print_gap(const char *form, const char *measure, const double *ours,
                     const double *direct, size_t seeds, struct eg_error *error)
{
    double gap[SEEDS_MOST], mean = 0, low, high;
    for (size_t i = 0; i < seeds; i++) {
        gap[i] = ours[i] - direct[i];
        mean += gap[i] / (double)seeds;
    }
    const int status = eg_mean_interval(gap, seeds, 1000, NULL, &low, &high, error);
    if (!status)
        printf("gap of %s,%s,,%d,%.5f,,%.5f,%.5f\n", measure, form, EPOCHS, mean, low, high);
    return status;
}

static int train_all(struct curves *curves, const struct eg_image *shape, size_t seeds,
                     struct eg_error *error)
{
    int status = EG_OK;
    puts("what,form,seed,epoch,loss_or_gap,accuracy,low,high");
    for (curves->seed = 0; curves->seed < seeds; curves->seed++)
        for (curves->form = 0; curves->form < FORMS && !status; curves->form++)
            status = train_one(curves, shape, error);
    for (size_t f = 1; f < FORMS && !status; f++) {
        status = print_gap(forms[f].name, "loss", curves->loss[f], curves->loss[0], seeds, error);
        if (!status)
            status = print_gap(forms[f].name, "accuracy", curves->accuracy[f], curves->accuracy[0],
                               seeds, error);
    }
    return status;
}

static int take(const struct eg_image_set *set, int is_test, size_t count, struct eg_matrix *x,
                real **y, struct eg_error *error)
{
    const struct eg_image_scaling scaling = eg_image_scaling_of(set, TRAIN, NULL);
    *y = eg_alloc(count, sizeof **y, error);
    if (!*y || eg_matrix_alloc(x, count, eg_image_size(&set->shape), error))
        return EG_INTERNAL;
    eg_image_take(&set->shape, is_test ? set->test_pixels : set->train_pixels,
                  is_test ? set->test_labels : set->train_labels, &scaling, count, NULL, x->data,
                  *y);
    return EG_OK;
}

int main(int argc, char **argv)
{
    struct eg_image_set set = {0};
    struct curves curves = {0};
    struct eg_error error = {0};
    const size_t seeds = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    if (seeds < 2 || seeds > SEEDS_MOST) {
        fprintf(stderr, "usage: %s DATASET SEEDS (2 to %d)\n", argv[0], SEEDS_MOST);
        return EG_USAGE;
    }
    int status = eg_blas_take_one_thread(&error);
    if (!status)
        status = eg_image_set_load(argv[1], getenv("EGBENCH_DATA_DIR"), &set, &error);
    if (!status)
        status = take(&set, 0, TRAIN, &curves.train, &curves.train_y, &error);
    if (!status)
        status = take(&set, 1, TEST < set.test_n ? TEST : set.test_n, &curves.test, &curves.test_y,
                      &error);
    if (!status)
        status = train_all(&curves, &set.shape, seeds, &error);
    if (status)
        fprintf(stderr, "%s\n", error.message);
    eg_image_set_free(&set);
    eg_matrix_free(&curves.train);
    eg_matrix_free(&curves.test);
    free(curves.train_y);
    free(curves.test_y);
    return status;
}
