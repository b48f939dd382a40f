/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/values.h"

#include <math.h>

static json_t *number_or_null(double number)
{
    return isfinite(number) ? json_real(number) : json_null();
}

static int set(json_t *values, const char *field, json_t *value, struct eg_error *error)
{
    if (json_object_set_new(values, field, value))
        return eg_fail(error, EG_INTERNAL, "cannot set value \"%s\": out of memory", field);
    return EG_OK;
}

int eg_values_set(json_t *values, const char *field, double number, struct eg_error *error)
{
    return set(values, field, number_or_null(number), error);
}

int eg_values_set_array(json_t *values, const char *field, size_t count, const double *numbers,
                        struct eg_error *error)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        if (json_array_append_new(array, number_or_null(numbers[i]))) {
            json_decref(array);
            return eg_fail(error, EG_INTERNAL, "cannot set value \"%s\": out of memory", field);
        }
    return set(values, field, array, error);
}

static int read_number(const json_t *found, const char *field, double *number,
                       struct eg_error *error)
{
    if (!json_is_number(found) && !json_is_null(found))
        return eg_fail(error, EG_DATA,
                       "a stored row has no number \"%s\"; run the experiment again with --force",
                       field);
    *number = json_is_null(found) ? (double)NAN : json_number_value(found);
    return EG_OK;
}

int eg_values_get(const json_t *values, const char *field, double *number, struct eg_error *error)
{
    return read_number(json_object_get(values, field), field, number, error);
}

int eg_values_get_array(const json_t *values, const char *field, size_t count, double *numbers,
                        struct eg_error *error)
{
    const json_t *found = json_object_get(values, field);
    if (!json_is_array(found) || json_array_size(found) != count)
        return eg_fail(error, EG_DATA,
                       "a stored row has no array \"%s\" of %zu numbers; run the experiment again "
                       "with --force",
                       field, count);
    for (size_t i = 0; i < count; i++)
        if (read_number(json_array_get(found, i), field, &numbers[i], error))
            return EG_DATA;
    return EG_OK;
}

int eg_values_have_null(const json_t *value)
{
    if (json_is_array(value)) {
        for (size_t i = 0; i < json_array_size(value); i++)
            if (eg_values_have_null(json_array_get(value, i)))
                return 1;
        return 0;
    }
    if (json_is_object(value)) {
        const char *field;
        json_t *item;
        json_object_foreach((json_t *)value, field, item) if (eg_values_have_null(item)) return 1;
        return 0;
    }
    return json_is_null(value);
}
