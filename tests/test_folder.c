/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/folder.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "tests/scratch_folder.h"

Test(folder, makes_all_of_a_path)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path deep = find_scratch(&scratch, "a/b//c/");
    struct eg_error error = {0};
    struct stat there;
    cr_assert_eq(eg_make_folder(deep.text, &error), EG_OK, "%s", error.message);
    cr_assert(stat(find_scratch(&scratch, "a/b/c").text, &there) == 0 && S_ISDIR(there.st_mode));
    cr_assert_eq(eg_make_folder(deep.text, &error), EG_OK, "%s", error.message);
    remove_scratch(&scratch);
}

Test(folder, names_what_is_in_the_way)
{
    const struct scratch scratch = make_scratch();
    struct eg_error error = {0};
    write_scratch(&scratch, "file", "x", 1);
    const struct scratch_path under = find_scratch(&scratch, "file/runs");
    cr_assert_eq(eg_make_folder(under.text, &error), EG_DATA);
    cr_assert(strstr(error.message, under.text) && strstr(error.message, "Not a directory") &&
              strstr(error.message, "--out"));
    cr_assert_eq(eg_make_folder("/proc/egbench/runs", &error), EG_DATA);
    cr_assert_eq(eg_make_folder("", &error), EG_DATA);
    remove_scratch(&scratch);
}

Test(folder, joins_paths)
{
    struct eg_error error = {0};
    char *path = eg_join_path_alloc("a/b", "c", &error);
    cr_assert_str_eq(path, "a/b/c");
    free(path);
}

Test(folder, removes_a_tree_and_follows_no_link)
{
    const struct scratch scratch = make_scratch();
    write_scratch(&scratch, "kept/file", "x", 1);
    write_scratch(&scratch, "gone/file", "x", 1);
    const struct scratch_path gone = find_scratch(&scratch, "gone"),
                              link = find_scratch(&scratch, "gone/link"),
                              kept = find_scratch(&scratch, "kept/file");
    struct stat there;
    cr_assert_eq(symlink(find_scratch(&scratch, "kept").text, link.text), 0);
    cr_expect_eq(eg_remove_tree(gone.text), 0);
    cr_expect_eq(lstat(gone.text, &there), -1);
    cr_expect_eq(stat(kept.text, &there), 0);
    cr_expect_eq(eg_remove_tree(kept.text), 0, "a file alone");
    cr_expect_eq(eg_remove_tree(kept.text), 0, "nothing");
    remove_scratch(&scratch);
}
