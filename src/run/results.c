/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "run/experiment.h"

/* A copy of count items of a size, which *status hears about; NULL of NULL. */
static void *copy_alloc(const void *array, size_t count, size_t size, int *status,
                        struct eg_error *error)
{
    void *copy = array ? eg_alloc(count, size, error) : NULL;
    if (copy)
        memcpy(copy, array, count * size);
    else if (array)
        *status = EG_INTERNAL;
    return copy;
}

static void free_result(const struct eg_result *result)
{
    free((void *)result->sample);
    free((void *)result->units);
}

int eg_results_add(struct eg_results *results, const struct eg_result *result,
                   struct eg_error *error)
{
    struct eg_result own = *result;
    if (results->count == results->capacity) {
        const size_t capacity = results->capacity ? 2 * results->capacity : 64;
        struct eg_result *items = realloc(results->items, capacity * sizeof *items);
        if (!items)
            return eg_fail(error, EG_INTERNAL, "out of memory at result %zu", results->count);
        results->items = items;
        results->capacity = capacity;
    }
    int status = EG_OK;
    own.sample = copy_alloc(result->sample, own.n, sizeof *own.sample, &status, error);
    own.units = copy_alloc(result->units, own.n, sizeof *own.units, &status, error);
    if (status) {
        free_result(&own);
        return status;
    }
    results->items[results->count++] = own;
    return EG_OK;
}

int eg_results_add_map(struct eg_results *results, const struct eg_map *map, struct eg_error *error)
{
    const size_t size = map->height * map->width * map->channels;
    double *values = eg_alloc(size, sizeof *values, error);
    struct eg_map *maps = values ? realloc(results->maps, (results->map_count + 1) * sizeof *maps)
                                 : NULL;
    if (!maps) {
        free(values);
        return eg_fail(error, EG_INTERNAL, "out of memory at map %zu", results->map_count);
    }
    memcpy(values, map->values, size * sizeof *values);
    results->maps = maps;
    maps[results->map_count] = *map;
    maps[results->map_count++].values = values;
    return EG_OK;
}

void eg_results_free(struct eg_results *results)
{
    for (size_t i = 0; i < results->map_count; i++)
        free(results->maps[i].values);
    for (size_t i = 0; i < results->count; i++)
        free_result(&results->items[i]);
    free(results->maps);
    free(results->items);
    *results = (struct eg_results){0};
}

static int fits(const char *wanted, const char *there)
{
    return !wanted || strcmp(wanted, there) == 0;
}

const struct eg_result *eg_results_find_named(const struct eg_results *results, const char *dataset,
                                              const char *protocol,
                                              const struct eg_result_name *name, double x)
{
    for (size_t i = 0; i < results->count; i++) {
        const struct eg_result *result = &results->items[i];
        const int same_x = isnan(x) ? isnan(result->x) : result->x == x;
        if (same_x && fits(dataset, result->dataset) && fits(protocol, result->protocol) &&
            fits(name->method, result->method) && fits(name->versus, result->versus) &&
            fits(name->metric, result->metric) && fits(name->statistic, result->statistic))
            return result;
    }
    return NULL;
}

const struct eg_result *eg_results_find(const struct eg_results *results, const char *dataset,
                                        const char *protocol, const char *method,
                                        const char *metric, double x)
{
    return eg_results_find_named(results, dataset, protocol,
                                 &(struct eg_result_name){method, "", metric, ""}, x);
}
