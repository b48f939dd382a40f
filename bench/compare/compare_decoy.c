/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Decoy MNIST in egbench-compare: is the digit 5 or more? A square in a corner tells it in training, and nothing in
 * the rows explained, so that it is known where relevance was planted: in the four corners. Pixels are means of 2 x
 * 2, since measures that impute take time as the cube of the features.
 */
#include "bench/compare/compare_data.h"

#include <stdlib.h>
#include <string.h>

#include "bench/experiments.h"
#include "bench/image/image_data.h"
#include "datasets/decoy_mnist.h"

enum { SIDE = 14, FEATURES = SIDE * SIDE, TEST_ROWS = 100, TRAIN_ROWS = 1900, MIDDLE = 5 };

static const char network[] = "dense 32, relu, dense 16, relu, dense 1";

static int describe(const struct eg_compare_source *source, const struct eg_run *run,
                    struct eg_compare_facts *facts, struct eg_error *error)
{
    const struct eg_image_set *set = eg_compare_image_set(source, run, error);
    if (!set)
        return error->status;
    memcpy(facts->hash, set->content_hash, sizeof facts->hash);
    facts->features = FEATURES;
    return EG_OK;
}

/* Means of 2 x 2 pixels, -0.5 to 0.5. */
static void shrink(const uint8_t *pixels, real *row)
{
    for (size_t y = 0; y < SIDE; y++)
        for (size_t x = 0; x < SIDE; x++) {
            const uint8_t *from = pixels + 4 * y * SIDE + 2 * x;
            const int sum = from[0] + from[1] + from[2 * SIDE] + from[2 * SIDE + 1];
            row[y * SIDE + x] = (real)(sum / (4.0 * 255) - 0.5);
        }
}

/* So many images, drawn by the stream. */
static int draw_rows(const uint8_t *pixels, const uint8_t *labels, size_t n, size_t count,
                     struct eg_stream stream, struct eg_subset *subset, struct eg_error *error)
{
    size_t *index = eg_alloc(n, sizeof *index, error);
    subset->y = eg_alloc(count, sizeof *subset->y, error);
    const int status = index && subset->y ? eg_matrix_alloc(&subset->x, count, FEATURES, error)
                                          : EG_INTERNAL;
    for (size_t i = 0; i < n && !status; i++)
        index[i] = i;
    if (!status)
        eg_stream_shuffle(&stream, index, n);
    for (size_t i = 0; i < count && !status; i++) {
        shrink(pixels + index[i] * 4 * FEATURES, eg_row(&subset->x, i));
        subset->y[i] = labels[index[i]] >= MIDDLE;
    }
    free(index);
    return status;
}

static int draw(const struct eg_compare_source *source, const struct eg_run *run,
                struct eg_compare_unit *unit, struct eg_error *error)
{
    const struct eg_image_set *set = eg_compare_image_set(source, run, error);
    const struct eg_stream stream = eg_stream_make(unit->seed, EG_STREAM_COMPARE, EG_PURPOSE_SPLIT,
                                                   unit->split, 0);
    if (!set)
        return error->status;
    int status = draw_rows(set->test_pixels, set->test_labels, set->test_n, TEST_ROWS,
                           eg_stream_item(&stream, 1), &unit->test, error);
    if (!status)
        status = draw_rows(set->train_pixels, set->train_labels, set->train_n, TRAIN_ROWS,
                           eg_stream_item(&stream, 2), &unit->train, error);
    unit->n_test = TEST_ROWS;
    unit->n_train = TRAIN_ROWS;
    unit->is_classes = 1;
    unit->recipe = eg_compare_recipe(unit, network, source->epochs);
    return status;
}

static int is_planted(size_t feature)
{
    const struct eg_image shape = {.height = 2 * SIDE, .width = 2 * SIDE, .channels = 1};
    real mask[4 * FEATURES];
    eg_decoy_mask(&shape, mask);
    return mask[4 * (feature / SIDE) * SIDE + 2 * (feature % SIDE)] > 0;
}

const struct eg_compare_source eg_compare_decoy_mnist = {.name = "decoy_mnist",
                                                         .epochs = 10,
                                                         .describe = describe,
                                                         .draw = draw,
                                                         .is_planted = is_planted};
