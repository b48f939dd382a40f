/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The section of an experiment on the report's page. */
#include <inttypes.h>

#include "bench/page/markup.h"
#include "bench/frame/names.h"
#include "bench/page/page_parts.h"
#include "bench/report/origin.h"
#include "bench/report/write_page_sections.h"

static void write_part_tables(const struct eg_page *page, const struct eg_part *part)
{
    const struct eg_table_spec *spec = part->experiment->tables;
    for (; spec && spec->id; spec++) {
        struct eg_table_view view;
        int begun = 0;
        for (size_t i = 0; i < part->results.count; i++) {
            if (!eg_begins_block(&part->results, i, spec->dataset) ||
                !eg_table_view(&view, page->report, part, spec, &part->results.items[i]))
                continue;
            if (!begun) {
                fprintf(page->out, "<h3 id=\"%s\">", spec->id);
                eg_write_html(page->out, spec->title);
                fputs("</h3>\n", page->out);
            }
            begun = 1;
            eg_write_page_table(page->out, &view);
        }
    }
}

/* A data set and protocol, and the command that makes its cells. */
static void write_block(FILE *out, const struct eg_part *part, const struct eg_result *block)
{
    fputs("<tr><td>", out);
    eg_write_html(out, eg_dataset_title(block->dataset));
    fputs("</td><td>", out);
    eg_write_html(out, block->protocol);
    fputs("</td><td>", out);
    eg_write_html(out, block->scale);
    fprintf(out, "</td><td><code>egbench-%s --scale ", part->experiment->name);
    eg_write_html(out, block->scale);
    fputs(" --dataset ", out);
    eg_write_html(out, block->dataset);
    fputs(" --protocol ", out);
    eg_write_html(out, block->protocol);
    if (block->seed)
        fprintf(out, " --seed %" PRIu64, block->seed);
    fputs("</code></td></tr>\n", out);
}

static void write_cells(FILE *out, const struct eg_part *part)
{
    const struct eg_origin origin = eg_origin_of(part->origins, NULL, NULL, NULL);
    fputs("<h3 id=\"cells-", out);
    eg_write_anchor(out, part->experiment->name);
    fprintf(out,
            "\">Cells, and the commands that make them</h3>\n<p>%zu cells, a line each in "
            "<code>runs/%s.jsonl</code>",
            part->rows, part->experiment->name);
    if (part->failed)
        fprintf(out, "; %zu cells failed", part->failed);
    if (part->skipped)
        fprintf(out, "; %zu cells skipped", part->skipped);
    if (part->left_out)
        fprintf(
            out,
            "; %zu rows of other scales, seeds, outcome versions or contents of the data left out",
            part->left_out);
    fprintf(out, "; outcome version %d, code ", part->outcome_version);
    eg_write_html(out, origin.code);
    fputs(", core ", out);
    eg_write_html(out, origin.core);
    fprintf(out,
            "%s. With <code>--list</code> a command only names its cells, each with its outcome; "
            "after one, <code>egbench-report</code> writes this page anew.</p>\n",
            part->other_version ? "; <b>the program is of another outcome version or precision</b>"
                                : "");
    if (part->results.count == 0)
        return;
    fputs("<div class=wide><table class=claims><thead><tr><th>data</th><th>protocol</th>"
          "<th>scale</th><th>command</th></tr></thead><tbody>\n",
          out);
    for (size_t i = 0; i < part->results.count; i++)
        if (eg_begins_block(&part->results, i, NULL))
            write_block(out, part, &part->results.items[i]);
    fputs("</tbody></table></div>\n", out);
}

static int write_part(const struct eg_page *page, const struct eg_part *part,
                      struct eg_error *error)
{
    int status = EG_OK;
    fputs("<p>What it does: ", page->out);
    eg_write_html(page->out, part->experiment->title);
    fprintf(page->out, ". Reproduces %s.</p>\n", part->experiment->reproduces);
    write_part_tables(page, part);
    for (size_t i = 0; i < page->figures->count && !status; i++)
        if (page->figures->items[i].part == part && page->figures->items[i].drawn)
            status = eg_write_page_figure(page->out, &page->figures->items[i], page->folder, error);
    write_cells(page->out, part);
    return status;
}

int eg_write_page_experiment(const struct eg_page *page, const char *experiment,
                             struct eg_error *error)
{
    FILE *out = page->out;
    const struct eg_part *part = eg_find_part(page->report, experiment);
    int status = EG_OK;
    fputs("<h2 id=\"experiment-", out);
    eg_write_anchor(out, experiment);
    fputs("\">", out);
    eg_write_html(out, experiment);
    fputs("</h2>\n", out);
    if (part)
        status = write_part(page, part, error);
    else
        fputs("<p>No program of this version reproduces it.</p>\n", out);
    fputs("<details id=\"claims-", out);
    eg_write_anchor(out, experiment);
    fputs("\"><summary>All its claims</summary>\n", out);
    eg_write_page_claims(page, experiment, EG_VERDICTS);
    fputs("</details>\n", out);
    return status;
}
