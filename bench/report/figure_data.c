/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/figure_script.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/frame/names.h"
#include "bench/page/markup.h"
#include "bench/report/figure_maps.h"
#include "bench/report/figure_points.h"

static void note_method(struct eg_figure *figure, const char *method)
{
    for (size_t i = 0; i < figure->method_count; i++)
        if (strcmp(figure->methods[i], method) == 0)
            return;
    if (figure->method_count < EG_SERIES_MOST)
        figure->methods[figure->method_count++] = method;
}

int eg_figure_make(struct eg_figure *figure, const struct eg_report *report,
                   const struct eg_part *part, const struct eg_figure_spec *spec,
                   const struct eg_result *block)
{
    *figure = (struct eg_figure){.report = report, .part = part, .spec = spec, .block = block};
    const struct eg_results *results = &part->results;
    const char *const *wanted = spec->methods;
    if (spec->protocol && strcmp(spec->protocol, block->protocol) != 0)
        return 0;
    if (spec->kind == EG_FIGURE_MAPS)
        return eg_figure_find_maps(figure);
    do {
        for (size_t i = 0; i < results->count; i++) {
            const struct eg_result *result = &results->items[i];
            if (!eg_figure_shows(figure, result) ||
                (wanted && strcmp(result->method, *wanted) != 0))
                continue;
            note_method(figure, result->method);
            figure->labelled |= spec->kind == EG_FIGURE_BARS && result->label[0];
        }
    } while (wanted && *++wanted);
    eg_figure_find_marks(figure);
    return figure->method_count > 0;
}

static int by_x(const void *left, const void *right)
{
    const struct eg_result *const *a = left, *const *b = right;
    if ((*a)->x < (*b)->x)
        return -1;
    return (*a)->x > (*b)->x;
}

static void write_number(FILE *out, double number)
{
    if (isnan(number))
        fputs(" ?", out);
    else
        fprintf(out, " %.10g", number);
}

static void write_numbers(FILE *out, const double *numbers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        write_number(out, numbers[i]);
}

/* A text that gnuplot reads as one column; it has no escape for a quote. */
static void write_label(FILE *out, const char *text)
{
    char plain[256];
    snprintf(plain, sizeof plain, "%s", text);
    for (char *letter = plain; (letter = strpbrk(letter, "\"\\"));)
        *letter = '\'';
    fputs(" \"", out);
    eg_write_terminal(out, plain);
    fputc('"', out);
}

/* The points of one method, in the order in which they are drawn. */
struct points {
    const struct eg_result **items; /* room for all results */
    size_t count;
};

static void find_points(const struct eg_figure *figure, const char *method, struct points *points)
{
    const struct eg_results *results = &figure->part->results;
    points->count = 0;
    for (size_t i = 0; i < results->count; i++)
        if (eg_figure_shows(figure, &results->items[i]) &&
            strcmp(results->items[i].method, method) == 0)
            points->items[points->count++] = &results->items[i];
    if (figure->labelled || figure->spec->kind != EG_FIGURE_BARS)
        qsort(points->items, points->count, sizeof *points->items, by_x);
}

/* x of lines; of bars the position, from 0 downwards. */
static double place_of(const struct eg_figure *figure, const struct points *points, size_t index,
                       size_t method)
{
    return figure->spec->kind == EG_FIGURE_LINES
               ? points->items[index]->x
               : (double)-(long)(figure->labelled ? index : method);
}

/* next NULL: it is the last. */
static void write_pair(const struct eg_figure *figure, const struct eg_result *result,
                       const struct eg_result *next, FILE *out)
{
    const struct eg_result *pair = eg_figure_pair(figure, result);
    const struct eg_result *next_pair = next ? eg_figure_pair(figure, next) : NULL;
    const struct eg_figure_point x = eg_figure_point(figure, result), none = {NAN, NAN, NAN, NAN},
                                 y = pair ? eg_figure_point(figure, pair) : none;
    const double numbers[] = {x.value,
                              y.value,
                              result->x,
                              x.low,
                              x.high,
                              y.low,
                              y.high,
                              next_pair ? next->value - x.value : NAN,
                              next_pair ? next_pair->value - y.value : NAN};
    write_numbers(out, numbers, sizeof numbers / sizeof *numbers);
    fputc('\n', out);
}

