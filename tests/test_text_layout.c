/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* open_memstream */
#include "bench/page/text_layout.h"

#include <stdint.h>
#include <stdlib.h>

#include <criterion/criterion.h>

static void expect_laid_out(const char *text, size_t width, const char *wanted)
{
    char *got = NULL;
    size_t size;
    FILE *out = open_memstream(&got, &size);
    eg_lay_out(text, width, out);
    fclose(out);
    cr_expect_str_eq(got, wanted);
    free(got);
}

Test(text_layout, cells_become_columns_of_letters_not_bytes)
{
    expect_laid_out("name\ta\tlonger\nexpected\t1.25\t\u00b1 2\nx\t\u00b1\n", 80,
                    "name         a  longer\n"
                    "expected  1.25     \u00b1 2\n"
                    "x            \u00b1        \n");
}

Test(text_layout, what_is_too_wide_goes_below_with_the_first_column_anew)
{
    static const char text[] = "m\taa\tbb\tcc\n1\t2\t3\t4\nend\n";
    expect_laid_out(text, 13, "m  aa  bb  cc\n1   2   3   4\nend\n");
    expect_laid_out(text, 12, "m  aa  bb\n1   2   3\n\nm  cc\n1   4\nend\n");
    expect_laid_out(text, 1, "m  aa\n1   2\n\nm  bb\n1   3\n\nm  cc\n1   4\nend\n");
}

Test(text_layout, lines_break_at_blanks_and_go_on_further_in)
{
    expect_laid_out("one two three\n  one two three\n\nfour", 8,
                    "one two\nthree\n  one\n    two\n    three\n\nfour\n");
    expect_laid_out("much_too_long_a_word b", 8, "much_too_long_a_word\nb\n");
    expect_laid_out("\u00b1\u00b1\u00b1 \u00b1\u00b1\u00b1\u00b1", 8,
                    "\u00b1\u00b1\u00b1 \u00b1\u00b1\u00b1\u00b1\n");
    expect_laid_out("a b\n", SIZE_MAX, "a b\n");
    expect_laid_out("", 8, "");
}
