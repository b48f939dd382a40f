/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/decoy/decoy_cell.h"

#include <stdlib.h>
#include <string.h>

#include "bench/experiments.h"
#include "bench/frame/guides.h"
#include "bench/image/image_data.h"
#include "datasets/decoy_mnist.h"
#include "run/values.h"

const char eg_decoy_blanked[] = "blanked";

/* Ascent that fits pixels in [-0.5, 0.5]. */
static const struct eg_robust_settings robust = {.radius = 0.1,
                                                 .steps = 1,
                                                 .loss = &eg_softmax_cross_entropy,
                                                 .clips = 1,
                                                 .low = -0.5,
                                                 .high = 0.5};

/* Points for each row: k = 1 as the paper trains images; the robust guide needs more. */
enum { SAMPLES = 1, ROBUST_SAMPLES = 3 };

struct cell {
    const char *network, *model;
    size_t seed, replicate, epochs, batch;
    double rate, strength;
    const struct eg_image_data *data;
    real *mask;
};

static int read_cell(const struct eg_run *run, const json_t *config, struct cell *cell,
                     struct eg_error *error)
{
    const char *dataset;
    struct eg_image_sizes sizes = {0};
    if (eg_config_text(config, "dataset", &dataset, error) ||
        eg_config_text(config, "network", &cell->network, error) ||
        eg_config_text(config, "model", &cell->model, error) ||
        eg_config_count(config, "seed", &cell->seed, error) ||
        eg_config_count(config, "replicate", &cell->replicate, error) ||
        eg_config_count(config, "epochs", &cell->epochs, error) ||
        eg_config_count(config, "batch", &cell->batch, error) ||
        eg_config_number(config, "rate", &cell->rate, error) ||
        eg_config_number(config, "strength", &cell->strength, error) ||
        eg_config_count(config, "train_images", &sizes.train, error) ||
        eg_config_count(config, "validation_images", &sizes.validation, error) ||
        eg_config_count(config, "test_images", &sizes.test, error))
        return EG_INTERNAL;
    cell->data = eg_cached_image_data(dataset, run->data, &sizes, error);
    if (!cell->data)
        return error->status;
    const struct eg_image *shape = &cell->data->set->shape;
    cell->mask = eg_alloc(eg_image_size(shape), sizeof *cell->mask, error);
    if (!cell->mask)
        return EG_INTERNAL;
    eg_decoy_mask(shape, cell->mask);
    return EG_OK;
}

static int is_blanked(const struct cell *cell)
{
    return strcmp(cell->model, eg_decoy_blanked) == 0;
}

/* An augmentation: corners become black. */
static void blank_corners(void *context, struct eg_stream stream, const real *row, real *out)
{
    static const real black = (real)-0.5;
    const struct cell *cell = context;
    (void)stream;
    for (size_t j = 0; j < cell->data->train.x.cols; j++)
        out[j] = cell->mask[j] > 0 ? black : row[j];
}

static struct eg_stream stream_of(const struct cell *cell, enum eg_purpose purpose)
{
    return eg_stream_make(cell->seed, EG_STREAM_DECOY, purpose, cell->replicate, 0);
}

static int train(const struct eg_run *run, const struct cell *cell, struct eg_guide_term *guide,
                 struct eg_network *network, double *loss, struct eg_error *error)
{
    const int is_guided = guide->guide->kind != EG_GUIDE_NONE;
    const struct eg_objective_term term = is_guided ? eg_guide_as_term(guide, cell->strength)
                                                    : (struct eg_objective_term){0};
    const struct eg_augmentation blank = {(void *)cell, blank_corners};
    const struct eg_checkpoint checkpoint = {run->checkpoint, run->key};
    const struct eg_training training = {
        .loss = &eg_softmax_cross_entropy,
        .optimiser = eg_adam(cell->rate),
        .epochs = cell->epochs,
        .batch = cell->batch,
        .terms = &term,
        .terms_count = is_guided,
        .augmentation = is_blanked(cell) ? &blank : NULL,
        .checkpoint = run->checkpoint ? &checkpoint : NULL,
        .stop = run->stop,
        .threads = run->threads,
        .shuffle = stream_of(cell, EG_PURPOSE_SHUFFLE),
        .dropout = stream_of(cell, EG_PURPOSE_DROPOUT),
        .attribution = stream_of(cell, EG_PURPOSE_TRAIN_ATTRIBUTION),
        .augment = stream_of(cell, EG_PURPOSE_AUGMENT)};
    const struct eg_images *images = &cell->data->train;
    struct eg_training_outcome outcome;
    const int status = eg_train(network, &training, &images->x, images->y, &outcome, error);
    *loss = outcome.loss;
    return status;
}

