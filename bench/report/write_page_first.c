/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first screen of the report's page. */
#include <string.h>

#include "bench/page/markup.h"
#include "bench/page/page_parts.h"
#include "bench/report/trend_page.h"
#include "bench/report/write_page_sections.h"

static size_t count_of(const struct eg_page *page, const char *experiment, int verdict)
{
    return eg_report_count(page->report, experiment, (enum eg_verdict)verdict);
}

/* The start of a link to a section of the experiment. */
static void begin_link(FILE *out, const char *section, const char *experiment)
{
    fprintf(out, "<a href=\"#%s-", section);
    eg_write_anchor(out, experiment);
    fputs("\">", out);
}

static int has_smoke_rows(const struct eg_report *report)
{
    for (size_t i = 0; i < report->part_count; i++)
        for (size_t j = 0; j < report->parts[i].results.count; j++)
            if (strcmp(report->parts[i].results.items[j].scale, "smoke") == 0)
                return 1;
    return 0;
}

/* How many of each verdict there are of each kind of claim. */
static void write_kinds(const struct eg_page *page)
{
    FILE *out = page->out;
    fputs("<div class=wide><table class=counts><thead><tr><th>kind of claim</th>", out);
    for (int verdict = 0; verdict < EG_VERDICTS; verdict++)
        fprintf(out, "<th>%s</th>", eg_verdict_name((enum eg_verdict)verdict));
    fputs("</tr></thead><tbody>", out);
    for (int kind = 0; kind < EG_KINDS; kind++) {
        fprintf(out, "<tr><td class=name>%s</td>", eg_claim_kind_name((enum eg_claim_kind)kind));
        for (int verdict = 0; verdict < EG_VERDICTS; verdict++)
            fprintf(out, "<td class=%s>%zu</td>", eg_page_classes[verdict],
                    eg_report_count_kind(page->report, (enum eg_claim_kind)kind,
                                         (enum eg_verdict)verdict));
        fputs("</tr>", out);
    }
    fputs("</tbody></table></div>\n", out);
}

static void write_summary(const struct eg_page *page)
{
    static const char *const sections[EG_VERDICTS] = {"rules", "rules",    "rules",
                                                      "rules", "failures", "absences"};
    FILE *out = page->out;
    const size_t total = page->report->claims.count;
    const size_t not_attempted = count_of(page, NULL, EG_NOT_ATTEMPTED);
    size_t back = 0;
    for (int verdict = 0; verdict < EG_VERDICTS; verdict++)
        back += eg_came_back((enum eg_verdict)verdict) ? count_of(page, NULL, verdict) : 0;
    fprintf(out,
            "<p>The paper and what its authors released beside it make %zu claims: numbers, "
            "orderings and statements of significance. %zu were held against a measurement here, "
            "and <b>%zu of these came back</b>.%s</p>\n<div class=tiles>",
            total, total - not_attempted, back,
            has_smoke_rows(page->report)
                ? " Of rows of smoke scale no published number is to be expected: they show that "
                  "all runs, and whether it changes."
                : "");
    for (int verdict = 0; verdict < EG_VERDICTS; verdict++)
        fprintf(out, "<a class=\"tile %s\" href=\"#%s\"><b>%s %zu</b>%s</a>",
                eg_page_classes[verdict], sections[verdict], eg_page_marks[verdict],
                count_of(page, NULL, verdict), eg_verdict_name((enum eg_verdict)verdict));
    fputs("</div>\n", out);
    write_kinds(page);
}

/* The verdicts as a bar, each as wide as it is frequent; the numbers stand beside it. */
static void write_bar(const struct eg_page *page, const char *experiment)
{
    fputs("<td class=share><div class=bar aria-hidden=true>", page->out);
    for (int verdict = 0; verdict < EG_VERDICTS; verdict++)
        if (count_of(page, experiment, verdict))
            fprintf(page->out, "<i class=%s style=\"flex:%zu\"></i>", eg_page_classes[verdict],
                    count_of(page, experiment, verdict));
    fputs("</div></td>", page->out);
}

static void write_counts(const struct eg_page *page, const char *experiment)
{
    static const char *const sections[EG_VERDICTS] = {"claims", "claims",   "claims",
                                                      "claims", "failures", "absences"};
    FILE *out = page->out;
    for (int verdict = 0; verdict < EG_VERDICTS; verdict++) {
        const size_t count = count_of(page, experiment, verdict);
        fprintf(out, "<td class=\"%s%s\" title=\"%s\">", count ? "" : "none ",
                eg_page_classes[verdict], eg_verdict_name((enum eg_verdict)verdict));
        if (count)
            begin_link(out, sections[verdict], experiment);
        fprintf(out, "%s\u00a0%zu%s</td>", eg_page_marks[verdict], count, count ? "</a>" : "");
    }
}

