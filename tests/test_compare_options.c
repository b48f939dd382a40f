/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/compare/compare_options.h"
#include "tests/scratch_folder.h"

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

static struct scratch_path make_file(const struct scratch *scratch, const char *name)
{
    write_scratch(scratch, name, "", 0);
    return find_scratch(scratch, name);
}

/* An interpreter by its path is not the method; a program that is given a file is. */
Test(compare_options, name_is_that_of_the_script)
{
    const struct scratch scratch = make_scratch();
    char command[1024];
    const struct scratch_path python = make_file(&scratch, "bin/python3.11");
    const struct scratch_path script = make_file(&scratch, "mine.py");
    const struct scratch_path program = make_file(&scratch, "pythonic");
    snprintf(command, sizeof command, "%s -u %s {dir}", python.text, script.text);
    check_name((struct eg_compare_options){.command = command}, "mine");
    snprintf(command, sizeof command, "nice -n 5 %s %s", program.text, script.text);
    check_name((struct eg_compare_options){.command = command}, "pythonic");
    snprintf(command, sizeof command, "%s -m package", python.text);
    check_name((struct eg_compare_options){.command = command}, "python3");
    remove_scratch(&scratch);
}

static void check_file(const char *folder, const char *unit, int is_train, const char *expected)
{
    char *path = eg_compare_file_alloc(folder, unit, is_train, NULL);
    cr_assert_not_null(path);
    cr_expect(strncmp(path, folder, strlen(folder)) == 0);
    cr_expect_str_eq(path + strlen(folder), expected);
    free(path);
}

/* A file of the unit's name goes before one in its folder; where neither is there, it is that which
 * an error names. */
Test(compare_options, attributions_are_found_by_unit)
{
    const struct scratch scratch = make_scratch();
    check_file(scratch.folder, "user-3", 0, "/user-3.npy");
    check_file(scratch.folder, "user-3", 1, "/user-3-train.npy");
    make_file(&scratch, "user-3/attributions.npy");
    make_file(&scratch, "user-3/attributions_train.npy");
    check_file(scratch.folder, "user-3", 0, "/user-3/attributions.npy");
    check_file(scratch.folder, "user-3", 1, "/user-3/attributions_train.npy");
    const struct scratch_path file = make_file(&scratch, "user-3.npy");
    check_file(scratch.folder, "user-3", 0, "/user-3.npy");
    check_file(scratch.folder, "user-3", 1, "/user-3/attributions_train.npy");
    check_file(file.text, "user-3", 0, "");
    remove_scratch(&scratch);
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
