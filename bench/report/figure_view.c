/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* open_memstream */
#include "bench/report/figure_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/folder.h"
#include "base/input_file.h"
#include "bench/page/markup.h"
#include "bench/page/view_values.h"

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

static json_t *svg_data(const char *svg, const char *prefix)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return NULL;
    write_svg(out, svg, prefix);
    json_t *data = fclose(out) ? NULL : eg_text(text);
    free(text);
    return data;
}

json_t *eg_figure_data(const struct eg_figure *figure, const char *folder, struct eg_error *error)
{
    char name[256], caption[1024];
    snprintf(name, sizeof name, "figures/%s.svg", figure->name);
    char *path = eg_join_path_alloc(folder, name, error), *svg = NULL;
    json_t *data = NULL;
    size_t size;
    if (path && !eg_read_file(path, EG_INPUT_MOST, &svg, &size, error)) {
        const char *start = strstr(svg, "<svg");
        if (start)
            data = json_pack("{s:s, s:s, s:o, s:o}", "name", figure->name, "title",
                             figure->spec->title, "caption",
                             eg_text(eg_figure_caption(figure, caption, sizeof caption)), "svg",
                             svg_data(start, figure->name));
        if (!start)
            eg_fail(error, EG_DATA, "%s is no SVG: remove it and try again", path);
        else if (!data)
            eg_fail(error, EG_INTERNAL, "out of memory at figure %s", figure->name);
    }
    free(svg);
    free(path);
    return data;
}
