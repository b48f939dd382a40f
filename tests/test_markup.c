/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/page/markup.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

static void expect_written(void (*write)(FILE *, const char *), const char *text,
                           const char *wanted)
{
    char *got = NULL;
    size_t size;
    FILE *out = open_memstream(&got, &size);
    cr_assert(out);
    write(out, text);
    fclose(out);
    cr_expect_str_eq(got, wanted);
    free(got);
}

Test(markup, html)
{
    expect_written(eg_write_html, "<b a=\"1\">&amp; \u00b1</b>",
                   "&lt;b a=&quot;1&quot;&gt;&amp;amp; \u00b1&lt;/b&gt;");
}

Test(markup, markdown)
{
    expect_written(eg_write_markdown, "a_b | c*\nd", "a\\_b \\| c\\* d");
}

Test(markup, tex)
{
    expect_written(eg_write_tex, "50% of $x_1$ & {y} < \\z~^",
                   "50\\% of \\$x\\_1\\$ \\& \\{y\\} $<$ "
                   "\\textbackslash{}z\\textasciitilde{}\\textasciicircum{}");
}

Test(markup, csv)
{
    expect_written(eg_write_csv, "plain", "plain");
    expect_written(eg_write_csv, "a, \"b\"", "\"a, \"\"b\"\"\"");
}

Test(markup, anchor)
{
    expect_written(eg_write_anchor, "figure 4/a\"b", "figure-4-a-b");
}
