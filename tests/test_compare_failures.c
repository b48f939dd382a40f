/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Truth: what is told, and when, of made failures. */
#include "bench/compare/compare_failures.h"

#include <string.h>

#include <criterion/criterion.h>

struct heard {
    size_t count;
    char last[1024];
};

static void hear(void *context, const char *message)
{
    struct heard *heard = context;
    heard->count++;
    strncpy(heard->last, message, sizeof heard->last - 1);
}

static void fail_on(struct eg_compare_failures *failures, struct heard *heard, const char *unit,
                    const char *message)
{
    const struct eg_warner warner = {hear, heard};
    struct eg_error error = {.status = EG_DATA};
    strncpy(error.message, message, sizeof error.message - 1);
    eg_compare_tell_failure(failures, "mine", unit, &error, &warner);
}

Test(compare_failures, tell_the_first_and_that_all_failed_alike)
{
    static struct eg_compare_failures failures = {.lock = PTHREAD_MUTEX_INITIALIZER};
    struct heard heard = {0};
    eg_compare_expect_cells(&failures, 1, "mine", 3);
    fail_on(&failures, &heard, "a-0", "mine: exit code 7; its log: x/a-0/log.txt");
    cr_expect_eq(heard.count, 1);
    cr_expect_str_eq(heard.last, "mine failed on a-0: exit code 7; the other cells go on");
    fail_on(&failures, &heard, "a-1", "mine: exit code 7; its log: x/a-1/log.txt");
    cr_expect_eq(heard.count, 1);
    fail_on(&failures, &heard, "a-2", "mine: exit code 7; its log: x/a-2/log.txt");
    cr_expect_eq(heard.count, 2);
    cr_expect(strstr(heard.last, "mine failed on all 3 units for that reason"), "%s", heard.last);
}

Test(compare_failures, for_other_reasons_or_of_some_cells_are_told_once)
{
    static struct eg_compare_failures failures = {.lock = PTHREAD_MUTEX_INITIALIZER};
    struct heard heard = {0};
    eg_compare_expect_cells(&failures, 0, "mine", 2);
    fail_on(&failures, &heard, "a-0", "mine: exit code 7; its folder: x");
    fail_on(&failures, &heard, "a-1", "mine: exit code 8; its folder: x");
    cr_expect_eq(heard.count, 1);
    eg_compare_expect_cells(&failures, 0, "other", 1);
    fail_on(&failures, &heard, "a-0", "mine: exit code 7");
    cr_expect_eq(heard.count, 1, "of no method of this run");
}
