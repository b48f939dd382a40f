/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/page/markup.h"

#include <stdlib.h>
#include <string.h>

#include <unistd.h>

#include <criterion/criterion.h>

#include "base/stream.h"
#include "bench/frame/guard_output.h"

static char *written_alloc(void (*write)(FILE *, const char *), const char *text)
{
    char *got = NULL;
    size_t size;
    FILE *out = open_memstream(&got, &size);
    cr_assert(out);
    write(out, text);
    fclose(out);
    return got;
}

static void expect_written(void (*write)(FILE *, const char *), const char *text,
                           const char *wanted)
{
    char *got = written_alloc(write, text);
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

Test(markup, control_characters_reach_no_terminal)
{
    expect_written(eg_write_terminal,
                   "a\033[31m\007\177 \302\2332J \u202e\u2028 b\nc \u00b1 \u4e2d",
                   "a?[31m?? ?2J ?? b?c \u00b1 \u4e2d");
    expect_written(eg_write_terminal,
                   "\x9b \xc3 \xc3(\xc0\x9b\xed\xa0\x80\xf4\x90\x80\x80 \xe4\xb8",
                   "? ? ?(????????? ??");
    expect_written(eg_write_html, "a\033\302\233\n'", "a??\n&#39;");
}

Test(markup, what_a_spreadsheet_would_run_is_text)
{
    static const char *const run[] = {"=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "-", " =1"};
    static const char *const left[] = {"-0.5", "+3", "-1e-3", "1=1", "a-b", "-inf", ""};
    char wanted[64];
    for (size_t i = 0; i < sizeof run / sizeof *run; i++) {
        snprintf(wanted, sizeof wanted, "'%s", run[i]);
        expect_written(eg_write_csv, run[i], wanted);
    }
    for (size_t i = 0; i < sizeof left / sizeof *left; i++)
        expect_written(eg_write_csv, left[i], left[i]);
    expect_written(eg_write_csv, "=\"a\",b", "\"'=\"\"a\"\",b\"");
}

Test(markup, a_file_name_stays_in_its_folder)
{
    static const char *const texts[] = {"<script>/*", "<script>-*", "../../etc", ".hidden",
                                        "a b",        "",           "/",         "x\ny"};
    char names[sizeof texts / sizeof *texts][32], name[32];
    cr_expect_str_eq(eg_safe_name("simulated_cohort.2-b", name, sizeof name),
                     "simulated_cohort.2-b");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        eg_safe_name(texts[i], names[i], sizeof names[i]);
        cr_expect(*names[i] && *names[i] != '.' && !strpbrk(names[i], "/\n <>*"), "%s", names[i]);
        for (size_t j = 0; j < i; j++)
            cr_expect_str_neq(names[i], names[j]);
    }
    eg_safe_name("a_name_that_is_much_longer_than_what_there_is_room_for", name, sizeof name);
    cr_expect_eq(strlen(name), sizeof name - 1, "%s", name);
}

/* Random bytes, of which every other is one that some format knows. */
static void draw_text(uint64_t item, char *text, size_t size)
{
    static const char special[] = "<>&\"'\\`$%#_{}~^|=+-@,/. \t\n\r\033\x9b\xc2\xe2\x80";
    struct eg_stream stream = eg_stream_make(0, 0, EG_PURPOSE_DATA, 0, item);
    for (size_t i = 0; i + 1 < size; i++) {
        const double kind = eg_stream_uniform(&stream), which = eg_stream_uniform(&stream);
        const char random = (char)(1 + (int)(255 * which));
        text[i] = kind < 0.5 ? special[(size_t)(which * (sizeof special - 1))] : random;
    }
    text[size - 1] = '\0';
}

/* All letters are whole, and none but the line end is a control character. */
static void expect_clean(const char *text, int may_have_lines)
{
    uint32_t code;
    for (size_t left = strlen(text), length; left; text += length, left -= length) {
        length = eg_read_letter(text, left, &code);
        cr_assert(length > 0 && ((may_have_lines && code == '\n') || !eg_is_hidden(code)));
    }
}

static int is_escaped(const char *text, const char *at)
{
    size_t slashes = 0;
    while (at > text && at[-1] == '\\') {
        slashes++;
        at--;
    }
    return slashes % 2;
}

/* No unescaped letter of those given. */
static void expect_escaped(const char *text, const char *letters)
{
    for (const char *at = text; (at = strpbrk(at, letters)); at++)
        cr_assert(is_escaped(text, at), "%s", at);
}

Test(markup, no_random_text_breaks_out)
{
    static void (*const writers[])(FILE *, const char *) = {eg_write_html,    eg_write_markdown,
                                                            eg_write_tex,     eg_write_terminal,
                                                            eg_write_gnuplot, eg_write_csv};
    enum { WRITERS = sizeof writers / sizeof *writers };
    char text[24], name[32];
    for (uint64_t item = 0; item < 20000; item++) {
        char *written[WRITERS];
        draw_text(item, text, sizeof text);
        for (size_t i = 0; i < WRITERS; i++) {
            written[i] = written_alloc(writers[i], text);
            expect_clean(written[i], writers[i] == eg_write_html);
        }
        cr_assert_null(strpbrk(written[0], "<>\"'"));
        expect_escaped(written[1], "<>|`*_[]#~");
        expect_escaped(written[2], "%#&_");
        const size_t end = strlen(written[4]);
        for (const char *at = written[4] + 1; at < written[4] + end - 1; at += *at == '\'' ? 2 : 1)
            cr_assert(*at != '\'' || at[1] == '\'', "%s", written[4]);
        const char *cell = written[5] + (*written[5] == '"');
        char *after;
        (void)strtod(cell, &after);
        cr_assert(!strchr("=+-@", *cell) || after > cell, "%s", written[5]);
        cr_assert(*written[5] == '"' || !strpbrk(written[5], ",\""), "%s", written[5]);
        eg_safe_name(text, name, sizeof name);
        cr_assert(*name != '.' && !strpbrk(name, "/ \n\033"));
        for (size_t i = 0; i < WRITERS; i++)
            free(written[i]);
    }
}

/* What comes out of the guarded stream does not hang on where the writes part the text. */
Test(markup, a_guarded_stream_is_clean_wherever_it_is_cut)
{
    char text[24], whole[256], parted[256];
    for (uint64_t item = 0; item < 500; item++) {
        draw_text(item, text, sizeof text);
        for (int is_parted = 0; is_parted < 2; is_parted++) {
            int ends[2];
            cr_assert_eq(pipe(ends), 0);
            FILE *out = eg_guard_output(ends[1]);
            cr_assert(out);
            if (is_parted)
                for (const char *at = text; *at; at++) {
                    fputc(*at, out);
                    fflush(out);
                }
            else
                fputs(text, out);
            fputs(".\t.\n", out);
            cr_assert_eq(fclose(out), 0);
            close(ends[1]);
            char *got = is_parted ? parted : whole;
            got[read(ends[0], got, sizeof whole - 1)] = '\0';
            close(ends[0]);
        }
        const size_t length = strlen(whole);
        cr_assert(length >= 4 && strcmp(whole + length - 4, ".\t.\n") == 0);
        cr_assert_str_eq(whole, parted);
        for (char *letter = whole; (letter = strpbrk(letter, "\t\n"));)
            *letter = ' ';
        expect_clean(whole, 0);
    }
}
