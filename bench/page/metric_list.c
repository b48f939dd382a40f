/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/page/metric_list.h"

#include <jansson.h>

#include "bench/page/markup.h"
#include "metrics/metric_info.h"

void eg_print_metrics(FILE *out)
{
    for (const struct eg_metric_info *const *metric = eg_metrics; *metric; metric++)
        fprintf(out, "%s\n  better  %s\n  range   %s\n  needs   %s\n  tells   %s\n  hides   %s\n\n",
                (*metric)->name, (*metric)->direction, (*metric)->range, (*metric)->needs,
                (*metric)->tells, (*metric)->hides);
}

int eg_print_metrics_json(FILE *out, struct eg_error *error)
{
    for (const struct eg_metric_info *const *metric = eg_metrics; *metric; metric++) {
        json_t *line = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "name", (*metric)->name,
                                 "direction", (*metric)->direction, "range", (*metric)->range,
                                 "needs", (*metric)->needs, "tells", (*metric)->tells, "hides",
                                 (*metric)->hides);
        if (!line)
            return eg_fail(error, EG_INTERNAL, "out of memory printing metrics");
        json_dumpf(line, out, JSON_COMPACT);
        fputc('\n', out);
        json_decref(line);
    }
    return EG_OK;
}

static void write_cell(FILE *out, const char *text)
{
    fputs("<td>", out);
    eg_write_html(out, text);
    fputs("</td>", out);
}

void eg_write_page_metrics(FILE *out)
{
    fputs("<h2 id=metrics>What each metric tells and hides</h2>\n<div class=wide>"
          "<table class=claims><thead><tr><th>metric</th><th>better</th><th>range</th>"
          "<th>what a good value tells</th><th>what it hides</th><th>needs</th></tr></thead>"
          "<tbody>\n",
          out);
    for (const struct eg_metric_info *const *metric = eg_metrics; *metric; metric++) {
        fputs("<tr>", out);
        write_cell(out, (*metric)->name);
        write_cell(out, (*metric)->direction);
        write_cell(out, (*metric)->range);
        write_cell(out, (*metric)->tells);
        write_cell(out, (*metric)->hides);
        write_cell(out, (*metric)->needs);
        fputs("</tr>\n", out);
    }
    fputs("</tbody></table></div>\n", out);
}
