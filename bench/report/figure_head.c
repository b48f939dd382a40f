/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/figure_head.h"

#include <math.h>
#include <string.h>

#include "bench/frame/names.h"
#include "bench/page/markup.h"

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

/* A string of several lines: words up to so many letters a line. */
static void write_wrapped(FILE *out, const char *text, size_t letters)
{
    char line[TEXT];
    size_t used = 0;
    int first = 1;
    while (*text) {
        const size_t word = strcspn(text, " ");
        if (used && used + 1 + word > letters) {
            line[used] = '\0';
            fputs(first ? "" : ".\"\\n\".", out);
            eg_write_gnuplot(out, line);
            used = 0;
            first = 0;
        }
        if (used && used + 1 < sizeof line)
            line[used++] = ' ';
        for (size_t i = 0; i < word && used + 1 < sizeof line; i++)
            line[used++] = text[i];
        text += word + (text[word] == ' ');
    }
    line[used] = '\0';
    fputs(first ? "" : ".\"\\n\".", out);
    eg_write_gnuplot(out, line);
}

void eg_figure_write_head(const struct eg_figure *figure, int width, int height, FILE *out)
{
    char text[TEXT];
    fprintf(out,
            "# gnuplot %s.gp > %s.svg\n"
            "set terminal svg size %d,%d dynamic background '#ffffff' "
            "font 'DejaVu Sans,Liberation Sans,Arial,sans-serif,%d'\n"
            "set encoding utf8\nset datafile missing '?'\n"
            "data = '%s.dat'\n"
            "set border 3 lc rgb '#555555'\nset tics nomirror\n"
            "set grid lc rgb '#DDDDDD' lw 1\n",
            figure->name, figure->name, width, height, figure->labelled ? 13 : 17, figure->name);
    fputs("heading = ", out);
    write_wrapped(out, figure->spec->title, count_letters(figure));
    fputs(".\"\\n\".", out);
    write_wrapped(out, eg_figure_caption(figure, text, sizeof text), count_letters(figure));
    fputc('\n', out);
}