static int train_guided(const struct eg_run *run, const struct cell *cell,
                        struct eg_network *network, double *loss, struct eg_error *error)
{
    const struct eg_guide *guide = eg_guide_find(is_blanked(cell) ? "none" : cell->model, error);
    struct eg_guide_term term = {0};
    if (!guide)
        return EG_INTERNAL;
    const size_t samples = guide->kind == EG_GUIDE_ROBUST ? ROBUST_SAMPLES : SAMPLES;
    const struct eg_guide_settings settings = {.network = network,
                                               .batch = cell->batch,
                                               .threads = run->threads,
                                               .mask = cell->mask,
                                               .background = &cell->data->train.x,
                                               .samples = samples,
                                               .robust = robust};
    eg_network_initialise(network, EG_GLOROT_UNIFORM, stream_of(cell, EG_PURPOSE_WEIGHTS));
    int status = eg_guide_term_alloc(&term, guide, &settings, error);
    if (!status)
        status = train(run, cell, &term, network, loss, error);
    eg_guide_term_free(&term);
    return status;
}

/* --- what is measured --- */

/* deals: whether row i gets the corners of row `order[i]`. */
static int measure_accuracy(const struct cell *cell, const struct eg_network *network,
                            const struct eg_images *images, const size_t *order, double *accuracy,
                            struct eg_error *error)
{
    const size_t n = images->x.rows, p = images->x.cols, classes = network->outputs;
    struct eg_matrix x = {0}, output = {0};
    size_t right = 0;
    int status = eg_matrix_alloc(&x, n, p, error);
    if (!status)
        status = eg_matrix_alloc(&output, n, classes, error);
    for (size_t i = 0; i < n && !status; i++) {
        memcpy(eg_row(&x, i), eg_row(&images->x, i), p * sizeof(real));
        for (size_t j = 0; j < p && order; j++)
            if (cell->mask[j] > 0)
                eg_row(&x, i)[j] = eg_row(&images->x, order[i])[j];
        if (is_blanked(cell))
            blank_corners((void *)cell, (struct eg_stream){0}, eg_row(&images->x, i),
                          eg_row(&x, i));
    }
    if (!status)
        status = eg_network_predict(network, n, x.data, output.data, error);
    for (size_t i = 0; i < n && !status; i++) {
        size_t best = 0;
        for (size_t c = 1; c < classes; c++)
            best = eg_row(&output, i)[c] > eg_row(&output, i)[best] ? c : best;
        right += best == (size_t)images->y[i];
    }
    *accuracy = (double)right / (double)n;
    eg_matrix_free(&x);
    eg_matrix_free(&output);
    return status;
}

/* Who knows the mask can deal out what is under it anew among the validation images: what the decoy
 * tells is then wrong for nine in ten, with no look at the test part. */
static int measure_dealt(const struct cell *cell, const struct eg_network *network,
                         double *accuracy, struct eg_error *error)
{
    const struct eg_images *images = &cell->data->validation;
    struct eg_stream stream = stream_of(cell, EG_PURPOSE_MASKING);
    size_t *order = eg_alloc(images->x.rows, sizeof *order, error);
    if (!order)
        return EG_INTERNAL;
    for (size_t i = 0; i < images->x.rows; i++)
        order[i] = i;
    eg_stream_shuffle(&stream, order, images->x.rows);
    const int status = measure_accuracy(cell, network, images, order, accuracy, error);
    free(order);
    return status;
}

static int measure(const struct cell *cell, const struct eg_network *network, double loss,
                   json_t *values, struct eg_error *error)
{
    double validation, dealt, test;
    if (measure_accuracy(cell, network, &cell->data->validation, NULL, &validation, error) ||
        measure_dealt(cell, network, &dealt, error) ||
        measure_accuracy(cell, network, &cell->data->test, NULL, &test, error) ||
        eg_values_set(values, "train_loss", loss, error) ||
        eg_values_set(values, "validation_accuracy", validation, error) ||
        eg_values_set(values, "dealt_accuracy", dealt, error) ||
        eg_values_set(values, "test_accuracy", test, error))
        return EG_INTERNAL;
    return EG_OK;
}

int eg_decoy_run_cell(const struct eg_run *run, const json_t *config, json_t *values,
                      struct eg_error *error)
{
    struct cell cell = {0};
    struct eg_network network = {0};
    double loss = 0;
    int status = read_cell(run, config, &cell, error);
    if (!status)
        status = eg_network_alloc(&network, cell.data->train.x.cols, cell.network, error);
    if (!status)
        status = train_guided(run, &cell, &network, &loss, error);
    if (!status)
        status = measure(&cell, &network, loss, values, error);
    eg_network_free(&network);
    free(cell.mask);
    return status;
}
