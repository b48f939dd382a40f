/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Maps of attributions and the images they are of: on their way into a row, and out of it into a figure. */
#ifndef EG_BENCH_IMAGE_MAPS_H
#define EG_BENCH_IMAGE_MAPS_H

#include <jansson.h>

#include "base/real.h"
#include "bench/frame/view.h"
#include "nn/image.h"

/* phi (size of shape), channels added up, in thousandths of the map's largest magnitude: an array. */
json_t *eg_image_pack_map(const struct eg_image *shape, const real *phi);

/* An array of these bytes. */
json_t *eg_image_pack_bytes(size_t count, const uint8_t *bytes);

/* Adds the numbers of an array as a map of so many channels, of which map gives the rest. A failure of the view
 * where there are others than that many. */
void eg_image_put_map(const struct eg_view *view, const json_t *array, size_t channels,
                      const char *method, struct eg_map map);

#endif
