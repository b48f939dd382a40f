/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/image/image_maps.h"

#include <stdio.h>
#include <stdlib.h>

enum { IMAGES_DRAWN = 5 };

static const json_t *value_of(const json_t *row, const char *field)
{
    return json_object_get(json_object_get(row, "values"), field);
}

static json_int_t element_of(const json_t *row, const char *field, size_t at)
{
    return json_integer_value(json_array_get(value_of(row, field), at));
}

static int is_right_in_all(const struct eg_image_drawn *drawn, size_t image)
{
    for (size_t m = 0; m < EG_IMAGE_MAP_MODELS; m++)
        if (drawn[m].row &&
            (!value_of(drawn[m].row, "maps") || element_of(drawn[m].row, "predicted", image) !=
                                                    element_of(drawn[0].row, "labels", image)))
            return 0;
    return 1;
}

/* Adds the numbers of an array as a map of so many channels. */
static int add_map(const json_t *array, size_t channels, const char *method, struct eg_map map,
                   struct eg_results *results, struct eg_error *error)
{
    const size_t size = map.height * map.width * channels;
    if (json_array_size(array) != size)
        return eg_fail(error, EG_DATA, "a map of %s has %zu numbers, not %zu", method,
                       json_array_size(array), size);
    double *values = eg_alloc(size, sizeof *values, error);
    if (!values)
        return EG_INTERNAL;
    for (size_t i = 0; i < size; i++)
        values[i] = json_number_value(json_array_get(array, i));
    snprintf(map.method, sizeof map.method, "%s", method);
    map.channels = channels;
    map.values = values;
    const int status = eg_results_add_map(results, &map, error);
    free(values);
    return status;
}

static struct eg_map make_map(const struct eg_group *group, const json_t *baseline, size_t image,
                              size_t position)
{
    const size_t label = (size_t)element_of(baseline, "labels", image);
    const char *name = json_string_value(json_array_get(value_of(baseline, "class_names"), label));
    struct eg_map map = {.position = position,
                         .height = (size_t)element_of(baseline, "shape", 0),
                         .width = (size_t)element_of(baseline, "shape", 1),
                         .seed = group->seed};
    snprintf(map.dataset, sizeof map.dataset, "%s", group->dataset);
    snprintf(map.protocol, sizeof map.protocol, "%s", group->protocol);
    snprintf(map.scale, sizeof map.scale, "%s", group->scale);
    snprintf(map.metric, sizeof map.metric, "maps");
    snprintf(map.label, sizeof map.label, "%s", name ? name : "");
    return map;
}

int eg_image_add_maps(const struct eg_group *group,
                      const struct eg_image_drawn drawn[EG_IMAGE_MAP_MODELS],
                      struct eg_results *results, struct eg_error *error)
{
    const json_t *baseline = drawn[0].row, *images = baseline ? value_of(baseline, "images") : NULL;
    size_t position = 0;
    int status = EG_OK;
    for (size_t i = 0; i < json_array_size(images) && position < IMAGES_DRAWN && !status; i++) {
        if (!is_right_in_all(drawn, i))
            continue;
        const struct eg_map map = make_map(group, baseline, i, position++);
        status = add_map(json_array_get(images, i), (size_t)element_of(baseline, "shape", 2),
                         "image", map, results, error);
        for (size_t m = 0; m < EG_IMAGE_MAP_MODELS && !status; m++)
            if (drawn[m].row)
                status = add_map(json_array_get(value_of(drawn[m].row, "maps"), i), 1,
                                 drawn[m].method, map, results, error);
    }
    return status;
}
