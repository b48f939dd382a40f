/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/figure_head.h"

#include <math.h>
#include <string.h>

#include "bench/frame/names.h"
#include "bench/page/view_values.h"

enum { TEXT = 512, LINE = 20 }; /* pixels of a line of the heading */

int eg_figure_shows(const struct eg_figure *figure, const struct eg_result *result)
{
    return figure->spec->kind != EG_FIGURE_MAPS &&
           strcmp(result->dataset, figure->block->dataset) == 0 &&
           strcmp(result->protocol, figure->block->protocol) == 0 && !*result->statistic &&
           strcmp(result->metric, figure->spec->metric) == 0 && !isnan(result->value) &&
           (figure->spec->kind == EG_FIGURE_BARS ? isnan(result->x) || result->label[0]
                                                 : !isnan(result->x));
}

char *eg_figure_caption(const struct eg_figure *figure, char *text, size_t size)
{
    const struct eg_result *block = figure->block;
    size_t least = (size_t)-1, most = 0;
    for (size_t i = 0; i < figure->part->results.count; i++) {
        const struct eg_result *result = &figure->part->results.items[i];
        if (!eg_figure_shows(figure, result))
            continue;
        least = result->n < least ? result->n : least;
        most = result->n > most ? result->n : most;
    }
    char range[64] = "First replicate.";
    if (most != least && most)
        snprintf(range, sizeof range, "n = %zu to %zu.", least, most);
    else if (most)
        snprintf(range, sizeof range, "n = %zu.", most);
    snprintf(text, size, "Data: %s. Protocol: %s. Scale: %s. Seed: %llu. %s",
             eg_dataset_title(block->dataset), block->protocol, block->scale,
             (unsigned long long)block->seed, range);
    return text;
}

/* Letters that fit into a line of the heading. */
static size_t count_letters(const struct eg_figure *figure)
{
    return figure->labelled ? 72 : 90;
}

/* How far the first line of the text goes: to its last blank within so many letters, at_stops: to the last one
 * after a full stop. A piece without such a blank is not cut. */
static size_t line_length(const char *text, size_t letters, int at_stops)
{
    size_t length = strlen(text), last = 0;
    if (length <= letters)
        return length;
    for (size_t i = 1; i < length && (i <= letters || !last); i++)
        if (text[i] == ' ' && (!at_stops || text[i - 1] == '.'))
            last = i;
    return last ? last : length;
}

static size_t count_lines(const char *text, size_t letters, int at_stops)
{
    size_t count = 0;
    for (size_t length; *text; text += length + (text[length] == ' '), count++)
        length = line_length(text, letters, at_stops);
    return count;
}

/* Appends the text in as few lines as so many letters allow, none much shorter than the others. */
static json_t *append_lines(json_t *lines, const char *text, size_t letters, int at_stops)
{
    const size_t count = count_lines(text, letters, at_stops);
    while (letters > 1 && count_lines(text, letters - 1, at_stops) == count)
        letters--;
    for (size_t length; *text; text += length + (text[length] == ' ')) {
        length = line_length(text, letters, at_stops);
        lines = eg_append(lines, json_stringn_nocheck(text, length));
    }
    return lines;
}

json_t *eg_figure_head(const struct eg_figure *figure, int width, int height, json_t *more)
{
    const size_t letters = count_letters(figure);
    char text[TEXT];
    json_t *heading = append_lines(json_array(), figure->spec->title, letters, 0);
    heading = append_lines(heading, eg_figure_caption(figure, text, sizeof text), letters, 1);
    const int lines = (int)json_array_size(heading);
    /* Maps are laid out with room for them. */
    const int room = figure->spec->kind == EG_FIGURE_MAPS ? 0 : LINE * lines;
    return eg_merge(
        json_pack("{s:o, s:i, s:i, s:i, s:o, s:i, s:o}", "name", eg_text(figure->name), "width",
                  width, "height", height + room, "font", figure->labelled ? 13 : 17, "heading",
                  heading, "lines", lines, "error_bars",
                  eg_number(figure->spec->error_bars > 0 ? figure->spec->error_bars : NAN)),
        more);
}
