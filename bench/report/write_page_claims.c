/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Claims on the report's page: as tables, and those that did not come back or were not attempted. */
#include <math.h>
#include <string.h>

#include "bench/page/markup.h"
#include "bench/page/page_parts.h"
#include "bench/report/write_page_sections.h"

/* Lists longer than this are folded. */
enum { FOLD_ABOVE = 12, TEXT = 1024 };

static void write_measured(FILE *out, const struct eg_judgement *judgement)
{
    fputs("<td class=number>", out);
    if (!isnan(judgement->measured))
        fprintf(out, "%.5g", judgement->measured);
    if (!isnan(judgement->se))
        fprintf(out, " <span class=soft>\u00b1\u00a0%.2g</span>", judgement->se);
    if (judgement->n)
        fprintf(out, "<small>n = %zu</small>", judgement->n);
    fputs("</td>", out);
}

static void write_claim_links(const struct eg_page *page, const struct eg_judgement *judgement)
{
    FILE *out = page->out;
    const struct eg_part *part = eg_find_part(page->report, judgement->claim->experiment);
    fputs("<td class=links>", out);
    if (part && judgement->verdict != EG_NOT_ATTEMPTED) {
        const struct eg_table_spec *table = eg_find_table(page, part, judgement->claim);
        const struct eg_figure *figure = eg_find_figure(page, part, judgement->claim);
        if (table)
            fprintf(out, "<a href=\"#%s\">table</a> ", table->id);
        if (figure) {
            fputs("<a href=\"#figure-", out);
            eg_write_anchor(out, figure->name);
            fputs("\">figure</a> ", out);
        }
        fputs("<a href=\"#cells-", out);
        eg_write_anchor(out, part->experiment->name);
        fputs("\">cells</a>", out);
    }
    fputs("</td>", out);
}

static void write_claim(const struct eg_page *page, const struct eg_judgement *judgement)
{
    FILE *out = page->out;
    const struct eg_claim *claim = judgement->claim;
    char text[TEXT];
    fputs("<tr><td>", out);
    eg_write_html(out, claim->place);
    fputs("</td><td>", out);
    eg_write_html(out, claim->statement);
    if (*claim->note) {
        fputs("<small>", out);
        eg_write_html(out, claim->note);
        fputs("</small>", out);
    }
    fputs("</td><td class=number>", out);
    eg_write_html(out, claim->published_text);
    if (*claim->published_p_text) {
        fputs("<small>p ", out);
        eg_write_html(out, claim->published_p_text);
        fputs("</small>", out);
    }
    fputs("</td>", out);
    write_measured(out, judgement);
    fprintf(out, "<td><span class=%s>", eg_page_classes[judgement->verdict]);
    eg_write_html(out, eg_judgement_text(judgement, text, sizeof text));
    fputs("</span></td>", out);
    write_claim_links(page, judgement);
    fputs("</tr>\n", out);
}

void eg_write_page_claims(const struct eg_page *page, const char *experiment,
                          enum eg_verdict verdict)
{
    fputs("<div class=wide><table class=claims><thead><tr><th>place</th><th>claim</th>"
          "<th>published</th><th>measured</th><th>verdict</th><th "
          "class=links>see</th></tr></thead><tbody>\n",
          page->out);
    for (size_t i = 0; i < page->report->claims.count; i++) {
        const struct eg_judgement *judgement = &page->report->judgements[i];
        if ((verdict == EG_VERDICTS || judgement->verdict == verdict) &&
            (!experiment || strcmp(judgement->claim->experiment, experiment) == 0))
            write_claim(page, judgement);
    }
    fputs("</tbody></table></div>\n", page->out);
}

/* Whether the claim is the first of its experiment with that verdict: where links lead to. */
static int begins_verdict(const struct eg_report *report, size_t claim, enum eg_verdict verdict)
{
    const char *experiment = report->claims.items[claim].experiment;
    if (report->judgements[claim].verdict != verdict)
        return 0;
    for (size_t i = 0; i < claim; i++)
        if (report->judgements[i].verdict == verdict &&
            strcmp(report->claims.items[i].experiment, experiment) == 0)
            return 0;
    return 1;
}

static void write_target(FILE *out, const char *section, const char *experiment)
{
    fprintf(out, " id=\"%s-", section);
    eg_write_anchor(out, experiment);
    fputc('"', out);
}

