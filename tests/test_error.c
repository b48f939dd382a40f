/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

Test(error, fail_returns_and_keeps_the_status)
{
    struct eg_error error = {0};
    cr_assert_eq(eg_fail(&error, EG_DATA, "%s:%d: no number", "table.csv", 7), EG_DATA);
    cr_assert_eq(error.status, EG_DATA);
    cr_assert_str_eq(error.message, "table.csv:7: no number");
}

Test(error, fail_without_a_place_for_the_message)
{
    cr_assert_eq(eg_fail(NULL, EG_USAGE, "unknown option %s", "--x"), EG_USAGE);
}

Test(error, a_long_message_is_cut_and_terminated)
{
    struct eg_error error;
    memset(&error, 'x', sizeof error);
    eg_fail(&error, EG_DATA, "%0*d", 5000, 7);
    cr_assert_eq(strlen(error.message), sizeof error.message - 1);
    cr_assert_eq(error.message[0], '0');
}

/* Scripts and the README rely on these numbers. */
Test(error, statuses_are_the_documented_exit_codes)
{
    const int expected[] = {0, 1, 2, 3, 4, 130};
    const int is[] = {EG_OK, EG_CLAIM_FAILED, EG_USAGE, EG_DATA, EG_INTERNAL, EG_INTERRUPTED};
    cr_assert_arr_eq(is, expected, sizeof is);
}

Test(error, alloc_is_zeroed_and_aligned)
{
    for (size_t count = 0; count < 200; count++) {
        unsigned char *block = eg_alloc(count, 3, NULL);
        cr_assert_not_null(block);
        cr_assert_eq((uintptr_t)block % 64, 0);
        for (size_t i = 0; i < 3 * count; i++)
            cr_assert_eq(block[i], 0);
        memset(block, 0xff, 3 * count);
        free(block);
    }
}

Test(error, alloc_refuses_a_product_that_overflows)
{
    const size_t counts[] = {SIZE_MAX, SIZE_MAX / 8, SIZE_MAX / 8 + 1, SIZE_MAX / 2};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        struct eg_error error = {0};
        cr_assert_null(eg_alloc(counts[i], 8, &error));
        cr_assert_eq(error.status, EG_INTERNAL);
        cr_assert_not_null(strstr(error.message, "of 8 bytes"));
    }
}
