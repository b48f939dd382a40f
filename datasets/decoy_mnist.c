/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "datasets/decoy_mnist.h"

#include <stdio.h>
#include <string.h>

#include "base/stream.h"

enum { CORNERS = 4, WHITE = 255, STEP = 25 };

/* Where in an image the square in that corner begins. */
static size_t corner_begin(const struct eg_image *shape, size_t corner)
{
    const size_t y = corner / 2 ? shape->height - EG_DECOY_SIDE : 0;
    const size_t x = corner % 2 ? shape->width - EG_DECOY_SIDE : 0;
    return (y * shape->width + x) * shape->channels;
}

void eg_decoy_mask(const struct eg_image *shape, real *mask)
{
    memset(mask, 0, eg_image_size(shape) * sizeof *mask);
    for (size_t corner = 0; corner < CORNERS; corner++)
        for (size_t y = 0; y < EG_DECOY_SIDE; y++)
            for (size_t i = 0; i < EG_DECOY_SIDE * shape->channels; i++)
                mask[corner_begin(shape, corner) + y * shape->width * shape->channels + i] = 1;
}

/* The squares belong to the data and are the same whatever the seed of a run. A part's stream is its
 * own. */
static void paint_squares(const struct eg_image *shape, size_t classes, int is_test, size_t n,
                          const uint8_t *labels, uint8_t *pixels)
{
    const size_t row = shape->width * shape->channels;
    for (size_t i = 0; i < n; i++) {
        struct eg_stream stream = eg_stream_make(0, 0, EG_PURPOSE_DATA, (uint64_t)is_test, i);
        uint8_t *square = pixels + i * eg_image_size(shape) +
                          corner_begin(shape, (size_t)eg_stream_below(&stream, CORNERS));
        const size_t told = is_test ? (size_t)eg_stream_below(&stream, classes) : labels[i];
        for (size_t y = 0; y < EG_DECOY_SIDE; y++)
            memset(square + y * row, (int)(WHITE - STEP * told), EG_DECOY_SIDE * shape->channels);
    }
}

static int load_decoy(const struct eg_image_source *base, const char *data_folder,
                      struct eg_image_set *set, struct eg_error *error)
{
    char description[sizeof set->description];
    const int status = base->load(data_folder, set, error);
    if (status)
        return status;
    paint_squares(&set->shape, set->classes, 0, set->train_n, set->train_labels, set->train_pixels);
    paint_squares(&set->shape, set->classes, 1, set->test_n, set->test_labels, set->test_pixels);
    snprintf(description, sizeof description, "%.120s, with decoys", set->description);
    memcpy(set->description, description, sizeof description);
    return EG_OK;
}

extern const struct eg_image_source eg_mnist, eg_fashion_mnist, eg_decoy_mnist,
    eg_decoy_fashion_mnist;

static int is_mnist_available(const char *data_folder)
{
    return eg_mnist.is_available(data_folder);
}

static int load_mnist(const char *data_folder, struct eg_image_set *set, struct eg_error *error)
{
    return load_decoy(&eg_mnist, data_folder, set, error);
}

static int is_fashion_available(const char *data_folder)
{
    return eg_fashion_mnist.is_available(data_folder);
}

static int load_fashion(const char *data_folder, struct eg_image_set *set, struct eg_error *error)
{
    return load_decoy(&eg_fashion_mnist, data_folder, set, error);
}

static const struct eg_known_file none[] = {{0}}; /* beyond those of the sets without */

const struct eg_image_source eg_decoy_mnist = {
    .name = "decoy_mnist",
    .summary = "MNIST with a square in a corner that tells the class, but not in the test part",
    .files = none,
    .is_available = is_mnist_available,
    .load = load_mnist,
};

const struct eg_image_source eg_decoy_fashion_mnist = {
    .name = "decoy_fashion_mnist",
    .summary = "Fashion-MNIST with such a square",
    .files = none,
    .is_available = is_fashion_available,
    .load = load_fashion,
};
