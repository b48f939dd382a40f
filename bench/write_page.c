/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/write_page.h"

#include <stdlib.h>
#include <string.h>

#include "base/folder.h"
#include "bench/markup.h"
#include "bench/metric_list.h"
#include "bench/names.h"
#include "bench/output_file.h"
#include "bench/page_parts.h"

/* Lists longer than this are folded. */
enum { FOLD_ABOVE = 12 };

static const char *const marks[EG_VERDICTS] = {"\u2713", "\u2248", "\u2197", "\u2717", "\u2013"};

/* Whether the claim is the first of its experiment in the file. */
static int begins_experiment(const struct eg_report *report, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (strcmp(report->claims.items[i].experiment, report->claims.items[index].experiment) == 0)
            return 0;
    return 1;
}

static const struct eg_part *part_of(const struct eg_report *report, const char *experiment)
{
    for (size_t i = 0; i < report->part_count; i++)
        if (strcmp(report->parts[i].experiment->name, experiment) == 0)
            return &report->parts[i];
    return NULL;
}

/* "NHANES I (paper, quick)", for each data set and protocol there is. */
static void write_blocks(FILE *out, const struct eg_part *part)
{
    int first = 1;
    for (size_t i = 0; part && i < part->results.count; i++) {
        const struct eg_result *block = &part->results.items[i];
        if (!eg_begins_block(&part->results, i, NULL))
            continue;
        fputs(first ? "" : ", ", out);
        eg_write_html(out, eg_dataset_title(block->dataset));
        fprintf(out, " <span class=soft>(%s, %s)</span>", block->protocol, block->scale);
        first = 0;
    }
    if (first)
        fputs("<span class=soft>nothing</span>", out);
}

static void write_counts(FILE *out, const struct eg_report *report)
{
    fputs("<div class=wide><table class=counts><thead><tr><th>experiment</th>", out);
    for (int verdict = 0; verdict < EG_VERDICTS; verdict++)
        fprintf(out, "<th class=v%d title=\"%s\">%s</th>", verdict,
                eg_verdict_name((enum eg_verdict)verdict), marks[verdict]);
    fputs("<th>measured on <span class=soft>(protocol, scale)</span></th></tr></thead><tbody>\n",
          out);
    for (size_t i = 0; i < report->claims.count; i++) {
        const char *experiment = report->claims.items[i].experiment;
        if (!begins_experiment(report, i))
            continue;
        fputs("<tr><td><a href=\"#experiment-", out);
        eg_write_anchor(out, experiment);
        fputs("\">", out);
        eg_write_html(out, experiment);
        fputs("</a></td>", out);
        for (int verdict = 0; verdict < EG_VERDICTS; verdict++)
            fprintf(out, "<td>%zu</td>",
                    eg_report_count(report, experiment, (enum eg_verdict)verdict));
        fputs("<td>", out);
        write_blocks(out, part_of(report, experiment));
        fputs("</td></tr>\n", out);
    }
    fputs("</tbody></table></div>\n", out);
}

static void write_first_screen(FILE *out, const struct eg_report *report)
{
    const size_t total = report->claims.count;
    const size_t not_attempted = eg_report_count(report, NULL, EG_NOT_ATTEMPTED);
    const size_t back = eg_report_count(report, NULL, EG_REPRODUCED) +
                        eg_report_count(report, NULL, EG_WITHIN_ERROR);
    fprintf(
        out,
        "<p>The paper and what its authors released beside it make %zu claims: numbers, orderings "
        "and statements of significance. "
        "%zu were held against a measurement here, and <b>%zu of these came back</b>, exactly "
        "or within Monte-Carlo error.</p>\n<div class=tiles>",
        total, total - not_attempted, back);
    for (int verdict = 0; verdict < EG_VERDICTS; verdict++)
        fprintf(out, "<div class=\"tile v%d\"><b>%s %zu</b>%s</div>", verdict, marks[verdict],
                eg_report_count(report, NULL, (enum eg_verdict)verdict),
                eg_verdict_name((enum eg_verdict)verdict));
    fputs("</div>\n", out);
    write_counts(out, report);
}

static void write_claim_table_head(FILE *out)
{
    fputs("<div class=wide><table class=claims><thead><tr><th>place</th><th>claim</th>"
          "<th>published</th><th>measured</th><th>verdict</th></tr></thead><tbody>\n",
          out);
}

/* A line for each place in the paper: how many of its claims failed, of how many attempted. */
static void write_failures_by_place(FILE *out, const struct eg_report *report)
{
    const struct eg_claim *claims = report->claims.items;
    fputs("<ul>", out);
    for (size_t i = 0; i < report->claims.count; i++) {
        size_t failed = 0, attempted = 0;
        int first = 1;
        for (size_t j = 0; j < report->claims.count; j++) {
            if (strcmp(claims[i].place, claims[j].place) != 0 ||
                strcmp(claims[i].experiment, claims[j].experiment) != 0)
                continue;
            first &= j >= i;
            attempted += report->judgements[j].verdict != EG_NOT_ATTEMPTED;
            failed += report->judgements[j].verdict == EG_NOT_REPRODUCED;
        }
        if (!first || !failed)
            continue;
        fprintf(out, "<li><b class=v3>%zu</b> of %zu attempted in ", failed, attempted);
        eg_write_html(out, claims[i].place);
        fputs(" <a href=\"#experiment-", out);
        eg_write_anchor(out, claims[i].experiment);
        fputs("\">", out);
        eg_write_html(out, claims[i].experiment);
        fputs("</a></li>\n", out);
    }
    fputs("</ul>\n", out);
}

