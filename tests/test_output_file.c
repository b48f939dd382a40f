/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/output_file.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "tests/made_report.h"

Test(output_file, appears_whole_under_its_name)
{
    const struct scratch scratch = make_scratch();
    const struct scratch_path folder = find_scratch(&scratch, "deep/er");
    const struct scratch_path path = find_scratch(&scratch, "deep/er/file");
    struct eg_output output;
    cr_assert_eq(eg_output_open(&output, folder.text, "file", NULL), EG_OK);
    fputs("text", output.stream);
    cr_expect(access(path.text, F_OK) != 0, "the file must not be there yet");
    cr_assert_eq(eg_output_close(&output, EG_OK, NULL), EG_OK);
    char *text = read_scratch_alloc(&scratch, "deep/er/file");
    cr_expect_str_eq(text, "text");
    free(text);
    remove_scratch(&scratch);
}

Test(output_file, is_dropped_on_failure_and_the_old_one_stays)
{
    const struct scratch scratch = make_scratch();
    write_scratch(&scratch, "file", "old", 3);
    struct eg_output output;
    cr_assert_eq(eg_output_open(&output, scratch.folder, "file", NULL), EG_OK);
    char temporary[512];
    snprintf(temporary, sizeof temporary, "%s", output.temporary);
    fputs("new", output.stream);
    cr_assert_eq(eg_output_close(&output, EG_INTERNAL, NULL), EG_INTERNAL);
    char *text = read_scratch_alloc(&scratch, "file");
    cr_expect_str_eq(text, "old");
    cr_expect(access(temporary, F_OK) != 0);
    free(text);
    remove_scratch(&scratch);
}

Test(output_file, a_folder_that_cannot_be_is_named)
{
    const struct scratch scratch = make_scratch();
    write_scratch(&scratch, "file", "old", 3);
    const struct scratch_path folder = find_scratch(&scratch, "file/below");
    struct eg_output output;
    struct eg_error error = {0};
    cr_assert_eq(eg_output_open(&output, folder.text, "name", &error), EG_DATA);
    cr_expect(strstr(error.message, "file"), "%s", error.message);
    remove_scratch(&scratch);
}
