/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/summary.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stats/moments.h"

static int read_identity(const json_t *row, struct eg_group *identity, struct eg_error *error)
{
    const json_t *config = json_object_get(row, "config");
    size_t seed;
    *identity = (struct eg_group){0};
    if (eg_config_text(config, "dataset", &identity->dataset, error) ||
        eg_config_text(config, "protocol", &identity->protocol, error) ||
        eg_config_text(config, "scale", &identity->scale, error) ||
        eg_config_count(config, "seed", &seed, error))
        return EG_INTERNAL;
    identity->seed = seed;
    return EG_OK;
}

static int is_same_group(const struct eg_group *a, const struct eg_group *b)
{
    return strcmp(a->dataset, b->dataset) == 0 && strcmp(a->protocol, b->protocol) == 0 &&
           strcmp(a->scale, b->scale) == 0 && a->seed == b->seed;
}

static int add_row(struct eg_group *groups, size_t *count, size_t most, const json_t *row,
                   struct eg_error *error)
{
    struct eg_group identity;
    size_t g = 0;
    if (read_identity(row, &identity, error))
        return EG_INTERNAL;
    while (g < *count && !is_same_group(&groups[g], &identity))
        g++;
    if (g == *count) {
        identity.rows = eg_alloc(most, sizeof *identity.rows, error);
        if (!identity.rows)
            return EG_INTERNAL;
        groups[(*count)++] = identity;
    }
    groups[g].rows[groups[g].count++] = row;
    return EG_OK;
}

static void free_groups(struct eg_group *groups, size_t count)
{
    for (size_t g = 0; g < count; g++)
        free(groups[g].rows);
    free(groups);
}

/* *groups (count of them) partition the rows; release with free_groups, after failure too. */
static int allocate_groups(const struct eg_rows *rows, struct eg_group **groups, size_t *count,
                           struct eg_error *error)
{
    const size_t most = json_array_size(rows->array);
    int status = EG_OK;
    *count = 0;
    *groups = eg_alloc(most, sizeof **groups, error);
    if (!*groups)
        return EG_INTERNAL;
    for (size_t i = 0; i < most && !status; i++)
        status = add_row(*groups, count, most, json_array_get(rows->array, i), error);
    return status;
}

int eg_summarise_groups(const struct eg_rows *rows,
                        int (*summarise)(const struct eg_group *group, double *numbers,
                                         struct eg_results *results, struct eg_error *error),
                        struct eg_results *results, struct eg_error *error)
{
    struct eg_group *groups;
    size_t count;
    int status = allocate_groups(rows, &groups, &count, error);
    for (size_t g = 0; g < count && !status; g++) {
        struct eg_results own = {0};
        double *numbers = eg_alloc(groups[g].count, sizeof *numbers, error);
        status = numbers ? summarise(&groups[g], numbers, &own, error) : EG_INTERNAL;
        for (size_t i = 0; i < own.count && !status; i++)
            status = eg_results_add(results, &own.items[i], error);
        for (size_t i = 0; i < own.map_count && !status; i++)
            status = eg_results_add_map(results, &own.maps[i], error);
        eg_results_free(&own);
        free(numbers);
    }
    free_groups(groups, count);
    return status;
}

static const json_t *find_number(const json_t *row, const char *method, const char *metric)
{
    const json_t *values = json_object_get(row, "values");
    return json_object_get(method ? json_object_get(values, method) : values, metric);
}

static const json_t *find_element(const json_t *row, const char *field, size_t at)
{
    return json_array_get(json_object_get(json_object_get(row, "values"), field), at);
}

size_t eg_group_numbers(const struct eg_group *group, const char *method, const char *metric,
                        double *numbers)
{
    size_t count = 0;
    for (size_t i = 0; i < group->count; i++) {
        const json_t *number = find_number(group->rows[i], method, metric);
        if (json_is_number(number))
            numbers[count++] = json_number_value(number);
    }
    return count;
}

struct eg_result eg_group_result(const struct eg_group *group, const char *method,
                                 const char *metric)
{
    struct eg_result result = {.x = NAN, .value = NAN, .se = NAN, .seed = group->seed};
    snprintf(result.dataset, sizeof result.dataset, "%s", group->dataset);
    snprintf(result.protocol, sizeof result.protocol, "%s", group->protocol);
    snprintf(result.scale, sizeof result.scale, "%s", group->scale);
    snprintf(result.method, sizeof result.method, "%s", method);
    snprintf(result.metric, sizeof result.metric, "%s", metric);
    return result;
}

int eg_add_value(struct eg_results *results, struct eg_result result, double value, size_t n,
                 struct eg_error *error)
{
    result.value = value;
    result.n = n;
    return eg_results_add(results, &result, error);
}

int eg_add_sample(struct eg_results *results, struct eg_result result, const double *numbers,
                  const size_t *units, size_t count, struct eg_error *error)
{
    struct eg_moments moments;
    if (count == 0)
        return EG_OK;
    const int status = eg_moments(numbers, count, EG_NAN_PROPAGATE, &moments, error);
    if (status)
        return status;
    result.se = moments.se;
    result.sample = numbers;
    result.units = units;
    return eg_add_value(results, result, moments.mean, count, error);
}

int eg_add_mean(struct eg_results *results, struct eg_result result, const double *numbers,
                size_t count, struct eg_error *error)
{
    return eg_add_sample(results, result, numbers, NULL, count, error);
}

/* The replicate that a row belongs to. */
static size_t unit_of(const json_t *row)
{
    return (size_t)json_integer_value(json_object_get(json_object_get(row, "config"), "replicate"));
}

/* field NULL: the number of method and metric; else the element `at` of that array. */
static int add_rows(struct eg_results *results, struct eg_result result,
                    const struct eg_group *group, const char *method, const char *metric,
                    const char *field, size_t at, double *numbers, struct eg_error *error)
{
    size_t count = 0, *units = eg_alloc(group->count, sizeof *units, error);
    if (!units)
        return EG_INTERNAL;
    for (size_t i = 0; i < group->count; i++) {
        const json_t *row = group->rows[i];
        const json_t *number = field ? find_element(row, field, at)
                                     : find_number(row, method, metric);
        if (!json_is_number(number))
            continue;
        units[count] = unit_of(row);
        numbers[count++] = json_number_value(number);
    }
    const int status = eg_add_sample(results, result, numbers, units, count, error);
    free(units);
    return status;
}

int eg_add_group_mean(struct eg_results *results, struct eg_result result,
                      const struct eg_group *group, const char *method, const char *metric,
                      double *numbers, struct eg_error *error)
{
    return add_rows(results, result, group, method, metric, NULL, 0, numbers, error);
}

int eg_add_element_mean(struct eg_results *results, struct eg_result result,
                        const struct eg_group *group, const char *field, size_t at, double *numbers,
                        struct eg_error *error)
{
    return add_rows(results, result, group, NULL, NULL, field, at, numbers, error);
}
