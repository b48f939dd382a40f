/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/write_page.h"

#include <stdlib.h>

#include "base/folder.h"
#include "bench/page/markup.h"
#include "bench/page/metric_list.h"
#include "bench/frame/output_file.h"
#include "bench/page/page_parts.h"
#include "bench/report/trend_page.h"
#include "bench/report/write_page_sections.h"

static void write_rules(FILE *out)
{
    fputs(
        "<h2 id=rules>How a claim is judged</h2>\n<dl>"
        "<dt>= equal</dt><dd>A number equal at the digits printed.</dd>"
        "<dt>\u2713 reproduced</dt><dd>A number inside the 95 % prediction interval of a "
        "replication, which adds our error and the published number's own, and is narrow enough to "
        "mean something. An ordering, a bound, a significant difference that our own data "
        "establish "
        "at 5 %: pairs by their differences, resamples of overlapping training rows corrected, "
        "claims "
        "of one table adjusted together; and whose effect, where one is printed, lies inside its "
        "prediction interval. t and p of one test are one claim. \u201cNearly the same\u201d and "
        "\u201cno difference\u201d by two one-sided tests.</dd>"
        "<dt>\u2248 close</dt><dd>A number without an error, or outside its interval, within the "
        "slack stated for it.</dd>"
        "<dt>? inconclusive</dt><dd>Not established either way. The reason says how many "
        "replicates "
        "would decide, with power 0.8.</dd>"
        "<dt>\u2717 not reproduced</dt><dd>A number outside its prediction interval; an ordering "
        "whose opposite our data establish, or whose effect they show to be smaller than any that "
        "the paper's own count of replicates could have seen.</dd>"
        "<dt>\u2013 not attempted</dt><dd>Nothing to hold it against. Where the data differ from "
        "the paper's, orderings are judged and numbers only shown; where only a stand-in for the "
        "data was there, what came of an ordering on it is said beside.</dd></dl>\n",
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

static void write_navigation(const struct eg_page *page)
{
    FILE *out = page->out;
    fputs("<nav>", out);
    if (page->trends)
        fputs("<a href=\"#nights\">nights</a>", out);
    fputs("<a href=\"#failures\">not reproduced</a><a href=\"#absences\">not attempted</a>"
          "<a href=\"#metrics\">metrics</a><a href=\"#rules\">rules</a>"
          "<a href=\"#receipts\">receipts</a></nav>\n",
          out);
}

static void write_head(FILE *out)
{
    fprintf(out,
            "<!DOCTYPE html>\n<html lang=en>\n<head>\n<meta charset=utf-8>\n"
            "<meta name=viewport content=\"width=device-width,initial-scale=1\">\n"
            "<title>egbench: what came back</title>\n<style>\n%s%s</style>\n</head>\n<body>\n"
            "<h1>Attribution priors and expected gradients, regenerated</h1>\n"
            "<p class=\"soft cite\">Erion, Janizek, Sturmfels, Lundberg and Lee (2021), "
            "\u201cImproving performance of deep learning models with axiomatic attribution priors "
            "and expected gradients\u201d.</p>\n",
            eg_page_style, eg_report_style);
}

static int write_all(const struct eg_page *page, struct eg_error *error)
{
    const struct eg_report *report = page->report;
    int status = EG_OK;
    write_head(page->out);
    eg_write_first_screen(page);
    write_navigation(page);
    if (page->trends)
        eg_write_nights(page->out, page->trends);
    eg_write_page_failures(page);
    eg_write_page_absences(page);
    for (size_t i = 0; i < report->claims.count && !status; i++)
        if (eg_begins_experiment(report, i))
            status = eg_write_page_experiment(page, report->claims.items[i].experiment, error);
    eg_write_page_metrics(page->out);
    write_rules(page->out);
    write_receipts(page->out, report);
    fputs("</body>\n</html>\n", page->out);
    return status;
}

int eg_write_page(const struct eg_report *report, const struct eg_figures *figures,
                  const struct eg_trends *trends, const char *folder, struct eg_error *error)
{
    struct eg_output output;
    char *path = eg_join_path_alloc(folder, "report", error);
    int status = path ? eg_output_open(&output, path, "index.html", error) : EG_INTERNAL;
    free(path);
    if (status)
        return status;
    const struct eg_page page = {.out = output.stream,
                                 .report = report,
                                 .figures = figures,
                                 .trends = trends,
                                 .folder = folder};
    return eg_output_close(&output, write_all(&page, error), error);
}
