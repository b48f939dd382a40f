/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/image/image_maps.h"

#include <math.h>
#include <stdio.h>

json_t *eg_image_pack_map(const struct eg_image *shape, const real *phi)
{
    const size_t pixels = shape->height * shape->width;
    double largest = 0;
    json_t *map = json_array();
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < pixels; i++) {
            double sum = 0;
            for (size_t c = 0; c < shape->channels; c++)
                sum += (double)phi[i * shape->channels + c];
            if (pass == 0)
                largest = fabs(sum) > largest ? fabs(sum) : largest;
            else
                json_array_append_new(map,
                                      json_integer(largest > 0 ? lround(1000 * sum / largest) : 0));
        }
    return map;
}

json_t *eg_image_pack_bytes(size_t count, const uint8_t *bytes)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(array, json_integer(bytes[i]));
    return array;
}

void eg_image_put_map(const struct eg_view *view, const json_t *array, size_t channels,
                      const char *method, struct eg_map map)
{
    const size_t size = map.height * map.width * channels;
    if (json_array_size(array) != size) {
        eg_view_fail(view, EG_DATA, "a map of %s has %zu numbers, not %zu", method,
                     json_array_size(array), size);
        return;
    }
    map.values = eg_view_alloc(view, size, sizeof *map.values);
    if (!map.values)
        return;
    for (size_t i = 0; i < size; i++)
        map.values[i] = json_number_value(json_array_get(array, i));
    snprintf(map.method, sizeof map.method, "%s", method);
    map.channels = channels;
    eg_put_map(view, &map);
}
