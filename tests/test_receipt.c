/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/receipt.h"

#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

Test(receipt, says_what_the_run_was_made_on)
{
    static const char *const texts[] = {"receipt",  "commit",    "compiler",  "flags",
                                        "openblas", "blas_core", "gsl",       "jansson",
                                        "libc",     "cpu",       "precision", "code_hash"};
    char hash[EG_KEY_SIZE], again[EG_KEY_SIZE], host[256];
    struct eg_error error = {0};
    json_t *receipt = eg_receipt_make("v1", 3, hash, &error);
    cr_assert(receipt, "%s", error.message);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *text = json_string_value(json_object_get(receipt, texts[i]));
        cr_assert(text && *text, "%s", texts[i]);
    }
    cr_assert_str_eq(json_string_value(json_object_get(receipt, "receipt")), hash);
    cr_assert_str_eq(json_string_value(json_object_get(receipt, "precision")), "double");
    cr_assert_eq(json_integer_value(json_object_get(receipt, "threads")), 3);
    cr_assert(json_is_boolean(json_object_get(receipt, "dirty")));
    cr_assert(strstr(json_string_value(json_object_get(receipt, "openblas")), "OpenBLAS"));
    const char *field;
    json_t *value;
    cr_assert_eq(gethostname(host, sizeof host), 0);
    json_object_foreach(receipt, field, value)
        cr_assert(!json_is_string(value) || strcmp(json_string_value(value), host) != 0);
    json_decref(receipt);
    receipt = eg_receipt_make("v1", 3, again, &error);
    cr_assert_str_eq(hash, again);
    json_decref(receipt);
    receipt = eg_receipt_make("v1", 4, again, &error);
    cr_assert_str_neq(hash, again);
    json_decref(receipt);
}
