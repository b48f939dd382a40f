/* SPDX-License-Identifier: GPL-3.0-or-later */
/* MNIST and CIFAR-10 in egbench-compare: small convolutional networks that tell odd digits from
 * even ones, animals from vehicles. Each unit has 2,000 images to train on and 20 others (of
 * CIFAR-10 12) to explain, drawn from the official training set. */
#include "bench/compare/compare_data.h"

#include <stdlib.h>
#include <string.h>

#include "bench/experiments.h"
#include "bench/image/image_data.h"

enum { SMALL_ROWS = 20, COLOURED_ROWS = 12, TRAIN_ROWS = 2000 };

static const char
    small[] = "image 28x28x1, conv 5x5x8 stride 2, relu, pool 2, dense 32, relu, dense 1",
    coloured[] = "image 32x32x3, conv 5x5x8 stride 2, relu, pool 2, conv 3x3x16, relu, "
                 "dense 32, relu, dense 1";

static int is_coloured(const struct eg_image_set *set)
{
    return set->shape.channels > 1;
}

/* Odd digits; of CIFAR-10's classes bird, cat, deer, dog, frog and horse. */
static int is_positive(const struct eg_image_set *set, uint8_t label)
{
    return is_coloured(set) ? label >= 2 && label <= 7 : label % 2;
}

const struct eg_image_set *eg_compare_image_set(const struct eg_compare_source *source,
                                                const struct eg_run *run, struct eg_error *error)
{
    const struct eg_image_source *images = eg_image_source_find(source->name, error);
    if (images && !images->is_available(run->data)) {
        eg_fail(error, EG_DATA,
                "--dataset %s: its files are not in the data folder (--data, EGBENCH_DATA_DIR); "
                "datasets/fetch.sh fetches them",
                source->name);
        return NULL;
    }
    return images ? eg_cached_image_set(source->name, run->data, error) : NULL;
}

static int describe(const struct eg_compare_source *source, const struct eg_run *run,
                    struct eg_compare_facts *facts, struct eg_error *error)
{
    const struct eg_image_set *set = eg_compare_image_set(source, run, error);
    if (!set)
        return error->status;
    memcpy(facts->hash, set->content_hash, sizeof facts->hash);
    facts->features = eg_image_size(&set->shape);
    return EG_OK;
}

static int take(const struct eg_image_set *set, const struct eg_image_scaling *scaling,
                const size_t *index, size_t count, struct eg_subset *rows, struct eg_error *error)
{
    const int status = eg_matrix_alloc(&rows->x, count, eg_image_size(&set->shape), error);
    rows->y = status ? NULL : eg_alloc(count, sizeof *rows->y, error);
    if (!rows->y)
        return EG_INTERNAL;
    eg_image_take(&set->shape, set->train_pixels, set->train_labels, scaling, count, index,
                  rows->x.data, rows->y);
    for (size_t i = 0; i < count; i++)
        rows->y[i] = is_positive(set, set->train_labels[index[i]]);
    return EG_OK;
}

static int draw(const struct eg_compare_source *source, const struct eg_run *run,
                struct eg_compare_unit *unit, struct eg_error *error)
{
    const struct eg_image_set *set = eg_compare_image_set(source, run, error);
    size_t *index = set ? eg_alloc(set->train_n, sizeof *index, error) : NULL;
    struct eg_stream stream = eg_stream_make(unit->seed, EG_STREAM_COMPARE, EG_PURPOSE_SPLIT,
                                             unit->split, 0);
    if (!index)
        return error->status;
    for (size_t i = 0; i < set->train_n; i++)
        index[i] = i;
    eg_stream_shuffle(&stream, index, set->train_n);
    const size_t test_rows = is_coloured(set) ? COLOURED_ROWS : SMALL_ROWS;
    const struct eg_image_scaling scaling = eg_image_scaling_of(set, TRAIN_ROWS, index + test_rows);
    int status = take(set, &scaling, index, test_rows, &unit->test, error);
    if (!status)
        status = take(set, &scaling, index + test_rows, TRAIN_ROWS, &unit->train, error);
    free(index);
    unit->n_train = TRAIN_ROWS;
    unit->n_test = test_rows;
    unit->is_classes = unit->is_image = 1;
    unit->recipe = eg_compare_recipe(unit, is_coloured(set) ? coloured : small, source->epochs);
    return status;
}

const struct eg_compare_source eg_compare_mnist = {
    .name = "mnist", .epochs = 8, .describe = describe, .draw = draw};
const struct eg_compare_source eg_compare_cifar10 = {
    .name = "cifar10", .epochs = 10, .describe = describe, .draw = draw};
