/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/compare/compare_options.h"
#include "tests/scratch_folder.h"

static struct eg_compare_options command_of(const char *command, const char *name)
{
    return (struct eg_compare_options){
        .methods = {{{.kind = EG_OUTSIDE_COMMAND, .what = command, .name = name}}, .count = 1}};
}

static void check_name(const char *command, const char *name, const char *expected)
{
    struct eg_outsiders found;
    struct eg_error error = {0};
    const struct eg_compare_options options = command_of(command, name);
    cr_assert_eq(eg_compare_find_outside(&options, &found, &error), EG_OK, "%s", error.message);
    cr_assert_str_eq(found.items[0].name, expected);
}

Test(compare_options, name_is_given_or_taken_from_the_command)
{
    check_name("tool {dir}", NULL, "tool");
    check_name("/no/such/tool.sh {dir}", NULL, "tool");
    check_name("tool {dir}", "mine", "mine");
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
    check_name(command, NULL, "mine");
    snprintf(command, sizeof command, "nice -n 5 %s %s", program.text, script.text);
    check_name(command, NULL, "pythonic");
    snprintf(command, sizeof command, "%s -m package", python.text);
    check_name(command, NULL, "python3");
    remove_scratch(&scratch);
}

static void check_file(const char *folder, const char *unit, int is_train, const char *expected)
{
    char path[PATH_MAX];
    eg_compare_name_file(folder, unit, is_train, path);
    cr_expect(strncmp(path, folder, strlen(folder)) == 0);
    cr_expect_str_eq(path + strlen(folder), expected);
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
    struct eg_outsiders found;
    struct eg_error error = {0};
    const struct eg_compare_options options = command_of("tool", "oracle");
    cr_assert_eq(eg_compare_find_outside(&options, &found, &error), EG_USAGE);
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

/* Reads a command line by the program's own table; the options are the caller's (free). */
static int read_line(int argc, const char *const *argv, struct eg_compare_options **options,
                     struct eg_outsiders *found, struct eg_error *error)
{
    struct eg_option table[EG_OWN_OPTIONS + 1] = {0};
    *options = eg_compare_make_options(table);
    *error = (struct eg_error){0};
    const int status = eg_options_read(table, 0, argc, (char **)argv, NULL, error);
    return status ? status : eg_compare_find_outside(*options, found, error);
}

#define READ(...)                                                                                  \
    read_line(sizeof((const char *[]){"x", __VA_ARGS__}) / sizeof(char *),                         \
              (const char *const[]){"x", __VA_ARGS__, NULL}, &options, &found, &error)

/* What is said of a method goes with the one before; before the first, with the first. */
Test(compare_options, several_methods_each_with_its_own)
{
    struct eg_compare_options *options;
    struct eg_outsiders found;
    struct eg_error error;
    cr_assert_eq(READ("--exec", "one", "--kind", "slopes", "--exec", "two", "--name", "second",
                      "--baseline", "mean", "--exec", "three"),
                 EG_OK, "%s", error.message);
    cr_assert_eq(found.count, 3);
    cr_expect_str_eq(found.items[0].name, "one");
    cr_expect_str_eq(found.items[0].given.phi_kind, "slopes");
    cr_expect_null(found.items[0].given.baseline);
    cr_expect_str_eq(found.items[1].name, "second");
    cr_expect_str_eq(found.items[1].given.baseline, "mean");
    cr_expect_null(found.items[1].given.phi_kind);
    cr_expect_str_eq(found.items[2].name, "three");
    cr_expect_eq(eg_compare_find_outsider(&found, "second"), &found.items[1]);
    cr_expect_null(eg_compare_find_outsider(&found, "two"));
    free(options);
    cr_assert_eq(READ("--name", "first", "--exec", "one"), EG_OK, "%s", error.message);
    cr_expect_str_eq(found.items[0].name, "first");
    free(options);
}

static void refuse(int status, const struct eg_error *error, const char *word,
                   struct eg_compare_options *options)
{
    cr_expect_eq(status, EG_USAGE, "%d, not: %s", status, word);
    cr_expect(strstr(error->message, word), "%s, not: %s", error->message, word);
    free(options);
}

Test(compare_options, what_does_not_go_together_is_refused)
{
    struct eg_compare_options *options;
    struct eg_outsiders found;
    struct eg_error error;
    int status = READ("--name", "a", "--exec", "one", "--name", "b", "--exec", "two");
    refuse(status, &error, "'a' and 'b' for one method", options);
    status = READ("--exec", "same", "--exec", "same");
    refuse(status, &error, "two methods are called 'same': give each a --name after it", options);
    status = READ("--exec", "one", "--kind", "gradients");
    refuse(status, &error, "--kind gradients: give slopes or shares", options);
    status = READ("--kind", "slopes");
    refuse(status, &error, "--kind says what a method's numbers are", options);
    status = READ("--baseline", "mean");
    refuse(status, &error, "--baseline says what a method's numbers count from", options);
    status = READ("--depends", "*.py");
    refuse(status, &error, "--depends goes with --exec, --worker or --method", options);
    status = READ("--reference", "nothing");
    refuse(status, &error, "--reference: there is no method 'nothing'", options);
    status = READ("--measures", "KPM,nothing");
    refuse(status, &error, "--measures: there is no 'nothing'", options);
}

Test(compare_options, measures_and_reference_are_chosen)
{
    struct eg_compare_options *options;
    struct eg_outsiders found;
    struct eg_error error;
    cr_assert_eq(READ("--measures", "KP?,infidelity", "--exec", "one", "--reference", "one"), EG_OK,
                 "%s", error.message);
    cr_expect(eg_compare_is_chosen(options, "KPM"));
    cr_expect(eg_compare_is_chosen(options, "infidelity_normalised"), "as it was called before");
    cr_expect(!eg_compare_is_chosen(options, "infidelity_scaled"));
    cr_expect_str_eq(eg_compare_reference(options), "one");
    free(options);
    cr_assert_eq(READ("--measures", "infidelity_*,sparseness"), EG_OK, "%s", error.message);
    cr_expect(eg_compare_is_chosen(options, "infidelity_yeh") &&
              eg_compare_is_chosen(options, "sparseness"));
    free(options);
    cr_assert_eq(READ("--models", "1"), EG_OK, "%s", error.message);
    cr_expect(eg_compare_is_chosen(options, "KPM") && !eg_compare_is_chosen(options, "sparseness"));
    free(options);
}