static int is_absent(const struct eg_report *report, size_t claim, const char *experiment)
{
    return report->judgements[claim].verdict == EG_NOT_ATTEMPTED &&
           strcmp(report->claims.items[claim].experiment, experiment) == 0;
}

/* The reason that most claims of the experiment were left for; *count: how many. */
static const char *find_main_reason(const struct eg_report *report, const char *experiment,
                                    size_t *count)
{
    const char *most = "";
    *count = 0;
    for (size_t i = 0; i < report->claims.count; i++) {
        size_t same = 0;
        for (size_t j = i; is_absent(report, i, experiment) && j < report->claims.count; j++)
            same += is_absent(report, j, experiment) &&
                    strcmp(report->judgements[i].reason, report->judgements[j].reason) == 0;
        if (same > *count) {
            *count = same;
            most = report->judgements[i].reason;
        }
    }
    return most;
}

static void write_reasons(const struct eg_page *page, const char *experiment)
{
    FILE *out = page->out;
    const size_t all = count_of(page, experiment, EG_NOT_ATTEMPTED);
    size_t count;
    const char *reason = find_main_reason(page->report, experiment, &count);
    fputs("<td class=why>", out);
    if (all) {
        if (count < all)
            fprintf(out, "%zu: ", count);
        eg_write_html(out, reason);
    }
    if (count < all) {
        fputs("; ", out);
        begin_link(out, "absences", experiment);
        fprintf(out, "%zu for other reasons</a>", all - count);
    }
    fputs("</td>", out);
}

static void write_links(const struct eg_page *page, const char *experiment)
{
    FILE *out = page->out;
    const struct eg_part *part = eg_find_part(page->report, experiment);
    const struct eg_table_spec *table = part ? eg_find_table(page, part, NULL) : NULL;
    const struct eg_figure *figure = part ? eg_find_figure(page, part, NULL) : NULL;
    fputs("<td class=links>", out);
    if (table)
        fprintf(out, "<a href=\"#%s\">tables</a> ", table->id);
    if (figure) {
        begin_link(out, "figure", figure->name);
        fputs("figures</a> ", out);
    }
    if (part) {
        begin_link(out, "cells", experiment);
        fputs("cells</a> ", out);
    }
    begin_link(out, "claims", experiment);
    fputs("claims</a></td>", out);
}

/* "Figure 4 (quick)"; where no program reproduces it, the first place its claims stand at. */
static void write_scope(const struct eg_page *page, const char *experiment, const char *place)
{
    FILE *out = page->out;
    const struct eg_part *part = eg_find_part(page->report, experiment);
    eg_write_html(out, part ? part->experiment->reproduces : place);
    const char *scale = NULL;
    for (size_t i = 0; part && i < part->results.count; i++) {
        const char *own = part->results.items[i].scale;
        if (!scale || strcmp(scale, own) != 0) {
            fputs(scale ? ", " : ". Scale: ", out);
            eg_write_html(out, own);
        }
        scale = own;
    }
}

static void write_row(const struct eg_page *page, const struct eg_claim *first)
{
    FILE *out = page->out;
    fputs("<tr><td class=name>", out);
    begin_link(out, "experiment", first->experiment);
    eg_write_html(out, first->experiment);
    fputs("</a><small>", out);
    write_scope(page, first->experiment, first->place);
    fputs("</small></td>", out);
    write_bar(page, first->experiment);
    write_counts(page, first->experiment);
    write_reasons(page, first->experiment);
    write_links(page, first->experiment);
    fputs("</tr>\n", out);
}

void eg_write_first_screen(const struct eg_page *page)
{
    if (page->trends)
        eg_write_tonight(page->out, page->trends);
    write_summary(page);
    fprintf(page->out,
            "<div class=wide><table class=counts><thead><tr><th>experiment</th>"
            "<th colspan=%d>its claims</th><th>not attempted because</th><th "
            "class=links>see</th></tr></thead>"
            "<tbody>\n",
            EG_VERDICTS + 1);
    for (size_t i = 0; i < page->report->claims.count; i++)
        if (eg_begins_experiment(page->report, i))
            write_row(page, &page->report->claims.items[i]);
    fputs("</tbody></table></div>\n", page->out);
}
