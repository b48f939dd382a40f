/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/moved_value.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run/stored_row.h"
#include "run/tolerance.h"

/* Where in a row's values a comparison is. */
struct place {
    const char *precision, *metric; /* metric: the innermost field's name */
    double size; /* of the largest number beside this one in an array; 0 outside of one */
    char name[160];
};

static void write_value(const json_t *value, char *text, size_t size)
{
    char *own = value ? json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(17))
                      : NULL;
    snprintf(text, size, "%s", own ? own : "nothing");
    free(own);
}

static int note(const struct place *place, const json_t *was, const json_t *now,
                struct eg_moved_value *moved)
{
    snprintf(moved->where, sizeof moved->where, "%s", place->name);
    write_value(was, moved->was, sizeof moved->was);
    write_value(now, moved->now, sizeof moved->now);
    return 1;
}

static int numbers_agree(const struct place *place, double was, double now)
{
    if (!place->precision)
        return was == now;
    struct eg_bound tolerance = eg_bound_of(place->precision, place->metric);
    tolerance.absolute = fmax(tolerance.absolute, tolerance.relative * place->size);
    return eg_agree(was, now, tolerance, NULL);
}

static int find(const struct place *place, const json_t *was, const json_t *now,
                struct eg_moved_value *moved);

static int find_in_object(const struct place *place, const json_t *was, const json_t *now,
                          struct eg_moved_value *moved)
{
    const char *field;
    json_t *value;
    json_object_foreach((json_t *)was, field, value)
    {
        struct place inner = {place->precision, field, 0, ""};
        snprintf(inner.name, sizeof inner.name, "%.80s%s%.70s", place->name,
                 *place->name ? "." : "", field);
        if (find(&inner, value, json_object_get(now, field), moved))
            return 1;
    }
    json_object_foreach((json_t *)now, field, value)
    {
        struct place inner = {.metric = field};
        snprintf(inner.name, sizeof inner.name, "%.80s%s%.70s", place->name,
                 *place->name ? "." : "", field);
        if (!json_object_get(was, field))
            return note(&inner, NULL, value, moved);
    }
    return 0;
}

static int find_in_array(const struct place *place, const json_t *was, const json_t *now,
                         struct eg_moved_value *moved)
{
    struct place inner = {place->precision, place->metric, 0, ""};
    size_t i;
    json_t *value;
    if (json_array_size(was) != json_array_size(now))
        return note(place, was, now, moved);
    json_array_foreach(was, i, value) inner.size = fmax(inner.size, fabs(json_number_value(value)));
    json_array_foreach(was, i, value)
    {
        snprintf(inner.name, sizeof inner.name, "%.130s[%zu]", place->name, i);
        if (find(&inner, value, json_array_get(now, i), moved))
            return 1;
    }
    return 0;
}

static int find(const struct place *place, const json_t *was, const json_t *now,
                struct eg_moved_value *moved)
{
    if (json_is_object(was) && json_is_object(now))
        return find_in_object(place, was, now, moved);
    if (json_is_array(was) && json_is_array(now))
        return find_in_array(place, was, now, moved);
    const int same = json_is_number(was) && json_is_number(now)
                         ? numbers_agree(place, json_number_value(was), json_number_value(now))
                         : json_equal(was, now);
    return same ? 0 : note(place, was, now, moved);
}

int eg_find_moved(const json_t *was, const json_t *now, const char *precision,
                  struct eg_moved_value *moved)
{
    const struct place place = {precision, "", 0, ""};
    return find(&place, was, now, moved);
}

int eg_row_moved(const json_t *was, const json_t *now, const json_t *receipt_was,
                 const json_t *receipt_now, struct eg_moved_value *moved)
{
    json_t *before = eg_steady_values(was), *after = eg_steady_values(now);
    const int alike = eg_receipts_alike(receipt_was, receipt_now);
    const int differs = eg_find_moved(before, after, alike ? NULL : eg_row_precision(now), moved);
    json_decref(before);
    json_decref(after);
    return differs;
}
