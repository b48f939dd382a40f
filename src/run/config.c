/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/experiment.h"

static int fail_field(const json_t *config, const char *field, const char *wanted,
                      struct eg_error *error)
{
    const json_t *found = json_object_get(config, field);
    return eg_fail(error, EG_INTERNAL, "cell configuration: field \"%s\" is %s; it must be %s",
                   field, found ? "of another type" : "missing", wanted);
}

int eg_config_text(const json_t *config, const char *field, const char **text,
                   struct eg_error *error)
{
    const json_t *found = json_object_get(config, field);
    if (!json_is_string(found))
        return fail_field(config, field, "a text", error);
    *text = json_string_value(found);
    return EG_OK;
}

int eg_config_count(const json_t *config, const char *field, size_t *count, struct eg_error *error)
{
    const json_t *found = json_object_get(config, field);
    if (!json_is_integer(found) || json_integer_value(found) < 0)
        return fail_field(config, field, "a whole number, 0 or more", error);
    *count = (size_t)json_integer_value(found);
    return EG_OK;
}
