/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_earlier.h"

#include <string.h>

double eg_compare_asked(const json_t *row)
{
    const json_t *timing = json_object_get(json_object_get(row, "values"), "timing");
    return json_number_value(json_object_get(timing, "asked"));
}

static int agree(const json_t *a, const json_t *b, const char *const *fields)
{
    const json_t *of_a = json_object_get(a, "config"), *of_b = json_object_get(b, "config");
    for (; *fields; fields++) {
        const json_t *one = json_object_get(of_a, *fields), *other = json_object_get(of_b, *fields);
        if (one != other && !(one && other && json_equal(one, other)))
            return 0;
    }
    return 1;
}

/* Files of numbers have another hash on each unit; what a command or plug-in hangs on is the same on all. */
static int is_version(const json_t *a, const json_t *b)
{
    static const char *const commands[] = {"plugin", "command", "files", NULL},
                            *const files[] = {"plugin", "command", NULL};
    const json_t *config = json_object_get(a, "config");
    const int is_run = json_object_get(config, "plugin") || json_object_get(config, "command");
    return agree(a, b, is_run ? commands : files);
}

/* Whether the row, at that place, stands among the others of its method. */
static int stands(const json_t *array, size_t place)
{
    static const char *const method[] = {"method", NULL},
                            *const unit[] = {"dataset", "unit", "initialisation", "measure", NULL};
    const json_t *row = json_array_get(array, place), *latest = row;
    size_t i;
    json_t *other;
    json_array_foreach((json_t *)array, i, other)
    {
        if (!agree(row, other, method))
            continue;
        if (eg_compare_asked(other) > eg_compare_asked(latest))
            latest = other;
        const double by = eg_compare_asked(other) - eg_compare_asked(row);
        if (agree(row, other, unit) && (by > 0 || (by == 0 && i > place)))
            return 0;
    }
    return is_version(row, latest);
}

json_t *eg_compare_latest_rows(const struct eg_rows *rows, const struct eg_outsiders *outside,
                               struct eg_error *error)
{
    json_t *latest = json_array(), *row;
    size_t i;
    int good = latest != NULL;
    json_array_foreach(rows->array, i, row)
    {
        const json_t *config = json_object_get(row, "config");
        const char *name = json_string_value(json_object_get(config, "method"));
        const int is_earlier = json_object_get(config, "files") &&
                               !eg_compare_find_outsider(outside, name ? name : "");
        if (good && (!is_earlier || stands(rows->array, i)))
            good = json_array_append(latest, row) == 0;
    }
    if (good)
        return latest;
    json_decref(latest);
    eg_fail(error, EG_INTERNAL, "out of memory choosing rows");
    return NULL;
}
