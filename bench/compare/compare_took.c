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

int eg_compare_store_provenance(const struct eg_run *run, const struct eg_outside *outside,
                                const struct eg_outside_answer *answer, json_t *values,
                                struct eg_error *error)
{
    const struct eg_compare_options *options = run->own;
    struct eg_compare_watched watched;
    json_t *timing = json_object_get(values, "timing");
    int failed = json_object_set_new(values, "terms", json_string(answer->terms));
    if (outside->given.kind != EG_OUTSIDE_FILES) {
        if (eg_compare_watch(&outside->given, &options->depends, &watched, error))
            return error->status;
        failed |= json_object_set_new(timing, "watched", json_string(watched.text));
    }
    return failed ? eg_fail(error, EG_INTERNAL, "out of memory, or a file's name is not UTF-8")
                  : EG_OK;
}
