/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/figure_head.h"

#include <math.h>
#include <string.h>

#include "bench/frame/names.h"
#include "bench/page/view_values.h"

enum { TEXT = 512 };

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

/* Letters that fit into a line of the heading; names of methods stand beside dots and take room. */
static size_t count_letters(const struct eg_figure *figure)
{
    return figure->spec->kind == EG_FIGURE_BARS && !figure->labelled ? 66 : 90;
}

/* Appends the text's words to lines, so many letters in each. */
static json_t *append_lines(json_t *lines, const char *text, size_t letters)
{
    const char *line = text;
    size_t used = 0;
    while (line[used]) {
        const size_t word = strcspn(line + used + (used > 0), " ") + (used > 0);
        if (used && used + word > letters) {
            lines = eg_append(lines, json_stringn_nocheck(line, used));
            line += used + 1;
            used = 0;
        } else
            used += word;
    }
    return eg_append(lines, json_stringn_nocheck(line, used));
}

json_t *eg_figure_head(const struct eg_figure *figure, int width, int height, json_t *more)
{
    const size_t letters = count_letters(figure);
    char text[TEXT];
    json_t *heading = append_lines(json_array(), figure->spec->title, letters);
    heading = append_lines(heading, eg_figure_caption(figure, text, sizeof text), letters);
    return eg_merge(
        json_pack("{s:o, s:i, s:i, s:i, s:o, s:o}", "name", eg_text(figure->name), "width", width,
                  "height", height, "font", figure->labelled ? 13 : 17, "heading", heading,
                  "error_bars",
                  eg_number(figure->spec->error_bars > 0 ? figure->spec->error_bars : NAN)),
        more);
}
