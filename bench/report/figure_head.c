/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/figure_head.h"

#include <stdlib.h>
#include <string.h>

#include "bench/page/view_values.h"
#include "bench/report/figure_caption.h"

enum { BANDS_MOST = 7 };

int eg_figure_has_bands(const struct eg_figure *figure)
{
    return figure->spec->kind == EG_FIGURE_LINES && figure->has_intervals &&
           figure->method_count <= BANDS_MOST;
}

/* Letters that fit into a line of the heading. */
static size_t count_letters(const struct eg_figure *figure)
{
    return figure->labelled ? 72 : 90;
}

/* How far the first line of the text goes: to its last blank within so many letters, at_stops: to
 * the last one after a full stop, if there is any. A word is not cut. */
static size_t line_length(const char *text, size_t letters, int at_stops)
{
    size_t length = strlen(text), last = 0, stop = 0;
    if (length <= letters)
        return length;
    for (size_t i = 1; i < length && (i <= letters || !last); i++)
        if (text[i] == ' ') {
            last = i;
            stop = text[i - 1] == '.' ? i : stop;
        }
    return at_stops && stop ? stop : last ? last : length;
}

static size_t count_lines(const char *text, size_t letters, int at_stops)
{
    size_t count = 0;
    for (size_t length; *text; text += length + (text[length] == ' '), count++)
        length = line_length(text, letters, at_stops);
    return count;
}

/* Appends the text in as few lines as so many letters allow; not at_stops: none much shorter than the others. */
static json_t *append_lines(json_t *lines, const char *text, size_t letters, int at_stops)
{
    const size_t count = count_lines(text, letters, at_stops);
    while (!at_stops && letters > 1 && count_lines(text, letters - 1, at_stops) == count)
        letters--;
    for (size_t length; *text; text += length + (text[length] == ' ')) {
        length = line_length(text, letters, at_stops);
        lines = eg_append(lines, json_stringn_nocheck(text, length));
    }
    return lines;
}

/* The same of what write prints; at_stops: broken after a full stop alone. */
static json_t *append_written(json_t *lines, const struct eg_figure *figure,
                              void (*write)(const struct eg_figure *, FILE *), size_t letters,
                              int at_stops)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (out)
        write(figure, out);
    if (out && fclose(out) == 0)
        lines = append_lines(lines, text, letters, at_stops);
    else
        lines = eg_append(lines, NULL);
    free(text);
    return lines;
}

json_t *eg_figure_heading(const struct eg_figure *figure)
{
    const size_t letters = count_letters(figure);
    json_t *lines = append_lines(json_array(), figure->spec->title, letters, 0);
    lines = append_written(lines, figure, eg_figure_write_facts, letters, 1);
    return append_written(lines, figure, eg_figure_write_reading, letters, 0);
}

json_t *eg_figure_head(const struct eg_figure *figure, int width, int height, json_t *more)
{
    json_t *heading = eg_figure_heading(figure);
    const int lines = (int)json_array_size(heading);
    return eg_merge(json_pack("{s:o, s:i, s:i, s:i, s:o, s:i, s:b, s:b, s:b, s:s}", "name",
                              eg_text(figure->name), "width", width, "height",
                              height + EG_HEADING_LINE * lines, "font", figure->labelled ? 13 : 17,
                              "heading", heading, "lines", lines, "has_intervals",
                              figure->has_intervals, "has_runs", figure->has_runs, "has_published",
                              figure->has_published, "beside",
                              figure->spec->beside ? figure->spec->beside : "published"),
                    more);
}
