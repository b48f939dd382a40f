/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Truth: what a table and a figure for a paper say of made scores, and what they leave out. */
#define _GNU_SOURCE /* open_memstream */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <jansson.h>

#include "bench/compare/verdict_output.h"
#include "bench/compare/verdict_parts.h"
#include "bench/page/template.h"
#include "tests/made_contest.h"

enum { UNITS = 6, METRICS = 3 };

static const char *const methods[] = {"expected_gradients", "mine"};
static const struct eg_score_metric metrics[METRICS] = {
    {"up", 0, 0}, {"gone", 0, 0}, {"down", 1, 0}};

/* Better by 1 to 6 on "up", no numbers on "gone", by -1 2 -3 4 -5 1 on "down". */
static const double scores[2 * METRICS * UNITS] = {
    10, 20, 30, 40, 50, 60, NAN, NAN, NAN, NAN, NAN, NAN, 0, 0,  0, 0,  0, 0,
    11, 22, 33, 44, 55, 66, NAN, NAN, NAN, NAN, NAN, NAN, 1, -2, 3, -4, 5, -1};

/* On "down" alone. */
static const double undecided[2 * UNITS] = {0, 0, 0, 0, 0, 0, 1, -2, 3, -4, 5, -1};

static char *fill_alloc(const char *template, const json_t *data)
{
    char *text = NULL;
    size_t size;
    struct eg_error error = {0};
    FILE *out = open_memstream(&text, &size);
    cr_assert_eq(eg_template_fill(template, data, out, &error), EG_OK, "%s", error.message);
    fclose(out);
    return text;
}

static void expect_in(const char *template, const json_t *data, const char *words, int is_there)
{
    char *text = fill_alloc(template, data);
    cr_expect_eq(strstr(text, words) != NULL, is_there, "'%s' in %s: %s", words, template, text);
    free(text);
}

static const json_t *first(const json_t *data)
{
    return json_array_get(json_object_get(data, "comparisons"), 0);
}

Test(verdict_paper, leaves_out_rows_without_numbers_and_what_is_for_the_program)
{
    static const char *const remarks[] = {"the measures were chosen", "mine: watched: no file"};
    struct eg_score_table table = make_table(methods, 2, metrics, METRICS, UNITS, scores);
    table.remarks = remarks;
    table.remark_count = 2;
    table.notices = 1;
    struct eg_contest contest = judge(&table);
    json_t *data = eg_contests_data(&contest, 1);
    const json_t *part = json_array_get(json_object_get(first(data), "tex_parts"), 0);
    cr_expect_eq(json_array_size(json_object_get(part, "rows")), 2);
    expect_in("comparison.tex", data, "gone", 0);
    expect_in("comparison.tex", data, "the measures were chosen", 1);
    expect_in("comparison.tex", data, "watched", 0);
    expect_in("comparison.html", data, "watched", 1);
    expect_in("comparison.tex", data, "$^{+}$ \\\\", 1);
    expect_in("comparison.tex", data, "$^{?}$ \\\\", 1);
    expect_in("comparison.tex", data, "is decided.", 0);
    json_decref(data);
    eg_contest_free(&contest);
}

Test(verdict_paper, has_a_sentence_where_nothing_is_decided)
{
    struct eg_score_table table = make_table(methods, 2, metrics + 2, 1, UNITS, undecided);
    table.title = "Loans & more";
    struct eg_contest contest = judge(&table);
    json_t *data = eg_contests_data(&contest, 1);
    expect_in("comparison.tex", data, "No difference to Expected gradients is decided.", 1);
    expect_in("comparison.tex", data, "$^{?}$", 0);
    expect_in("comparison.tex", data, "\\caption{Loans \\& more. Means", 1);
    expect_in("comparison.html", data, "<h1>Loans &amp; more</h1>", 1);
    expect_in("comparison.html", data, "No two methods are told apart", 1);
    expect_in("comparison.html", data, "Black bars", 0);
    json_decref(data);
    eg_contest_free(&contest);
}

Test(verdict_paper, says_no_overall_verdict_where_the_text_does)
{
    const struct eg_method_verdict
        mixed = {.overall = EG_STANDING_UNDECIDED,
                 .counts = {[EG_STANDING_BETTER] = 7, [EG_STANDING_WORSE] = 8}},
        open = {.overall = EG_STANDING_UNDECIDED, .counts = {[EG_STANDING_BETTER] = 7}};
    cr_expect_str_eq(eg_overall_name(&mixed), "no overall verdict");
    cr_expect_str_eq(eg_overall_name(&open), "undecided");
}

static double number(const json_t *item, const char *name)
{
    return json_number_value(json_object_get(item, name));
}

Test(verdict_paper, shows_whole_intervals_and_no_empty_panel)
{
    struct eg_score_table table = make_table(methods, 2, metrics, METRICS, UNITS, scores);
    struct eg_contest contest = judge(&table);
    json_t *figure = eg_differences_data(&contest), *panel;
    size_t i;
    cr_expect_eq(json_array_size(json_object_get(figure, "panels")), 2);
    json_array_foreach(json_object_get(figure, "panels"), i, panel)
    {
        const json_t *bar = json_array_get(json_object_get(panel, "bars"), 0);
        const json_t *whisker = json_object_get(bar, "whisker");
        const double left = number(panel, "left"), right = left + number(panel, "panel");
        cr_assert(json_is_object(whisker));
        cr_expect(number(whisker, "x") > left + 2 && number(whisker, "right") < right - 2,
                  "%g to %g in %g to %g", number(whisker, "x"), number(whisker, "right"), left,
                  right);
        cr_expect(number(panel, "top") > number(figure, "title_y"));
    }
    expect_in("differences.svg", figure,
              ">difference to Expected gradients; to the right is better<", 1);
    json_decref(figure);
    eg_contest_free(&contest);
}
