/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/made_rows.h"

#include <criterion/criterion.h>

#include "bench/frame/view.h"

static json_t *make_empty(enum eg_field_type type)
{
    switch (type) {
    case EG_FIELD_TEXT:
        return json_string("");
    case EG_FIELD_COUNT:
        return json_integer(0);
    case EG_FIELD_NUMBER:
        return json_real(0);
    case EG_FIELD_NUMBERS:
    case EG_FIELD_COUNTS:
        break;
    }
    return json_array();
}

void make_row(const struct eg_experiment *experiment, const struct eg_rows *rows, json_t *config,
              json_t *values)
{
    for (const struct eg_field *field = experiment->fields; field->name; field++)
        if (!field->is_optional && !json_object_get(config, field->name))
            json_object_set_new(config, field->name, make_empty(field->type));
    json_t *row = json_pack("{s:o, s:o}", "config", config, "values", values);
    cr_assert_not_null(row);
    json_array_append_new(rows->array, row);
}

struct eg_results make_summary(const struct eg_experiment *experiment, const struct eg_rows *rows)
{
    struct eg_results results = {0};
    struct eg_error error = {0};
    cr_assert_eq(eg_summarise(experiment, rows, &results, &error), EG_OK, "%s", error.message);
    json_decref(rows->array);
    return results;
}
