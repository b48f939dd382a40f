/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/row.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static void set(const struct eg_row *row, const char *name, json_t *value)
{
    if (json_object_set_new(row->values, name, value))
        *row->failed = 1;
}

static json_t *number_or_null(double number)
{
    return isfinite(number) ? json_real(number) : json_null();
}

void eg_row_set(const struct eg_row *row, const char *name, double number)
{
    set(row, name, number_or_null(number));
}

void eg_row_set_count(const struct eg_row *row, const char *name, size_t count)
{
    set(row, name, json_integer((json_int_t)count));
}

void eg_row_set_array(const struct eg_row *row, const char *name, size_t count,
                      const double *numbers)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        if (json_array_append_new(array, number_or_null(numbers[i])))
            *row->failed = 1;
    set(row, name, array);
}

void eg_make_ascii(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text >= 0x80)
            *text = '?';
}

/* The text; where it is no UTF-8, in ASCII. */
static json_t *make_text(const char *text)
{
    json_t *whole = json_string(text);
    char *ascii = whole ? NULL : strdup(text);
    if (!ascii)
        return whole;
    eg_make_ascii(ascii);
    whole = json_string(ascii);
    free(ascii);
    return whole;
}

void eg_row_set_text(const struct eg_row *row, const char *name, const char *text)
{
    set(row, name, make_text(text));
}

void eg_row_set_texts(const struct eg_row *row, const char *name, size_t count,
                      const char *const *texts)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        if (json_array_append_new(array, make_text(texts[i])))
            *row->failed = 1;
    set(row, name, array);
}

void eg_row_set_json(const struct eg_row *row, const char *name, json_t *value)
{
    set(row, name, value);
}

struct eg_row eg_row_part(const struct eg_row *row, const char *name)
{
    json_t *part = json_object_get(row->values, name);
    if (!part) {
        part = json_object();
        set(row, name, part);
    }
    /* Where memory is short, json_object_set_new has freed it; the jansson functions take NULL. */
    return (struct eg_row){*row->failed ? NULL : part, row->failed};
}

struct eg_row eg_row_timing(const struct eg_row *row)
{
    return eg_row_part(row, "timing");
}

void eg_row_skip(const struct eg_row *row, const char *why)
{
    eg_row_set_text(row, "skip", why);
}

static const json_t *find(const json_t *values, const char *part, const char *name)
{
    return json_object_get(part ? json_object_get(values, part) : values, name);
}

static double number_of(const json_t *value)
{
    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

double eg_row_number(const json_t *values, const char *part, const char *name)
{
    return number_of(find(values, part, name));
}

double eg_row_element(const json_t *values, const char *part, const char *name, size_t at)
{
    return number_of(json_array_get(find(values, part, name), at));
}

size_t eg_row_length(const json_t *values, const char *part, const char *name)
{
    return json_array_size(find(values, part, name));
}

int eg_row_has_null(const json_t *value)
{
    if (json_is_array(value)) {
        for (size_t i = 0; i < json_array_size(value); i++)
            if (eg_row_has_null(json_array_get(value, i)))
                return 1;
        return 0;
    }
    if (json_is_object(value)) {
        const char *field;
        json_t *item;
        json_object_foreach((json_t *)value, field, item) if (eg_row_has_null(item)) return 1;
        return 0;
    }
    return json_is_null(value);
}
