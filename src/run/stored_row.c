/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/stored_row.h"

#include <string.h>

#include "run/grid.h"

int eg_row_version(const json_t *row)
{
    return (int)json_integer_value(json_object_get(row, "outcome_version"));
}

const char *eg_row_precision(const json_t *row)
{
    const char *precision = json_string_value(json_object_get(row, "precision"));
    return precision ? precision : "";
}

int eg_row_is_current(const json_t *row, const struct eg_experiment *experiment)
{
    return eg_row_version(row) == experiment->outcome_version &&
           strcmp(eg_row_precision(row), experiment->precision) == 0;
}

const char *eg_row_identity_fault(const json_t *row)
{
    char key[EG_KEY_SIZE];
    const json_t *version = json_object_get(row, "outcome_version");
    const char *own = json_string_value(json_object_get(row, "key"));
    const char *experiment = json_string_value(json_object_get(row, "experiment"));
    if (!version)
        return NULL;
    if (!json_is_integer(version) || eg_row_version(row) < 1)
        return "outcome_version is no whole number from 1";
    if (!*eg_row_precision(row))
        return "no precision";
    if (!own || !experiment ||
        eg_cell_key(experiment, eg_row_version(row), eg_row_precision(row),
                    json_object_get(row, "config"), key, NULL) ||
        strcmp(key, own) != 0)
        return "its key is not that of what it says";
    return NULL;
}

json_t *eg_steady_values(const json_t *row)
{
    json_t *values = json_copy(json_object_get(row, "values"));
    if (values)
        json_object_del(values, "timing");
    return values;
}

static int is_content_hash(const json_t *value)
{
    const char *text = json_string_value(value);
    return text && strlen(text) == EG_KEY_SIZE - 1 &&
           strspn(text, "0123456789abcdef") == EG_KEY_SIZE - 1;
}

static int is_other_text(const json_t *value)
{
    return json_is_string(value) && !is_content_hash(value);
}

char *eg_cell_kind_alloc(const json_t *config)
{
    return eg_cell_part_name_alloc(config, is_other_text);
}

char *eg_content_hashes_alloc(const json_t *config)
{
    return eg_cell_part_name_alloc(config, is_content_hash);
}
