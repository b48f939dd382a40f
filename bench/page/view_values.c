/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/page/view_values.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "bench/frame/names.h"

json_t *eg_text(const char *text)
{
    return json_string_nocheck(text);
}

json_t *eg_title(const char *name)
{
    char text[1024];
    return eg_text(eg_name_title(name, text, sizeof text));
}

json_t *eg_number(double number)
{
    return isnan(number)   ? json_null()
           : isinf(number) ? json_string(number > 0 ? "inf" : "-inf")
                           : json_real(number);
}

json_t *eg_seed(uint64_t seed)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRIu64, seed);
    return json_string(text);
}

json_t *eg_merge(json_t *object, json_t *more)
{
    if (!more || json_object_update(object, more)) {
        json_decref(object);
        object = NULL;
    }
    json_decref(more);
    return object;
}

json_t *eg_append(json_t *list, json_t *item)
{
    if (list && item && json_array_append_new(list, item) == 0)
        return list;
    if (!list)
        json_decref(item);
    json_decref(list);
    return NULL;
}
