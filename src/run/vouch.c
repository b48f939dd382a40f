/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/vouch.h"

#include <stdlib.h>
#include <string.h>

#include "run/stored_row.h"
#include "run/seal.h"

const char *eg_row_code(const struct eg_store *store, const json_t *row)
{
    const char *receipt = json_string_value(json_object_get(row, "receipt"));
    const json_t *found = receipt ? json_object_get(store->receipts, receipt) : NULL;
    const char *code = json_string_value(json_object_get(found, "code_hash"));
    return code ? code : "unknown";
}

static int is_text(const json_t *line, const char *field, const char *wanted)
{
    const char *text = json_string_value(json_object_get(line, field));
    return text && strcmp(text, wanted) == 0;
}

static int is_for(const json_t *vouch, const char *code_hash, const char *other)
{
    return is_text(vouch, "vouches", code_hash) && is_text(vouch, "for", other);
}

/* Whether the vouch lists that text among its kinds or cells. */
static int lists(const json_t *vouch, const char *field, const char *text)
{
    size_t i;
    json_t *own;
    json_array_foreach(json_object_get(vouch, field), i,
                       own) if (strcmp(json_string_value(own), text) == 0) return 1;
    return 0;
}

enum eg_trust eg_row_trust(const struct eg_store *store, const json_t *row, const json_t *config,
                           const char *code_hash)
{
    const char *other = eg_row_code(store, row);
    enum eg_trust trust = strcmp(other, code_hash) == 0 ? EG_TRUST_OWN : EG_TRUST_UNVERIFIED;
    char *kind = json_array_size(store->vouches) ? eg_cell_kind_alloc(config) : NULL;
    size_t i;
    json_t *vouch;
    json_array_foreach(store->vouches, i, vouch)
    {
        if (!kind || !is_for(vouch, code_hash, other) || !lists(vouch, "kinds", kind))
            continue;
        if (is_text(vouch, "outcome", "different")) {
            trust = EG_TRUST_REFUTED;
            break;
        }
        if (trust == EG_TRUST_UNVERIFIED)
            trust = EG_TRUST_VOUCHED;
    }
    free(kind);
    return trust;
}

int eg_row_recomputers(const struct eg_store *store, const json_t *row, json_t *codes)
{
    const char *own = eg_row_code(store, row);
    const char *key = json_string_value(json_object_get(row, "key"));
    size_t i;
    int found = 0;
    json_t *vouch;
    json_array_foreach(store->vouches, i, vouch)
    {
        const char *code = json_string_value(json_object_get(vouch, "vouches"));
        if (!key || !is_for(vouch, code, own) || !is_text(vouch, "outcome", "equal") ||
            strcmp(code, own) == 0 || !lists(vouch, "cells", key))
            continue;
        json_object_set_new(codes, code, json_true());
        found = 1;
    }
    return found;
}

json_t *eg_vouch_make(const char *code_hash, const char *other, const char *outcome, json_t *kinds,
                      json_t *cells, const char *receipt, struct eg_error *error)
{
    json_t *vouch = json_pack("{s:s, s:s, s:O, s:O, s:s, s:s}", "vouches", code_hash, "for", other,
                              "kinds", kinds, "cells", cells, "outcome", outcome, "receipt",
                              receipt);
    if (vouch && eg_seal(vouch, error) == EG_OK)
        return vouch;
    json_decref(vouch);
    eg_fail(error, EG_INTERNAL, "out of memory writing what was verified");
    return NULL;
}

static int are_texts(const json_t *array)
{
    size_t i;
    json_t *text;
    json_array_foreach(array, i, text) if (!json_is_string(text)) return 0;
    return json_array_size(array) > 0;
}

const char *eg_vouch_fault(const json_t *line)
{
    if (!json_is_string(json_object_get(line, "vouches")) ||
        !json_is_string(json_object_get(line, "for")) ||
        !are_texts(json_object_get(line, "kinds")) || !are_texts(json_object_get(line, "cells")) ||
        (!is_text(line, "outcome", "equal") && !is_text(line, "outcome", "different")))
        return "it vouches, but not for cells and kinds of a code";
    return eg_is_sealed(line) ? NULL : "changed since it was written: its check does not fit";
}
