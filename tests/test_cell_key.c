/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/cell_key.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

struct key {
    char text[EG_KEY_SIZE];
};

static struct key key_of(const char *experiment, int version, const char *json)
{
    struct key key;
    struct eg_error error = {0};
    json_t *config = json_loads(json, 0, NULL);
    cr_assert(config);
    cr_assert_eq(eg_cell_key(experiment, version, "double", config, key.text, &error), EG_OK);
    json_decref(config);
    return key;
}

Test(cell_key, hash_is_xxh3_128)
{
    /* The sanity value of the xxHash specification for an empty input with seed 0. */
    char hash[EG_KEY_SIZE];
    eg_hash_hex("", 0, hash);
    cr_assert_str_eq(hash, "99aa06d3014798d86001c324468d497f");
}

Test(cell_key, order_of_fields_does_not_matter)
{
    const struct key key = key_of("e", 1, "{\"a\":1,\"b\":{\"c\":2.5,\"d\":\"x\"}}");
    cr_assert_str_eq(key.text, key_of("e", 1, "{ \"b\":{\"d\":\"x\",\"c\":25e-1}, \"a\":1}").text);
    cr_assert_eq(strlen(key.text), 32);
}

Test(cell_key, everything_else_does)
{
    const struct key key = key_of("e", 1, "{\"a\":1,\"b\":0.1}");
    cr_assert_str_neq(key.text, key_of("f", 1, "{\"a\":1,\"b\":0.1}").text);
    cr_assert_str_neq(key.text, key_of("e", 2, "{\"a\":1,\"b\":0.1}").text);
    cr_assert_str_neq(key.text, key_of("e", 1, "{\"a\":2,\"b\":0.1}").text);
    cr_assert_str_neq(key.text, key_of("e", 1, "{\"a\":1,\"b\":0.10000000000000002}").text);
    cr_assert_str_neq(key.text, key_of("e", 1, "{\"a\":1,\"c\":0.1}").text);
    cr_assert_str_neq(key.text, key_of("e", 1, "{\"a\":1}").text);
}

Test(cell_key, precision_is_in_it)
{
    struct key single, twice;
    json_t *config = json_pack("{s:i}", "a", 1);
    cr_assert_eq(eg_cell_key("e", 1, "single", config, single.text, NULL), EG_OK);
    cr_assert_eq(eg_cell_key("e", 1, "double", config, twice.text, NULL), EG_OK);
    cr_assert_str_neq(single.text, twice.text);
    json_decref(config);
}

/* Of the text that the header describes. */
Test(cell_key, is_the_hash_of_that_text)
{
    const char text[] = "{\"config\":{\"a\":1},\"experiment\":\"e\",\"outcome_version\":1,"
                        "\"precision\":\"double\"}";
    char wanted[EG_KEY_SIZE];
    eg_hash_hex(text, strlen(text), wanted);
    cr_assert_str_eq(key_of("e", 1, "{\"a\":1}").text, wanted);
}

Test(cell_key, canonical_text)
{
    json_t *config = json_loads("{\"b\": [1, 0.1], \"a\": null}", 0, NULL);
    char *text = eg_canonical_alloc(config);
    cr_assert_str_eq(text, "{\"a\":null,\"b\":[1,0.10000000000000001]}");
    free(text);
    json_decref(config);
}
