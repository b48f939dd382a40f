/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The images of fine-tuning: those of a set in memory, or photographs that are read from their folder
 * each time. Either way the short side becomes a given number of pixels and a window is cut: anywhere,
 * and mirrored or not, to train on, in the middle to test on.
 */
#ifndef EG_BENCH_TUNE_IMAGES_H
#define EG_BENCH_TUNE_IMAGES_H

#include "base/stream.h"
#include "datasets/image_folder.h"
#include "datasets/image_set.h"

struct eg_tune_images {
    const struct eg_image_set *set;             /* NULL: those of the folders */
    const struct eg_image_folder *train, *test; /* of the same classes */
    struct eg_image shape;                      /* of a window, which a network takes */
    size_t short_side;
    struct eg_image_scaling scaling;
};

/* The name of a class; the class of a training or test image. */
const char *eg_tune_class_name(const struct eg_tune_images *images, size_t label);
size_t eg_tune_label(const struct eg_tune_images *images, int is_test, size_t index);

/* bytes (size of shape) = the window of one image: in the middle, or where the stream says. EG_DATA
 * naming a file that cannot be read. */
int eg_tune_window(const struct eg_tune_images *images, int is_test, size_t index,
                   struct eg_stream *stream, uint8_t *bytes, struct eg_error *error);

/* x (count x size of shape) and y (count) = these images, scaled; index NULL stands for the first ones.
 * stream NULL: windows in the middle; else image i goes by the stream's item first + i. By all threads, and the
 * same for any number of them; of several failures the first image's is told. */
int eg_tune_take(const struct eg_tune_images *images, int is_test, size_t count,
                 const size_t *index, const struct eg_stream *stream, uint64_t first,
                 size_t threads, real *x, real *y, struct eg_error *error);

#endif