static void write_failures(FILE *out, const struct eg_report *report)
{
    const size_t count = eg_report_count(report, NULL, EG_NOT_REPRODUCED);
    fprintf(out, "<h2 id=failures>What did not come back (%zu)</h2>\n", count);
    if (count == 0) {
        fputs("<p>Nothing of what was attempted.</p>\n", out);
        return;
    }
    write_failures_by_place(out, report);
    fprintf(out, "<details%s><summary>Each of them</summary>\n",
            count <= FOLD_ABOVE ? " open" : "");
    write_claim_table_head(out);
    for (size_t i = 0; i < report->claims.count; i++)
        if (report->judgements[i].verdict == EG_NOT_REPRODUCED)
            eg_write_page_claim(out, &report->judgements[i]);
    fputs("</tbody></table></div></details>\n", out);
}

/* Whether claims a and b were left for the same reason; what a reader wants is one line for each. */
static int same_absence(const struct eg_report *report, size_t a, size_t b)
{
    return report->judgements[b].verdict == EG_NOT_ATTEMPTED &&
           strcmp(report->judgements[a].reason, report->judgements[b].reason) == 0 &&
           strcmp(report->claims.items[a].experiment, report->claims.items[b].experiment) == 0;
}

static void write_absences(FILE *out, const struct eg_report *report)
{
    fprintf(out,
            "<h2 id=absences>What was not attempted, and why (%zu)</h2>\n<div class=wide>"
            "<table class=claims><thead><tr><th>claims</th><th>experiment</th><th>why</th></tr>"
            "</thead><tbody>\n",
            eg_report_count(report, NULL, EG_NOT_ATTEMPTED));
    for (size_t i = 0; i < report->claims.count; i++) {
        size_t count = 0;
        int first = report->judgements[i].verdict == EG_NOT_ATTEMPTED;
        for (size_t j = 0; j < i && first; j++)
            first = !same_absence(report, i, j);
        for (size_t j = i; j < report->claims.count && first; j++)
            count += (size_t)same_absence(report, i, j);
        if (!first)
            continue;
        fprintf(out, "<tr><td>%zu</td><td>%s</td><td>", count, report->claims.items[i].experiment);
        eg_write_html(out, report->judgements[i].reason);
        fputs("</td></tr>\n", out);
    }
    fputs("</tbody></table></div>\n", out);
}

static void write_part_tables(FILE *out, const struct eg_report *report, const struct eg_part *part)
{
    const struct eg_table_spec *spec = part->experiment->tables;
    for (; spec && spec->id; spec++) {
        struct eg_table_view view;
        int begun = 0;
        for (size_t i = 0; i < part->results.count; i++) {
            if (!eg_begins_block(&part->results, i, spec->dataset) ||
                !eg_table_view(&view, report, part, spec, &part->results.items[i]))
                continue;
            if (!begun) {
                fprintf(out, "<h3 id=\"%s\">", spec->id);
                eg_write_html(out, spec->title);
                fputs("</h3>\n", out);
            }
            begun = 1;
            eg_write_page_table(out, &view);
        }
    }
}

static int write_experiment(FILE *out, const struct eg_report *report,
                            const struct eg_figures *figures, const char *experiment,
                            const char *folder, struct eg_error *error)
{
    const struct eg_part *part = part_of(report, experiment);
    int status = EG_OK;
    fputs("<h2 id=\"experiment-", out);
    eg_write_anchor(out, experiment);
    fputs("\">", out);
    eg_write_html(out, experiment);
    fputs("</h2>\n", out);
    if (part) {
        fputs("<p>What it does: ", out);
        eg_write_html(out, part->experiment->title);
        fprintf(out, ". Reproduces %s. %zu cells", part->experiment->reproduces, part->rows);
        if (part->failed)
            fprintf(out, "; %zu cells failed", part->failed);
        if (part->skipped)
            fprintf(out, "; %zu cells skipped", part->skipped);
        if (part->left_out)
            fprintf(out, "; %zu rows of other scales, seeds or versions of the code left out",
                    part->left_out);
        fprintf(out, "%s.</p>\n",
                part->old_code ? "; <b>all made by another version of the code</b>" : "");
        write_part_tables(out, report, part);
        for (size_t i = 0; i < figures->count && !status; i++)
            if (figures->items[i].part == part && figures->items[i].drawn)
                status = eg_write_page_figure(out, &figures->items[i], folder, error);
    } else
        fputs("<p>No program of this version reproduces it.</p>\n", out);
    fputs("<details><summary>All its claims</summary>\n", out);
    write_claim_table_head(out);
    for (size_t i = 0; i < report->claims.count; i++)
        if (strcmp(report->claims.items[i].experiment, experiment) == 0)
            eg_write_page_claim(out, &report->judgements[i]);
    fputs("</tbody></table></div></details>\n", out);
    return status;
}

