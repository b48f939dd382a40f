/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "datasets/data_folder.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/scratch_folder.h"

static void expect(const char *given, const char *wanted)
{
    char *folder;
    struct eg_error error = {0};
    cr_assert_eq(eg_find_data_folder(given, &folder, &error), EG_OK, "%s", error.message);
    if (wanted)
        cr_assert_str_eq(folder, wanted);
    else
        cr_assert_null(folder);
    free(folder);
}

Test(data_folder, takes_option_then_environment_then_cache)
{
    struct scratch scratch = make_scratch();
    write_scratch(&scratch, "given/x", "", 0);
    write_scratch(&scratch, "variable/x", "", 0);
    const struct scratch_path given = find_scratch(&scratch, "given"),
                              variable = find_scratch(&scratch, "variable"),
                              cache = find_scratch(&scratch, "egbench");
    setenv("XDG_CACHE_HOME", scratch.folder, 1);
    setenv("EGBENCH_DATA_DIR", "", 1);
    expect(NULL, NULL);
    write_scratch(&scratch, "egbench/x", "", 0);
    expect(NULL, cache.text);
    setenv("EGBENCH_DATA_DIR", variable.text, 1);
    expect(NULL, variable.text);
    expect("", variable.text);
    expect(given.text, given.text);
    remove_scratch(&scratch);
}

Test(data_folder, looks_for_the_cache_at_home)
{
    struct scratch scratch = make_scratch();
    const struct scratch_path cache = find_scratch(&scratch, ".cache/egbench");
    write_scratch(&scratch, ".cache/x", "", 0);
    unsetenv("XDG_CACHE_HOME");
    unsetenv("EGBENCH_DATA_DIR");
    setenv("HOME", scratch.folder, 1);
    expect(NULL, NULL);
    char command[300] = "mkdir '";
    cr_assert_eq(system(strcat(strcat(command, cache.text), "'")), 0);
    expect(NULL, cache.text);
    remove_scratch(&scratch);
}

Test(data_folder, refuses_a_folder_that_was_asked_for_and_is_none)
{
    char *folder;
    struct eg_error error;
    cr_assert_eq(eg_find_data_folder("tests/absent", &folder, &error), EG_DATA);
    cr_assert_str_eq(error.message,
                     "data folder 'tests/absent' (from --data): No such file or directory");
    setenv("EGBENCH_DATA_DIR", "tests/data/numpy_b1_2.npy", 1);
    cr_assert_eq(eg_find_data_folder(NULL, &folder, &error), EG_DATA);
    cr_assert_str_eq(error.message, "data folder 'tests/data/numpy_b1_2.npy' (from "
                                    "EGBENCH_DATA_DIR): Not a directory");
    cr_assert_null(folder);
}
