/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_took.h"

#include <math.h>

#include "run/values.h"

int eg_compare_store_cost(const struct eg_compare_cost *cost, json_t *values,
                          struct eg_error *error)
{
    json_t *timing = json_object();
    if (json_object_set_new(values, "timing", timing))
        return eg_fail(error, EG_INTERNAL, "out of memory");
    const struct {
        json_t *object;
        const char *name;
        double value;
    } parts[] = {{values, "gradient_evaluations", cost->gradient_evaluations},
                 {values, "model_evaluations", cost->model_evaluations},
                 {timing, "seconds", cost->seconds},
                 {timing, "peak_bytes", cost->peak_bytes},
                 {timing, "asked", cost->asked}};
    int status = EG_OK;
    for (size_t i = 0; i < sizeof parts / sizeof *parts && !status; i++)
        if (isfinite(parts[i].value))
            status = eg_values_set(parts[i].object, parts[i].name, parts[i].value, error);
    return status;
}

int eg_compare_store_provenance(const char *terms, const char *watched, json_t *values,
                                struct eg_error *error)
{
    json_t *timing = json_object_get(values, "timing");
    int failed = json_object_set_new(values, "terms", json_string(terms));
    if (watched)
        failed |= json_object_set_new(timing, "watched", json_string(watched));
    return failed ? eg_fail(error, EG_INTERNAL, "out of memory, or a file's name is not UTF-8")
                  : EG_OK;
}
