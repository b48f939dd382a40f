/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/page/metric_list.h"

#include <string.h>

#include "bench/page/view_values.h"
#include "metrics/metric_info.h"

static const char *const judged[] = {[EG_JUDGED_NOT] = "no",
                                     [EG_JUDGED_USUALLY] = "yes",
                                     [EG_JUDGED_ON_REQUEST] = "on request (--measures)"};

void eg_print_metrics(FILE *out)
{
    fprintf(out, "%s\n\n", eg_metric_letters);
    for (const struct eg_metric_info *const *metric = eg_metrics; *metric; metric++)
        fprintf(out,
                "%s\n  is      %s\n  source  %s\n  better  %s\n  range   %s\n  needs   %s\n"
                "  tells   %s\n  hides   %s\n  judged  %s\n%s%s%s\n",
                (*metric)->name, (*metric)->formula, (*metric)->citation, (*metric)->direction,
                (*metric)->range, (*metric)->needs, (*metric)->tells, (*metric)->hides,
                judged[(*metric)->judged], (*metric)->former ? "  was     " : "",
                (*metric)->former ? (*metric)->former : "", (*metric)->former ? "\n" : "");
}

json_t *eg_metrics_data(void)
{
    json_t *list = json_array();
    for (const struct eg_metric_info *const *metric = eg_metrics; *metric; metric++)
        list = eg_append(list,
                         json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s*}", "name",
                                   (*metric)->name, "formula", (*metric)->formula, "citation",
                                   (*metric)->citation, "direction", (*metric)->direction, "range",
                                   (*metric)->range, "needs", (*metric)->needs, "tells",
                                   (*metric)->tells, "hides", (*metric)->hides, "judged",
                                   judged[(*metric)->judged], "former", (*metric)->former));
    return list;
}

int eg_print_metrics_json(FILE *out, struct eg_error *error)
{
    json_t *list = eg_metrics_data(), *line;
    size_t i;
    json_array_foreach(list, i, line)
    {
        json_dumpf(line, out, JSON_COMPACT);
        fputc('\n', out);
    }
    json_decref(list);
    return list ? EG_OK : eg_fail(error, EG_INTERNAL, "out of memory printing metrics");
}

/* --- the page --- */

enum { WIDTH = 110 };

/* Writes "start text" in lines of WIDTH letters, those after the first indented. */
static void write_item(FILE *out, const char *start, const char *indent, const char *text)
{
    size_t column = strlen(start);
    fputs(start, out);
    while (*text) {
        const size_t word = strcspn(text, " ");
        const char *between = column ? " " : "";
        if (column + 1 + word > WIDTH) {
            between = indent;
            fputc('\n', out);
            column = 0;
        }
        fprintf(out, "%s%.*s", between, (int)word, text);
        column += strlen(between) + word;
        text += word;
        text += *text == ' ';
    }
    fputc('\n', out);
}

void eg_write_metrics_page(FILE *out)
{
    static const char *const rows[] = {"is",
                                       "source",
                                       "better",
                                       "range",
                                       "needs",
                                       "tells",
                                       "hides",
                                       "judged by `egbench-compare`",
                                       "name until now"};
    fputs("<!-- SPDX-License-Identifier: GPL-3.0-or-later -->\n# Measures\n\n", out);
    write_item(
        out, "", "",
        "What `egbench-compare --metrics` prints, made from the same registry "
        "(`metrics/metric_info.c`) by `egbench-compare --metrics --markdown >docs/measures.md`; "
        "a test holds both equal.");
    fputc('\n', out);
    write_item(out, "", "", eg_metric_letters);
    for (const struct eg_metric_info *const *metric = eg_metrics; *metric; metric++) {
        const struct eg_metric_info *m = *metric;
        const char *const texts[] = {m->formula, m->citation, m->direction,      m->range, m->needs,
                                     m->tells,   m->hides,    judged[m->judged], m->former};
        fprintf(out, "\n## %s\n\n", m->name);
        for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {
            char start[64];
            const char *mark = k == 0 ? "`" : "";
            snprintf(start, sizeof start, "- *%s*:", rows[k]);
            char text[1024];
            snprintf(text, sizeof text, "%s%s%s", mark, texts[k] ? texts[k] : "", mark);
            if (texts[k])
                write_item(out, start, "  ", text);
        }
    }
}
