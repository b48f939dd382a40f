/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/image/image_maps.h"

#include <stdio.h>

enum { IMAGES_DRAWN = 5 };

static json_int_t element_of(const json_t *values, const char *field, size_t at)
{
    return json_integer_value(json_array_get(json_object_get(values, field), at));
}

static int is_right_in_all(const struct eg_image_drawn *drawn, size_t image)
{
    const json_int_t label = element_of(drawn[0].values, "labels", image);
    for (size_t m = 0; m < EG_IMAGE_MAP_MODELS; m++)
        if (drawn[m].values && (!json_object_get(drawn[m].values, "maps") ||
                                element_of(drawn[m].values, "predicted", image) != label))
            return 0;
    return 1;
}

/* Adds the numbers of an array as a map of so many channels. */
static void put_map(const struct eg_view *view, const json_t *array, size_t channels,
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

static struct eg_map make_map(const struct eg_view *view, const json_t *baseline, size_t image,
                              size_t position)
{
    const size_t label = (size_t)element_of(baseline, "labels", image);
    const char *name = json_string_value(
        json_array_get(json_object_get(baseline, "class_names"), label));
    struct eg_map map = {.position = position,
                         .height = (size_t)element_of(baseline, "shape", 0),
                         .width = (size_t)element_of(baseline, "shape", 1),
                         .seed = view->seed};
    snprintf(map.dataset, sizeof map.dataset, "%s", view->dataset);
    snprintf(map.protocol, sizeof map.protocol, "%s", view->protocol);
    snprintf(map.scale, sizeof map.scale, "%s", view->scale);
    snprintf(map.metric, sizeof map.metric, "maps");
    snprintf(map.label, sizeof map.label, "%s", name ? name : "");
    return map;
}

void eg_image_put_maps(const struct eg_view *view,
                       const struct eg_image_drawn drawn[EG_IMAGE_MAP_MODELS])
{
    const json_t *baseline = drawn[0].values, *images = json_object_get(baseline, "images");
    size_t position = 0;
    for (size_t i = 0; i < json_array_size(images) && position < IMAGES_DRAWN; i++) {
        if (!is_right_in_all(drawn, i))
            continue;
        const struct eg_map map = make_map(view, baseline, i, position++);
        put_map(view, json_array_get(images, i), (size_t)element_of(baseline, "shape", 2), "image",
                map);
        for (size_t m = 0; m < EG_IMAGE_MAP_MODELS; m++)
            if (drawn[m].values)
                put_map(view, json_array_get(json_object_get(drawn[m].values, "maps"), i), 1,
                        drawn[m].method, map);
    }
}
