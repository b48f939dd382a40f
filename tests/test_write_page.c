/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of a report, on a small store. */
#include "bench/report/write_page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bench/report/write_tables.h"
#include "tests/made_report.h"

static const char claims[] =
    "id=right|experiment=made|place=Table 0|statement=first <is> \"\"2\"\"|dataset=circles|"
    "method=first_method|metric=score|published=2.0|digits=1\n"
    "id=wrong|experiment=made|place=Table 0|statement=second is 9|dataset=circles|method=second|"
    "metric=score|published=9.0|digits=1\n";

/* Two of the same words, of which one is of other data; and two that were not measured. */
static const char alike[] =
    "id=first|experiment=made|place=Table 0|statement=mean|dataset=circles|method=first_method|"
    "metric=score|published=2.0|digits=1\n"
    "id=other|experiment=made|place=Table 0|statement=mean|dataset=circles|method=second|"
    "metric=score|published=9.0|digits=1|data=fewer rows\n"
    "id=small|experiment=made|place=Table 0|statement=small|dataset=circles|method=second|"
    "metric=score|published=9.0|digits=1|status=from paper\n"
    "id=missing|experiment=made|place=Table 0|statement=missing|dataset=squares|method=second|"
    "metric=score|published=9.0|digits=1\n"
    "id=fact|experiment=made|place=Table 0|statement=fact|dataset=circles|method=second|"
    "metric=score|published=9.0|digits=1|status=a fact about the data\n";

static const char values[] =
    "{\"first_method\":{\"score\":2.01,\"p_value\":1e-9,\"curve\":[1,2,4]},"
    "\"second\":{\"score\":1,\"curve\":[3,2,1]}}";

static void expect_has(const char *text, const char *part)
{
    cr_expect(strstr(text, part), "there is no \"%s\"", part);
}

Test(write_page, tables_have_published_beside_measured)
{
    struct made_report made;
    const struct made_line line = make_line(0, "circles", "quick", 3, 0, values);
    make_report(&made, line.text, claims, NULL);
    cr_assert_eq(eg_write_tables(&made.report, made.scratch.folder, NULL), EG_OK);
    char *markdown = read_scratch_alloc(&made.scratch, "tables/made-table.md");
    expect_has(markdown, "Data: circles. Protocol: paper. Scale: quick. Seed: 3. n = 1");
    expect_has(markdown, "Source hash now: none of 1 cell recomputed. Core: Haswell.");
    expect_has(markdown, "| First method | published | 2.0 |  |");
    expect_has(markdown, "|  | measured | 2.010 = | 1.000e-09 |");
    expect_has(markdown, "|  | measured | 1.000 \u2717 | ");
    char *csv = read_scratch_alloc(&made.scratch, "tables/made-table.csv");
    expect_has(csv, "circles,paper,quick,3,first_method,,score,,2.0,2.01,,1,equal,2,"
                    "now: none of 1 cell recomputed,Haswell\n");
    expect_has(csv, "circles,paper,quick,3,second,,score,,9.0,1,,1,not reproduced,2,"
                    "now: none of 1 cell recomputed,Haswell\n");
    char *tex = read_scratch_alloc(&made.scratch, "tables/made-table.tex");
    expect_has(tex, "made \\& measured");
    expect_has(tex, "First method & 2.010$^{=}$ & 1.000e-09 \\\\");
    free(markdown);
    free(csv);
    free(tex);
    remove_report(&made);
}

Test(write_page, claims_have_their_verdicts)
{
    struct made_report made;
    const struct made_line line = make_line(0, "circles", "quick", 3, 0, values);
    make_report(&made, line.text, claims, NULL);
    cr_assert_eq(eg_write_claims(&made.report, made.scratch.folder, NULL), EG_OK);
    char *csv = read_scratch_alloc(&made.scratch, "claims.csv");
    expect_has(csv, "right,made,Table 0,\"first <is> \"\"2\"\"\",stochastic,number,first_method,"
                    "score,2.0,,2.01,,1,,,circles,quick,equal,,");
    expect_has(csv, ",not reproduced,");
    char *markdown = read_scratch_alloc(&made.scratch, "claims.md");
    expect_has(markdown, "first \\<is\\> \"2\"");
    expect_has(markdown, "| all | 1 | 0 | 0 | 0 | 1 | 0 | 0 |");
    expect_has(markdown, "| number | 1 | 0 | 0 | 0 | 1 | 0 | 0 |");
    expect_has(markdown, "| ordering | 0 | 0 | 0 | 0 | 0 | 0 | 0 |");
    expect_has(markdown, "| Table 0 | second is 9 | 9.0 |");
    free(csv);
    free(markdown);
    remove_report(&made);
}

/* Of what is not attempted, what was measured is told apart from what was not; and claims of the same words from one
 * another. */