static void write_rules(FILE *out)
{
    fputs("<h2 id=rules>How a claim is judged</h2>\n<dl>"
          "<dt>\u2713 reproduced</dt><dd>A number equal at the digits printed; an ordering that "
          "holds, beyond two standard errors where there are any; a p-value on the printed side of "
          "its bound, with the right sign.</dd>"
          "<dt>\u2248 within Monte-Carlo error</dt><dd>A number that differs in the printed "
          "digits, by no more than three combined standard errors or the slack stated for it; a "
          "wrong sign, or too few replicates for a standard error, is not excused. The "
          "published number's own error is taken from its count of replicates. t and p are "
          "compared as effects, t over the root of n, so that counts of replicates may differ."
          "</dd><dt>\u2197 direction only</dt><dd>The ordering holds within two standard errors "
          "or on most of a curve, or the sign is right but the p-value is not.</dd>"
          "<dt>\u2717 not reproduced</dt><dd>None of these.</dd>"
          "<dt>\u2013 not attempted</dt><dd>Nothing to hold it against. Numbers from simulated "
          "patients are held against no claim about real ones.</dd></dl>\n",
          out);
}

static void write_receipts(FILE *out, const struct eg_report *report)
{
    fprintf(out,
            "<h2 id=receipts>Receipts</h2>\n<p>Digest over all %zu rows of the store: "
            "<code>%s</code>. What the rows shown were made on:</p>\n",
            report->digest_rows, report->digest);
    for (size_t i = 0; i < report->part_count; i++) {
        const char *hash;
        json_t *receipt;
        /* Sorted, so that the page does not depend on the order of the store. */
        json_t *sorted = json_object();
        json_object_foreach(report->parts[i].receipts, hash, receipt)
            json_object_set(sorted, hash, receipt);
        char *text = json_dumps(sorted, JSON_INDENT(2) | JSON_SORT_KEYS);
        if (text && json_object_size(sorted)) {
            fprintf(out, "<details><summary>%s: %zu</summary><pre><code>",
                    report->parts[i].experiment->name, json_object_size(sorted));
            eg_write_html(out, text);
            fputs("</code></pre></details>\n", out);
        }
        free(text);
        json_decref(sorted);
    }
}

static void write_navigation(FILE *out, const struct eg_report *report)
{
    fputs("<nav><a href=\"#failures\">not reproduced</a><a href=\"#absences\">not attempted</a>",
          out);
    for (size_t i = 0; i < report->claims.count; i++)
        if (begins_experiment(report, i)) {
            fputs("<a href=\"#experiment-", out);
            eg_write_anchor(out, report->claims.items[i].experiment);
            fprintf(out, "\">%s</a>", report->claims.items[i].experiment);
        }
    fputs("<a href=\"#metrics\">metrics</a><a href=\"#rules\">rules</a><a "
          "href=\"#receipts\">receipts</a></nav>\n",
          out);
}

static int write_all(FILE *out, const struct eg_report *report, const struct eg_figures *figures,
                     const char *folder, struct eg_error *error)
{
    int status = EG_OK;
    fprintf(out,
            "<!DOCTYPE html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n"
            "<meta name=viewport content=\"width=device-width,initial-scale=1\">\n"
            "<title>egbench: what came back</title>\n<style>\n%s</style>\n</head>\n<body>\n"
            "<h1>Attribution priors and expected gradients, regenerated</h1>\n"
            "<p class=soft>Erion, Janizek, Sturmfels, Lundberg and Lee (2021), "
            "\u201cImproving performance of deep learning models with axiomatic attribution priors "
            "and expected gradients\u201d.</p>\n",
            eg_page_style);
    write_first_screen(out, report);
    write_navigation(out, report);
    write_failures(out, report);
    write_absences(out, report);
    for (size_t i = 0; i < report->claims.count && !status; i++)
        if (begins_experiment(report, i))
            status = write_experiment(out, report, figures, report->claims.items[i].experiment,
                                      folder, error);
    eg_write_page_metrics(out);
    write_rules(out);
    write_receipts(out, report);
    fputs("</body>\n</html>\n", out);
    return status;
}

int eg_write_page(const struct eg_report *report, const struct eg_figures *figures,
                  const char *folder, struct eg_error *error)
{
    struct eg_output output;
    char *path = eg_join_path_alloc(folder, "report", error);
    int status = path ? eg_output_open(&output, path, "index.html", error) : EG_INTERNAL;
    free(path);
    if (status)
        return status;
    return eg_output_close(&output, write_all(output.stream, report, figures, folder, error),
                           error);
}
