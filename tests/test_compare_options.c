/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/compare_options.h"

static void check_name(struct eg_compare_options options, const char *expected)
{
    struct eg_outside outside;
    struct eg_error error = {0};
    cr_assert_eq(eg_compare_find_outside(&options, &outside, &error), EG_OK, "%s", error.message);
    cr_assert_str_eq(outside.name, expected);
}

Test(compare_options, name_is_given_or_taken_from_the_command)
{
    check_name((struct eg_compare_options){.command = "tool {dir}"}, "tool");
    check_name((struct eg_compare_options){.command = "/no/such/tool.sh {dir}"}, "tool");
    check_name((struct eg_compare_options){.command = "tool {dir}", .name = "mine"}, "mine");
}

Test(compare_options, names_of_own_methods_are_refused)
{
    struct eg_outside outside;
    struct eg_error error = {0};
    const struct eg_compare_options options = {.command = "tool", .name = "oracle"};
    cr_assert_eq(eg_compare_find_outside(&options, &outside, &error), EG_USAGE);
    cr_assert(strstr(error.message, "'oracle'"));
}

/* The hash of nothing is XXH3-128's of the empty text. */
Test(compare_options, hash_follows_the_files_in_a_command)
{
    char path[] = "/tmp/egbench-words-XXXXXX", command[128], none[33], before[33], after[33];
    const int file = mkstemp(path);
    cr_assert(file >= 0);
    snprintf(command, sizeof command, "tool '%s' {dir}", path);
    cr_assert_eq(eg_compare_hash_words("tool {dir}", none, NULL), EG_OK);
    cr_assert_str_eq(none, "99aa06d3014798d86001c324468d497f");
    cr_assert_eq(write(file, "one", 3), 3);
    cr_assert_eq(eg_compare_hash_words(command, before, NULL), EG_OK);
    cr_assert_eq(write(file, "two", 3), 3);
    cr_assert_eq(eg_compare_hash_words(command, after, NULL), EG_OK);
    cr_assert_str_neq(before, none);
    cr_assert_str_neq(before, after);
    close(file);
    unlink(path);
}
