/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/cell_key.h"

#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

char *eg_canonical_alloc(const json_t *value)
{
    return json_dumps(value,
                      JSON_SORT_KEYS | JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(17));
}

void eg_hash_hex(const void *bytes, size_t size, char key[EG_KEY_SIZE])
{
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits(bytes, size));
    for (size_t i = 0; i < sizeof canonical.digest; i++)
        snprintf(key + 2 * i, 3, "%02x", canonical.digest[i]);
}

int eg_cell_key(const char *experiment, int outcome_version, const char *precision,
                const json_t *config, char key[EG_KEY_SIZE], struct eg_error *error)
{
    json_t *named = json_pack("{s:s, s:i, s:s, s:O}", "experiment", experiment, "outcome_version",
                              outcome_version, "precision", precision, "config", (json_t *)config);
    char *text = named ? eg_canonical_alloc(named) : NULL;
    json_decref(named);
    if (!text)
        return eg_fail(error, EG_INTERNAL, "cannot make the key of a cell of %s: out of memory",
                       experiment);
    eg_hash_hex(text, strlen(text), key);
    free(text);
    return EG_OK;
}
