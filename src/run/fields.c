/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/fields.h"

#include <string.h>

static const void *member_of(const void *cell, const struct eg_field *field)
{
    return (const char *)cell + field->offset;
}

static int is_without(const void *cell, const struct eg_field *field)
{
    return field->is_part &&
           *(const size_t *)(const void *)((const char *)cell + field->count) == 0;
}

static json_t *pack_numbers(const struct eg_numbers *numbers, int are_whole)
{
    json_t *array = json_array();
    for (size_t i = 0; i < numbers->count && array; i++)
        if (json_array_append_new(array, are_whole ? json_integer((json_int_t)numbers->at[i])
                                                   : json_real(numbers->at[i]))) {
            json_decref(array);
            array = NULL;
        }
    return array;
}

/* NULL where the field is left out; *failed where it cannot be made. */
static json_t *pack_field(const struct eg_field *field, const void *member, int *failed)
{
    json_t *value = NULL;
    int is_empty = 0;
    switch (field->type) {
    case EG_FIELD_TEXT: {
        const char *text = *(const char *const *)member;
        is_empty = !text;
        value = text ? json_string(text) : NULL;
        break;
    }
    case EG_FIELD_COUNT:
        is_empty = *(const size_t *)member == 0;
        value = json_integer((json_int_t) * (const size_t *)member);
        break;
    case EG_FIELD_NUMBER:
        is_empty = !(*(const double *)member < 0 || *(const double *)member > 0);
        value = json_real(*(const double *)member);
        break;
    case EG_FIELD_NUMBERS:
    case EG_FIELD_COUNTS:
        is_empty = ((const struct eg_numbers *)member)->count == 0;
        value = pack_numbers(member, field->type == EG_FIELD_COUNTS);
        break;
    }
    if (field->is_optional && is_empty) {
        json_decref(value);
        return NULL;
    }
    *failed |= value == NULL;
    return value;
}

json_t *eg_fields_pack(const struct eg_field *fields, const void *cell, struct eg_error *error)
{
    json_t *config = json_object();
    int failed = !config;
    for (const struct eg_field *field = fields; field->name && !failed; field++) {
        if (is_without(cell, field))
            continue;
        json_t *value = pack_field(field, member_of(cell, field), &failed);
        if (failed)
            eg_fail(error, EG_INTERNAL,
                    "a cell's field \"%s\" cannot be written: no UTF-8 text, or out of memory",
                    field->name);
        else if (value && json_object_set_new(config, field->name, value))
            failed = eg_fail(error, EG_INTERNAL, "out of memory making a cell's configuration");
    }
    if (!failed)
        return config;
    json_decref(config);
    return NULL;
}

static int read_numbers(const json_t *array, struct eg_numbers *numbers)
{
    const size_t count = json_array_size(array);
    if (!json_is_array(array) || count > EG_NUMBERS_MOST)
        return 0;
    numbers->count = count;
    for (size_t i = 0; i < count; i++) {
        if (!json_is_number(json_array_get(array, i)))
            return 0;
        numbers->at[i] = json_number_value(json_array_get(array, i));
    }
    return 1;
}

/* Whether the value is of the field's type. */
static int read_field(const struct eg_field *field, const json_t *value, void *member)
{
    switch (field->type) {
    case EG_FIELD_TEXT:
        *(const char **)member = json_string_value(value);
        return json_is_string(value);
    case EG_FIELD_COUNT:
        *(size_t *)member = (size_t)json_integer_value(value);
        return json_is_integer(value) && json_integer_value(value) >= 0;
    case EG_FIELD_NUMBER:
        *(double *)member = json_number_value(value);
        return json_is_number(value);
    case EG_FIELD_NUMBERS:
    case EG_FIELD_COUNTS:
        return read_numbers(value, member);
    }
    return 0;
}

int eg_fields_read(const struct eg_field *fields, const json_t *config, void *cell,
                   struct eg_error *error)
{
    for (const struct eg_field *field = fields; field->name; field++) {
        const json_t *value = json_object_get(config, field->name);
        void *member = (char *)cell + field->offset;
        if (!value && (field->is_optional || is_without(cell, field)))
            continue;
        if (!value || !read_field(field, value, member))
            return eg_fail(
                error, EG_DATA,
                "a stored row's field \"%s\" is %s; run the experiment again with --force",
                field->name, value ? "of another type" : "missing");
    }
    return EG_OK;
}

static int is_equal(const struct eg_field *field, const void *a, const void *b)
{
    switch (field->type) {
    case EG_FIELD_TEXT: {
        const char *first = *(const char *const *)a, *second = *(const char *const *)b;
        return first && second ? strcmp(first, second) == 0 : first == second;
    }
    case EG_FIELD_COUNT:
        return *(const size_t *)a == *(const size_t *)b;
    case EG_FIELD_NUMBER:
        return *(const double *)a == *(const double *)b;
    case EG_FIELD_NUMBERS:
    case EG_FIELD_COUNTS: {
        const struct eg_numbers *first = a, *second = b;
        size_t i = 0;
        while (i < first->count && i < second->count && first->at[i] == second->at[i])
            i++;
        return i == first->count && i == second->count;
    }
    }
    return 0;
}

int eg_fields_equal(const struct eg_field *fields, const void *a, const void *b)
{
    while (fields->name && is_equal(fields, member_of(a, fields), member_of(b, fields)))
        fields++;
    return !fields->name;
}
