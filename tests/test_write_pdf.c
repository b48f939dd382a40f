/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PDF files of figures: the same bytes each time, and a line where they cannot be made. */
#include "bench/frame/write_pdf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "bench/frame/run_tool.h"
#include "tests/made_report.h"

static const char drawing[] = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 90 30\">"
                              "<text x=\"5\" y=\"20\">text</text></svg>\n";

static void note(void *context, const char *message)
{
    snprintf(context, 256, "%s", message);
}

Test(write_pdf, the_same_bytes_of_the_same_figure)
{
    struct eg_error error = {0};
    char said[256] = "";
    const struct eg_warner warner = {note, said};
    if (!eg_has_tool("rsvg-convert"))
        cr_skip("there is no rsvg-convert");
    const struct scratch scratch = make_scratch();
    write_scratch(&scratch, "a.svg", drawing, strlen(drawing));
    cr_assert(eg_can_write_pdf(&warner));
    cr_assert_eq(eg_write_pdf(scratch.folder, "a", &warner, &error), EG_OK, "%s", error.message);
    char *first = read_scratch_alloc(&scratch, "a.pdf");
    cr_expect_eq(strncmp(first, "%PDF", 4), 0);
    const time_t second = time(NULL);
    while (time(NULL) == second)
        usleep(10000);
    cr_assert_eq(eg_write_pdf(scratch.folder, "a", &warner, &error), EG_OK, "%s", error.message);
    char *again = read_scratch_alloc(&scratch, "a.pdf");
    cr_expect_eq(memcmp(first, again, 1 << 20), 0, "there is a date in it");
    cr_expect_str_eq(said, "");
    free(first);
    free(again);
    remove_scratch(&scratch);
}

Test(write_pdf, what_is_no_figure_is_told_and_leaves_nothing)
{
    struct eg_error error = {0};
    char said[256] = "";
    const struct eg_warner warner = {note, said};
    if (!eg_has_tool("rsvg-convert"))
        cr_skip("there is no rsvg-convert");
    const struct scratch scratch = make_scratch();
    write_scratch(&scratch, "a.svg", "no figure", 9);
    cr_expect_eq(eg_write_pdf(scratch.folder, "a", &warner, &error), EG_OK);
    cr_expect(strstr(said, "a.svg; run it by hand"), "%s", said);
    cr_expect_neq(access(find_scratch(&scratch, "a.pdf").text, F_OK), 0);
    remove_scratch(&scratch);
}

Test(write_pdf, without_the_tool_there_is_a_line)
{
    char said[256] = "";
    const struct eg_warner warner = {note, said};
    cr_assert_eq(setenv("PATH", "/nowhere", 1), 0);
    cr_expect_not(eg_can_write_pdf(&warner));
    cr_expect(strstr(said, "librsvg2-bin"), "%s", said);
}
