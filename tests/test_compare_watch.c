/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files in a scratch folder, of which some are watched: a change of these changes the hash, of others not. */
#define _GNU_SOURCE /* open_memstream */
#include "bench/compare/compare_watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/scratch_folder.h"

static void put(const struct scratch *scratch, const char *name, const char *text)
{
    write_scratch(scratch, name, text, strlen(text));
}

static struct eg_compare_watched watch(const struct scratch *scratch, const char *pattern)
{
    char command[512];
    struct eg_compare_watched watched;
    struct eg_error error = {0};
    struct eg_compare_depends depends = {{pattern}, pattern ? 1 : 0};
    const struct eg_given given = {.kind = EG_OUTSIDE_COMMAND, .what = command};
    snprintf(command, sizeof command, "python3 -u '%s/main.py' {dir}", scratch->folder);
    cr_assert_eq(eg_compare_watch(&given, &depends, &watched, &error), EG_OK, "%s", error.message);
    return watched;
}

/* Whether a change of that file is seen. */
static int sees(const struct scratch *scratch, const char *pattern, const char *name)
{
    const struct eg_compare_watched before = watch(scratch, pattern);
    char *kept = NULL;
    size_t size = 0;
    FILE *file = fopen(find_scratch(scratch, name).text, "a+"),
         *copy = open_memstream(&kept, &size);
    rewind(file);
    for (int letter; (letter = fgetc(file)) != EOF;)
        fputc(letter, copy);
    fclose(copy);
    fputs("# changed\n", file);
    fclose(file);
    const struct eg_compare_watched after = watch(scratch, pattern);
    write_scratch(scratch, name, kept, size);
    free(kept);
    return strcmp(before.hash, after.hash) != 0;
}

Test(compare_watch, python_files_that_are_imported)
{
    const struct scratch scratch = make_scratch();
    put(&scratch, "main.py",
        "import os, plain as p\nfrom package import (part,\n    other)\nif True:\n    from late "
        "import x\n");
    put(&scratch, "plain.py", "import deeper  # and on\n");
    put(&scratch, "deeper.py", "x = 1\n");
    put(&scratch, "late.py", "x = 1\n");
    put(&scratch, "unused.py", "x = 1\n");
    put(&scratch, "data.txt", "1\n");
    put(&scratch, "package/__init__.py", "from . import inner\n");
    put(&scratch, "package/part.py", "from .inner import y\n");
    put(&scratch, "package/other.py", "\n");
    put(&scratch, "package/inner.py", "y = 1\n");
    put(&scratch, "package/unused.py", "y = 1\n");
    static const char *const seen[] = {"main.py",          "plain.py",           "deeper.py",
                                       "late.py",          "package/part.py",    "package/other.py",
                                       "package/inner.py", "package/__init__.py"};
    for (size_t i = 0; i < sizeof seen / sizeof *seen; i++)
        cr_expect(sees(&scratch, NULL, seen[i]), "%s", seen[i]);
    cr_expect(!sees(&scratch, NULL, "unused.py") && !sees(&scratch, NULL, "package/unused.py"));
    cr_expect(!sees(&scratch, NULL, "data.txt"));
    cr_expect_str_eq(watch(&scratch, NULL).text, "main.py, 7 files that these import");
    remove_scratch(&scratch);
}

/* Statements that go on in a further line, stand in one line with others, or end as Windows ends them. */
Test(compare_watch, imports_however_they_are_laid_out)
{
    const struct scratch scratch = make_scratch();
    put(&scratch, "main.py",
        "import m1, \\\n    m2 \\\n as x, m3\r\nimport m4; import m5 as y; from m6 import z\n"
        "from \\\n . \\\n import m7, \\\r\n m8\nfrom . import (m9,  # one\r\n  ma)\r\n"
        "try: import mb\nexcept ImportError: pass\nimport mc #, md\n");
    char name[] = "m1.py";
    for (const char *letter = "123456789abcd"; *letter; letter++) {
        name[1] = *letter;
        put(&scratch, name, "x = 1\n");
        cr_expect_eq(sees(&scratch, NULL, name), *letter != 'd', "%s", name);
    }
    cr_expect_str_eq(watch(&scratch, NULL).text, "main.py, 12 files that these import");
    remove_scratch(&scratch);
}

Test(compare_watch, files_that_a_pattern_names)
{
    const struct scratch scratch = make_scratch();
    struct eg_compare_watched watched;
    struct eg_error error = {0};
    put(&scratch, "main.py", "\n");
    put(&scratch, "one.txt", "1\n");
    put(&scratch, "two.csv", "2\n");
    cr_expect(sees(&scratch, "*.txt", "one.txt") && !sees(&scratch, "*.txt", "two.csv"));
    cr_expect_str_eq(watch(&scratch, "*.txt").text, "main.py, 1 file that --depends names");
    const struct scratch_path program = find_scratch(&scratch, "main.py");
    const struct eg_given given = {.kind = EG_OUTSIDE_COMMAND, .what = program.text};
    const struct eg_compare_depends none = {{"*.json"}, 1};
    cr_expect_eq(eg_compare_watch(&given, &none, &watched, &error), EG_USAGE);
    cr_expect(strstr(error.message, "--depends *.json: fits no file"), "%s", error.message);
    remove_scratch(&scratch);
}

Test(compare_watch, files_that_git_names)
{
    const struct scratch scratch = make_scratch();
    char command[512];
    put(&scratch, "main.py", "\n");
    put(&scratch, "sub/tracked.R", "1\n");
    put(&scratch, "new.txt", "2\n");
    snprintf(command, sizeof command, "git -C %s init -q 2>/dev/null && git -C %s add main.py sub",
             scratch.folder, scratch.folder);
    if (system(command) != 0) {
        remove_scratch(&scratch);
        cr_skip_test("git is not installed");
    }
    cr_expect(sees(&scratch, NULL, "sub/tracked.R") && !sees(&scratch, NULL, "new.txt"));
    cr_expect_str_eq(watch(&scratch, NULL).text, "main.py, 1 file that git names beside it");
    remove_scratch(&scratch);
}
