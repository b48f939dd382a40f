/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/fine_tune/tune_images.h"

#include <stdlib.h>

#include "base/folder.h"
#include "datasets/picture.h"
#include "datasets/resize.h"

static const struct eg_image_folder *folder_of(const struct eg_tune_images *images, int is_test)
{
    return is_test ? images->test : images->train;
}

const char *eg_tune_class_name(const struct eg_tune_images *images, size_t label)
{
    return images->set ? images->set->class_names[label] : images->train->class_names[label];
}

size_t eg_tune_label(const struct eg_tune_images *images, int is_test, size_t index)
{
    const struct eg_image_set *set = images->set;
    return !set      ? folder_of(images, is_test)->labels[index]
           : is_test ? set->test_labels[index]
                     : set->train_labels[index];
}

/* The window in the middle, or one drawn. */
static struct eg_cut place_window(const struct eg_tune_images *images, const struct eg_image *shape,
                                  struct eg_stream *stream)
{
    const struct eg_image to = eg_resized(shape, images->short_side);
    struct eg_cut cut = eg_central_cut(&to, images->shape.height, images->shape.width);
    if (stream) {
        cut.top = eg_stream_below(stream, to.height - cut.height + 1);
        cut.left = eg_stream_below(stream, to.width - cut.width + 1);
    }
    return cut;
}

static void mirror(const struct eg_image *shape, uint8_t *bytes)
{
    const size_t channels = shape->channels;
    for (size_t y = 0; y < shape->height; y++)
        for (size_t x = 0; x < shape->width / 2; x++)
            for (size_t c = 0; c < channels; c++) {
                uint8_t *row = bytes + y * shape->width * channels;
                uint8_t *left = row + x * channels + c;
                uint8_t *right = row + (shape->width - 1 - x) * channels + c;
                const uint8_t kept = *left;
                *left = *right;
                *right = kept;
            }
}

static int cut_window(const struct eg_tune_images *images, const struct eg_image *shape,
                      const uint8_t *pixels, struct eg_stream *stream, uint8_t *bytes,
                      struct eg_error *error)
{
    const struct eg_cut cut = place_window(images, shape, stream);
    const int status = eg_resize_cut(shape, pixels, images->short_side, &cut, bytes, error);
    if (!status && stream && eg_stream_below(stream, 2))
        mirror(&images->shape, bytes);
    return status;
}

int eg_tune_window(const struct eg_tune_images *images, int is_test, size_t index,
                   struct eg_stream *stream, uint8_t *bytes, struct eg_error *error)
{
    if (images->set) {
        const struct eg_image *shape = &images->set->shape;
        const uint8_t *pixels = is_test ? images->set->test_pixels : images->set->train_pixels;
        return cut_window(images, shape, pixels + index * eg_image_size(shape), stream, bytes,
                          error);
    }
    const struct eg_image_folder *folder = folder_of(images, is_test);
    struct eg_picture picture = {0};
    char *path = eg_join_path_alloc(folder->folder, folder->paths[index], error);
    int status = path ? eg_picture_read(path, &picture, error) : EG_INTERNAL;
    if (!status)
        status = cut_window(images, &picture.shape, picture.pixels, stream, bytes, error);
    eg_picture_free(&picture);
    free(path);
    return status;
}

int eg_tune_take(const struct eg_tune_images *images, int is_test, size_t count,
                 const size_t *index, const struct eg_stream *stream, uint64_t first,
                 size_t threads, real *x, real *y, struct eg_error *error)
{
    const size_t size = eg_image_size(&images->shape);
    const uint8_t no_label = 0;
    size_t failed = count; /* the first that did */
    uint8_t *bytes = eg_alloc(count * size, 1, error);
    if (!bytes)
        return EG_INTERNAL;
#pragma omp parallel for schedule(dynamic, 1) num_threads((int)threads) if (threads > 1)
    for (size_t i = 0; i < count; i++) {
        const size_t row = index ? index[i] : i;
        struct eg_error own = {0};
        struct eg_stream drawn = stream ? eg_stream_item(stream, first + i) : (struct eg_stream){0};
        if (eg_tune_window(images, is_test, row, stream ? &drawn : NULL, bytes + i * size, &own)) {
#pragma omp critical(eg_tune_failure)
            if (i < failed) {
                failed = i;
                *error = own;
            }
        }
        eg_image_take(&images->shape, bytes + i * size, &no_label, &images->scaling, 1, NULL,
                      x + i * size, y + i);
        y[i] = (real)eg_tune_label(images, is_test, row);
    }
    free(bytes);
    return failed < count ? error->status : EG_OK;
}
