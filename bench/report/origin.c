/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/origin.h"

#include <stdio.h>
#include <string.h>

#include "run/vouch.h"

/* object[name], made where it is not there. */
static json_t *enter(json_t *object, const char *name)
{
    if (object && !json_object_get(object, name))
        json_object_set_new(object, name, json_object());
    return json_object_get(object, name);
}

static const char *text_of(const json_t *object, const char *field, const char *otherwise)
{
    const char *text = json_string_value(json_object_get(object, field));
    return text ? text : otherwise;
}

static json_int_t count_of(const json_t *object, const char *field)
{
    return json_integer_value(json_object_get(object, field));
}

static int add(json_t *object, const char *field, json_int_t more)
{
    return json_object_set_new(object, field, json_integer(count_of(object, field) + more));
}

int eg_origin_add(json_t *origins, const struct eg_experiment *experiment,
                  const struct eg_store *store, const json_t *row, size_t group)
{
    const json_t *config = json_object_get(row, "config");
    const json_t *receipt = json_object_get(store->receipts, text_of(row, "receipt", ""));
    json_t *origin = enter(origins, text_of(config, "dataset", ""));
    origin = enter(origin, text_of(config, "protocol", ""));
    origin = enter(origin, text_of(config, "scale", ""));
    if (!json_object_get(origin, "group"))
        json_object_set_new(origin, "group", json_integer((json_int_t)group));
    if (count_of(origin, "group") != (json_int_t)group)
        return 0;
    json_t *code = enter(enter(origin, "codes"), eg_row_code(store, row));
    return add(code, "cells", 1) ||
           (!experiment->is_timed &&
            add(code, "again", eg_row_recomputers(store, row, enter(code, "by")))) ||
           add(enter(origin, "cores"), text_of(receipt, "blas_core", "unknown"), 1);
}

/* Adds the counts of a data set, protocol and scale to those of several. */
static void gather(json_t *codes, const json_t *more)
{
    const char *name;
    json_t *code;
    json_object_foreach((json_t *)more, name, code)
    {
        json_t *whole = enter(codes, name);
        add(whole, "cells", count_of(code, "cells"));
        if (json_object_get(code, "again"))
            add(whole, "again", count_of(code, "again"));
        json_object_update(enter(whole, "by"), json_object_get(code, "by"));
    }
}

/* The name that comes next in the alphabet; NULL: none. What was read first does not matter. */
static const char *next_name(const json_t *object, const char *last)
{
    const char *name, *next = NULL;
    json_t *unused;
    json_object_foreach((json_t *)object, name, unused) if ((!last || strcmp(name, last) > 0) &&
                                                            (!next || strcmp(name, next) < 0))
        next = name;
    return next;
}

/* Names of an object by comma, of each so many letters. */
static void list_names(const json_t *object, int letters, char *text, size_t size)
{
    const char *name = NULL;
    while ((name = next_name(object, name))) {
        const size_t used = strlen(text);
        snprintf(text + used, size - used, "%s%.*s", used ? ", " : "", letters, name);
    }
}

static void tell_codes(const json_t *codes, char *text, size_t size)
{
    const char *name = NULL;
    while ((name = next_name(codes, name))) {
        const json_t *code = json_object_get(codes, name);
        const long long cells = count_of(code, "cells"), again = count_of(code, "again");
        const char *s = cells == 1 ? "" : "s";
        char by[128] = "";
        size_t used = strlen(text);
        used += (size_t)snprintf(text + used, size - used, "%s%.8s", used ? "; " : "", name);
        list_names(json_object_get(code, "by"), 8, by, sizeof by);
        if (used >= size)
            return;
        if (!json_object_get(code, "again"))
            snprintf(text + used, size - used, ": times, not recomputed");
        else if (again)
            snprintf(text + used, size - used, ": %lld of %lld cell%s recomputed by %s", again,
                     cells, s, by);
        else
            snprintf(text + used, size - used, ": none of %lld cell%s recomputed", cells, s);
    }
}

static int fits(const char *name, const char *wanted)
{
    return !wanted || strcmp(name, wanted) == 0;
}

struct eg_origin eg_origin_of(const json_t *origins, const char *dataset, const char *protocol,
                              const char *scale)
{
    struct eg_origin whole = {"", ""};
    json_t *codes = json_object(), *cores = json_object();
    const char *d, *p, *s;
    json_t *protocols, *scales, *origin;
    json_object_foreach((json_t *)origins, d, protocols) json_object_foreach(protocols, p, scales)
        json_object_foreach(scales, s, origin)
    {
        if (!fits(d, dataset) || !fits(s, scale) || (!fits(p, protocol) && strcmp(p, "both") != 0))
            continue;
        gather(codes, json_object_get(origin, "codes"));
        json_object_update(cores, json_object_get(origin, "cores"));
    }
    tell_codes(codes, whole.code, sizeof whole.code);
    list_names(cores, 32, whole.core, sizeof whole.core);
    json_decref(codes);
    json_decref(cores);
    return whole;
}