/* ", 3 of 90 in Table 1" if the claim is the first of its place, in this experiment: how many of the
 * claims there failed, of how many attempted. Returns whether it was written. */
static int write_place(FILE *out, const struct eg_report *report, size_t claim, int first)
{
    const struct eg_claim *claims = report->claims.items;
    size_t failed = 0, attempted = 0;
    for (size_t i = 0; i < report->claims.count; i++) {
        if (strcmp(claims[i].place, claims[claim].place) != 0 ||
            strcmp(claims[i].experiment, claims[claim].experiment) != 0)
            continue;
        if (i < claim)
            return 0;
        attempted += report->judgements[i].verdict != EG_NOT_ATTEMPTED;
        failed += report->judgements[i].verdict == EG_NOT_REPRODUCED;
    }
    if (!failed)
        return 0;
    fprintf(out, "%s <b class=v3>%zu</b> of %zu in ", first ? ":" : ",", failed, attempted);
    eg_write_html(out, claims[claim].place);
    return 1;
}

/* A line for each experiment, with the places in the paper. */
static void write_failures_by_place(FILE *out, const struct eg_report *report)
{
    fputs("<ul>", out);
    for (size_t i = 0; i < report->claims.count; i++) {
        const char *experiment = report->claims.items[i].experiment;
        int first = 1;
        if (!begins_verdict(report, i, EG_NOT_REPRODUCED))
            continue;
        fputs("<li", out);
        write_target(out, "failures", experiment);
        fputs("><a href=\"#experiment-", out);
        eg_write_anchor(out, experiment);
        fputs("\">", out);
        eg_write_html(out, experiment);
        fputs("</a>", out);
        for (size_t j = 0; j < report->claims.count; j++)
            if (strcmp(report->claims.items[j].experiment, experiment) == 0 &&
                write_place(out, report, j, first))
                first = 0;
        fputs("</li>\n", out);
    }
    fputs("</ul>\n", out);
}

void eg_write_page_failures(const struct eg_page *page)
{
    const size_t count = eg_report_count(page->report, NULL, EG_NOT_REPRODUCED);
    fprintf(page->out, "<h2 id=failures>What did not come back (%zu)</h2>\n", count);
    if (count == 0) {
        fputs("<p>Nothing of what was attempted.</p>\n", page->out);
        return;
    }
    write_failures_by_place(page->out, page->report);
    fprintf(page->out, "<details%s><summary>Each of them</summary>\n",
            count <= FOLD_ABOVE ? " open" : "");
    eg_write_page_claims(page, NULL, EG_NOT_REPRODUCED);
    fputs("</details>\n", page->out);
}

/* Whether claims a and b were left for the same reason; what a reader wants is one line for each. */
static int same_absence(const struct eg_report *report, size_t a, size_t b)
{
    return report->judgements[b].verdict == EG_NOT_ATTEMPTED &&
           strcmp(report->judgements[a].reason, report->judgements[b].reason) == 0 &&
           strcmp(report->claims.items[a].experiment, report->claims.items[b].experiment) == 0;
}

static void write_absence(FILE *out, const struct eg_report *report, size_t claim)
{
    size_t count = 0;
    for (size_t i = 0; i < claim; i++)
        if (same_absence(report, claim, i))
            return;
    for (size_t i = claim; i < report->claims.count; i++)
        count += (size_t)same_absence(report, claim, i);
    fputs("<tr", out);
    if (begins_verdict(report, claim, EG_NOT_ATTEMPTED))
        write_target(out, "absences", report->claims.items[claim].experiment);
    fprintf(out, "><td>%zu</td><td>", count);
    eg_write_html(out, report->claims.items[claim].experiment);
    fputs("</td><td>", out);
    eg_write_html(out, report->judgements[claim].reason);
    fputs("</td></tr>\n", out);
}

void eg_write_page_absences(const struct eg_page *page)
{
    fprintf(page->out,
            "<h2 id=absences>What was not attempted, and why (%zu)</h2>\n<div class=wide>"
            "<table class=claims><thead><tr><th>claims</th><th>experiment</th><th>why</th></tr>"
            "</thead><tbody>\n",
            eg_report_count(page->report, NULL, EG_NOT_ATTEMPTED));
    for (size_t i = 0; i < page->report->claims.count; i++)
        if (page->report->judgements[i].verdict == EG_NOT_ATTEMPTED)
            write_absence(page->out, page->report, i);
    fputs("</tbody></table></div>\n", page->out);
}