Test(write_page, what_is_shown_and_not_judged_is_counted)
{
    struct made_report made;
    const struct eg_figures none = {0};
    const struct made_line line = make_line(0, "circles", "quick", 3, 0, values);
    make_report(&made, line.text, alike, NULL);
    cr_assert_eq(eg_write_claims(&made.report, made.scratch.folder, NULL), EG_OK);
    cr_assert_eq(eg_write_page(&made.report, &none, NULL, made.scratch.folder, NULL), EG_OK);
    char *csv = read_scratch_alloc(&made.scratch, "claims.csv");
    expect_has(csv, ",1,,1,,,circles,quick,not attempted,\"shown, not judged: other data\",,");
    expect_has(csv, ",not attempted,\"shown, not judged: too small a scale\",,");
    expect_has(csv, ",not attempted,not measured: its data are not here,,");
    expect_has(csv, ",not attempted,not measured: nothing to compare with,,");
    char *markdown = read_scratch_alloc(&made.scratch, "claims.md");
    expect_has(markdown, "2 were measured, on other data than the paper's or at too small a scale");
    expect_has(markdown, "| all | 1 | 0 | 0 | 0 | 0 | 4 | 2 |");
    expect_has(markdown, "| mean (method: First method; metric: Score) |");
    expect_has(markdown, "| mean (method: Second; metric: Score) |");
    expect_has(markdown, "| small | 9.0 |");
    char *page = read_scratch_alloc(&made.scratch, "report/index.html");
    expect_has(
        page,
        "Of the other 4, 2 were measured on other data or at too small a scale: they are shown, "
        "not judged; 2 were not measured.");
    expect_has(page, "(method: Second; metric: Score)");
    expect_has(page, "<td>shown, not judged: other data</td>");
    free(csv);
    free(markdown);
    free(page);
    remove_report(&made);
}

/* Counts how often part is in text. */
static size_t count(const char *text, const char *part)
{
    size_t found = 0;
    while ((text = strstr(text, part))) {
        found++;
        text += strlen(part);
    }
    return found;
}

Test(write_page, the_page_needs_nothing_else)
{
    struct made_report made;
    struct eg_figures figures;
    const struct made_line line = make_line(0, "circles", "quick", 3, 0, values);
    make_report(&made, line.text, claims, NULL);
    const struct eg_warner silent = {0};
    cr_assert_eq(eg_write_figures(&made.report, made.scratch.folder, silent, &figures, NULL),
                 EG_OK);
    cr_assert_eq(figures.count, 4);
    cr_assert_eq(eg_write_page(&made.report, &figures, NULL, made.scratch.folder, NULL), EG_OK);
    char *page = read_scratch_alloc(&made.scratch, "report/index.html");
    size_t drawn = 0;
    for (size_t i = 0; i < figures.count; i++)
        drawn += (size_t)figures.items[i].drawn;
    cr_expect_eq(count(page, "<svg"), drawn);
    cr_expect_eq(count(page, " id='gpDot'"), 0, "ids of figures must differ");
    expect_has(page, "first &lt;is&gt; &quot;2&quot;");
    expect_has(page, made.report.digest);
    expect_has(page, "<form id=filter hidden>");
    cr_expect_eq(count(page, "src="), 0);
    cr_expect_eq(count(page, "<link"), 0);
    cr_expect_eq(count(page, "href=\"http"), 0);
    expect_has(page, "What each metric tells and hides");
    expect_has(page, "<tr><td>RAI</td>");
    expect_has(page, "</html>");
    free(page);
    eg_figures_free(&figures);
    remove_report(&made);
}

Test(write_page, figures_have_their_numbers_beside_them)
{
    struct made_report made;
    struct eg_figures figures;
    const struct made_line line = make_line(0, "circles", "quick", 3, 0, values);
    make_report(&made, line.text, claims, NULL);
    const struct eg_warner silent = {0};
    cr_assert_eq(eg_write_figures(&made.report, made.scratch.folder, silent, &figures, NULL),
                 EG_OK);
    char *dots = read_scratch_alloc(&made.scratch, "figures/made-dots.dat");
    expect_has(dots, " 0 2.01 ? ? 2 \"First method\"\n");
    expect_has(dots, " -1 1 ? ? 9 \"Second\"\n");
    char *panels = read_scratch_alloc(&made.scratch, "figures/made-panels.dat");
    expect_has(panels, " -2 4 ? ? ? \"Feature <3> & 'more'\"\n");
    char *script = read_scratch_alloc(&made.scratch, "figures/made-dots.gp");
    expect_has(script, "'It''s a ''dot'' figure'");
    free(dots);
    free(panels);
    free(script);
    eg_figures_free(&figures);
    remove_report(&made);
}

/* The dots would rather be of the circles; the lines are of each data set. */
Test(write_page, a_figure_may_prefer_a_data_set)
{
    struct made_report made;
    struct eg_figures figures;
    char lines[4096] = "", names[512] = "";
    strcat(lines, make_line(0, "squares", "quick", 3, 0, values).text);
    strcat(lines, make_line(0, "circles", "quick", 3, 0, values).text);
    make_report(&made, lines, claims, NULL);
    cr_assert_eq(
        eg_write_figures(&made.report, made.scratch.folder, (struct eg_warner){0}, &figures, NULL),
        EG_OK);
    for (size_t i = 0; i < figures.count && i < 3; i++) {
        strcat(names, figures.items[i].name);
        strcat(names, figures.items[i].block->dataset);
        strcat(names, " ");
    }
    cr_expect_str_eq(names, "made-dotscircles made-lines-circles-papercircles "
                            "made-lines-squares-papersquares ");
    eg_figures_free(&figures);
    remove_report(&made);
}
