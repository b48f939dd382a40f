/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the cells of fine-tuning read: images, and weights. Loaded on first use and kept to the program's end. */
#ifndef EG_BENCH_TUNE_FILES_H
#define EG_BENCH_TUNE_FILES_H

#include "bench/fine_tune/tune_cell.h"
#include "bench/fine_tune/tune_images.h"
#include "nn/torch_model.h"

/* A reader's folders. */
struct eg_tune_folders {
    struct eg_image_folder train, test;
};
const struct eg_tune_folders *eg_cached_tune_folders(const struct eg_tune_options *options,
                                                     struct eg_error *error);

/* A reader's weights. */
struct eg_tune_weights {
    struct eg_torch_model model;
    struct eg_image shape;
    char content_hash[33]; /* of the numbers */
};
const struct eg_tune_weights *eg_cached_tune_weights(const char *path, struct eg_error *error);

/* The images of that cell. */
const struct eg_tune_images *eg_cached_tune_images(const struct eg_run *run,
                                                   const struct eg_tune_cell *cell,
                                                   struct eg_error *error);

#endif