static void write_point(const struct eg_figure *figure, const struct eg_result *result,
                        double place, FILE *out)
{
    const struct eg_figure_point point = eg_figure_point(figure, result);
    const double numbers[] = {place, point.value, point.low, point.high, point.published};
    char text[128];
    write_numbers(out, numbers, sizeof numbers / sizeof *numbers);
    write_label(
        out, eg_name_title(figure->labelled ? result->label : result->method, text, sizeof text));
    fputc('\n', out);
}

/* A line for each of the two runs; of pairs those of one replicate. */
static void write_runs(const struct eg_figure *figure, const struct eg_result *result, double place,
                       FILE *out)
{
    const struct eg_result *pair = figure->spec->kind == EG_FIGURE_PAIRS
                                       ? eg_figure_pair(figure, result)
                                       : NULL;
    if (!eg_figure_shows_runs(figure, result) ||
        (figure->spec->kind == EG_FIGURE_PAIRS && (!pair || !pair->sample || pair->n != result->n)))
        return;
    for (size_t i = 0; i < result->n; i++) {
        write_number(out, pair ? result->sample[i] : place);
        write_number(out, pair ? pair->sample[i] : result->sample[i]);
        fputc('\n', out);
    }
}

/* Begins a method's lines: a data block of its own, but of bars in one panel. */
static void begin_method(const struct eg_figure *figure, size_t method, const char *what, FILE *out)
{
    const int is_own_block = figure->labelled || figure->spec->kind != EG_FIGURE_BARS;
    fprintf(out, "%s# %s", method && is_own_block ? "\n\n" : "", what);
    eg_write_terminal(out, figure->methods[method]);
    fputc('\n', out);
}

static void write_methods(const struct eg_figure *figure, struct points *points, FILE *out)
{
    fputs(figure->spec->kind == EG_FIGURE_PAIRS
              ? "# x, y, strength, x from, to, y from, to, to the next x, y\n"
              : "# position or x, value, 95 % from, to, published, label\n",
          out);
    for (size_t m = 0; m < figure->method_count; m++) {
        begin_method(figure, m, "", out);
        find_points(figure, figure->methods[m], points);
        for (size_t i = 0; i < points->count; i++)
            if (figure->spec->kind == EG_FIGURE_PAIRS)
                write_pair(figure, points->items[i],
                           i + 1 < points->count ? points->items[i + 1] : NULL, out);
            else
                write_point(figure, points->items[i], place_of(figure, points, i, m), out);
    }
}

static void write_all_runs(const struct eg_figure *figure, struct points *points, FILE *out)
{
    fputs("\n\n# position or x, what a run gave\n", out);
    for (size_t m = 0; m < figure->method_count; m++) {
        begin_method(figure, m, "runs of ", out);
        fputs(" ? ?\n", out); /* a block without lines is none */
        find_points(figure, figure->methods[m], points);
        for (size_t i = 0; i < points->count; i++)
            write_runs(figure, points->items[i], place_of(figure, points, i, m), out);
    }
}

int eg_figure_write_data(const struct eg_figure *figure, FILE *out, struct eg_error *error)
{
    if (figure->spec->kind == EG_FIGURE_MAPS) {
        eg_figure_write_maps_data(figure, out);
        return EG_OK;
    }
    struct points points = {eg_alloc(figure->part->results.count, sizeof *points.items, error), 0};
    if (!points.items)
        return EG_INTERNAL;
    write_methods(figure, &points, out);
    if (figure->has_runs)
        write_all_runs(figure, &points, out);
    free(points.items);
    return EG_OK;
}
