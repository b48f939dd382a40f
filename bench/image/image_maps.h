/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_BENCH_IMAGE_MAPS_H
#define EG_BENCH_IMAGE_MAPS_H

#include "bench/frame/view.h"

enum { EG_IMAGE_MAP_MODELS = 3 };

/* One model of a figure of maps: its name in the results, and what its first replicate gave. */
struct eg_image_drawn {
    const char *method;
    const json_t *values; /* NULL: there is none */
};

/* Adds, of the first five test images that all models there are classify correctly, the image and
 * each model's map, metric "maps". drawn[0] is the baseline, whose row holds the images; without it
 * nothing is added. */
void eg_image_put_maps(const struct eg_view *view,
                       const struct eg_image_drawn drawn[EG_IMAGE_MAP_MODELS]);

#endif
