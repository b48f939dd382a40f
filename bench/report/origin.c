/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/origin.h"

#include <stdio.h>
#include <string.h>

#include "run/stored_row.h"
#include "run/vouch.h"

/* The code's name with how it stands to this one's. Times and other outcome versions nobody verifies. */
static void label_code(const struct eg_experiment *experiment, const struct eg_store *store,
                       const json_t *row, char *label, size_t size)
{
    const char *code = eg_row_code(store, row), *own = experiment->code_hash;
    const enum eg_trust trust = eg_row_trust(store, row, json_object_get(row, "config"), own);
    if (trust == EG_TRUST_VOUCHED) {
        const size_t cells = eg_count_vouched(store, own, code);
        snprintf(label, size, "%.8s (verified on %zu cell%s by %.8s)", code, cells,
                 cells == 1 ? "" : "s", own);
    } else
        snprintf(label, size, "%.8s%s", code,
                 trust == EG_TRUST_OWN || experiment->is_timed ||
                         !eg_row_is_current(row, experiment)
                     ? ""
                     : " (not verified)");
}

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

static int count(json_t *counts, const char *name)
{
    return json_object_set_new(counts, name,
                               json_integer(json_integer_value(json_object_get(counts, name)) + 1));
}

int eg_origin_add(json_t *origins, const struct eg_experiment *experiment,
                  const struct eg_store *store, const json_t *row)
{
    char label[96];
    const json_t *config = json_object_get(row, "config");
    const json_t *receipt = json_object_get(store->receipts, text_of(row, "receipt", ""));
    json_t *origin = enter(origins, text_of(config, "dataset", ""));
    origin = enter(origin, text_of(config, "protocol", ""));
    origin = enter(origin, text_of(config, "scale", ""));
    label_code(experiment, store, row, label, sizeof label);
    return count(enter(origin, "codes"), label) ||
           count(enter(origin, "cores"), text_of(receipt, "blas_core", "unknown"));
}

/* Adds names that text has not, by comma. */
static void join(const json_t *counts, char *text, size_t size)
{
    const char *name;
    json_t *unused;
    json_object_foreach((json_t *)counts, name, unused)
    {
        const size_t used = strlen(text);
        if (!strstr(text, name))
            snprintf(text + used, size - used, "%s%s", used ? ", " : "", name);
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
    const char *d, *p, *s;
    json_t *protocols, *scales, *origin;
    json_object_foreach((json_t *)origins, d, protocols) json_object_foreach(protocols, p, scales)
        json_object_foreach(scales, s, origin)
    {
        if (!fits(d, dataset) || !fits(s, scale) || (!fits(p, protocol) && strcmp(p, "both") != 0))
            continue;
        join(json_object_get(origin, "codes"), whole.code, sizeof whole.code);
        join(json_object_get(origin, "cores"), whole.core, sizeof whole.core);
    }
    return whole;
}
