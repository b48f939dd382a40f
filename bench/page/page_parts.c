/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/page/page_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/folder.h"
#include "base/input_file.h"
#include "bench/page/markup.h"
#include "bench/frame/names.h"

enum { TEXT = 1024 };

const char *const eg_page_marks[EG_VERDICTS] = {"=", "\u2713", "\u2248", "?", "\u2717", "\u2013"};
const char *const eg_page_classes[EG_VERDICTS] = {"v0", "v0", "v1", "v2", "v3", "v4"};

static void write_cell(FILE *out, const struct eg_table_cell *cell)
{
    fputs("<td>", out);
    fputs(cell->value, out);
    if (*cell->se)
        fprintf(out, " <span class=soft>\u00b1\u00a0%s</span>", cell->se);
    if (cell->judgement && cell->judgement->verdict != EG_NOT_ATTEMPTED) {
        char text[TEXT];
        fprintf(out, " <span class=%s title=\"", eg_page_classes[cell->judgement->verdict]);
        eg_write_html(out, eg_judgement_text(cell->judgement, text, sizeof text));
        fprintf(out, "\">%s</span>", eg_verdict_mark(cell->judgement));
    }
    if (cell->claim) {
        fputs("<small>", out);
        eg_write_html(out, cell->published);
        fputs("</small>", out);
    }
    fputs("</td>", out);
}

static void write_columns(FILE *out, const struct eg_table_view *view, size_t first, size_t last)
{
    char text[TEXT];
    fputs("<div class=wide><table><thead><tr><th></th>", out);
    for (size_t i = first; i < last; i++) {
        fputs("<th>", out);
        eg_write_html(out, eg_name_title(view->pivot.metrics[i], text, sizeof text));
        fputs("</th>", out);
    }
    fputs("</tr></thead><tbody>\n", out);
    for (size_t i = 0; i < view->pivot.method_count; i++) {
        fputs("<tr><td>", out);
        eg_write_html(out, eg_name_title(view->pivot.methods[i], text, sizeof text));
        fputs("</td>", out);
        for (size_t j = first; j < last; j++) {
            const struct eg_table_cell cell = eg_table_cell(view, i, j);
            write_cell(out, &cell);
        }
        fputs("</tr>\n", out);
    }
    fputs("</tbody></table></div>\n", out);
}

void eg_write_page_table(FILE *out, const struct eg_table_view *view)
{
    char text[TEXT];
    int published = 0;
    for (size_t i = 0; i < view->pivot.method_count; i++)
        published |= eg_table_is_published(view, i);
    fputs("<p class=caption>", out);
    eg_write_html(out, eg_table_caption(view, text, sizeof text));
    if (published)
        fprintf(out, " Small print: published. %s.", eg_mark_legend);
    fputs("</p>\n", out);
    for (size_t first = 0; first < view->pivot.metric_count; first += EG_TABLE_COLUMNS)
        write_columns(out, view, first, eg_table_break(view, first));
}

/* Copies the SVG element; every id and every reference to one gets the prefix, since all figures of
 * gnuplot use the same ids. */
static void write_svg(FILE *out, const char *svg, const char *prefix)
{
    static const char *const before_id[] = {" id=\"", " id='", "href='#", "href=\"#", "url(#"};
    static const char title[] = "<title>Gnuplot</title>";
    while (*svg) {
        if (strncmp(svg, title, strlen(title)) == 0) {
            svg += strlen(title);
            continue;
        }
        size_t matched = 0;
        for (size_t i = 0; i < sizeof before_id / sizeof *before_id && !matched; i++)
            if (strncmp(svg, before_id[i], strlen(before_id[i])) == 0)
                matched = strlen(before_id[i]);
        if (matched) {
            fprintf(out, "%.*s", (int)matched, svg);
            eg_write_anchor(out, prefix);
            fputc('-', out);
            svg += matched;
        } else
            fputc(*svg++, out);
    }
}

int eg_write_page_figure(FILE *out, const struct eg_figure *figure, const char *folder,
                         struct eg_error *error)
{
    char name[256], text[TEXT];
    snprintf(name, sizeof name, "figures/%s.svg", figure->name);
    char *path = eg_join_path_alloc(folder, name, error);
    char *svg = NULL;
    size_t size;
    const int is_read = path && !eg_read_file(path, EG_INPUT_MOST, &svg, &size, error);
    const char *start = svg ? strstr(svg, "<svg") : NULL;
    int status = svg && !start
                     ? eg_fail(error, EG_DATA, "%s is no SVG: remove it and try again", path)
                     : EG_OK;
    if (!is_read)
        status = error->status;
    if (!status) {
        fputs("<figure id=\"figure-", out);
        eg_write_anchor(out, figure->name);
        fputs("\" role=group aria-label=\"", out);
        eg_write_html(out, figure->spec->title);
        fputs("\">\n", out);
        write_svg(out, start, figure->name);
        fputs("<figcaption>", out);
        eg_write_html(out, figure->spec->title);
        fputs(". ", out);
        eg_write_html(out, eg_figure_caption(figure, text, sizeof text));
        fprintf(out, " Numbers and script: <code>figures/%s.dat</code>, <code>.gp</code>.",
                figure->name);
        fputs("</figcaption></figure>\n", out);
    }
    free(svg);
    free(path);
    return status;
}
