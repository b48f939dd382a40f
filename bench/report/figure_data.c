/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/figure_script.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/report/figure_maps.h"
#include "bench/frame/names.h"
#include "bench/page/markup.h"

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

static void write_point(const struct eg_figure *figure, const struct eg_result *result,
                        double position, FILE *out)
{
    const struct eg_figure_spec *spec = figure->spec;
    char text[128];
    if (spec->kind == EG_FIGURE_PAIRS) {
        const struct eg_result *pair = eg_results_find(&figure->part->results, result->dataset,
                                                       result->protocol, result->method,
                                                       spec->metric_y, result->x);
        write_number(out, result->value);
        write_number(out, pair ? pair->value : NAN);
        write_number(out, result->x);
        fputc('\n', out);
        return;
    }
    const struct eg_result_name name = {result->method, "",
                                        spec->published ? spec->published : result->metric, ""};
    const struct eg_claim *claim = eg_claims_find_number(&figure->report->claims, result->dataset,
                                                         &name, result->x);
    write_number(out, spec->kind == EG_FIGURE_LINES ? result->x : position);
    write_number(out, result->value);
    write_number(out, spec->shows_sd ? result->se * sqrt((double)result->n) : result->se);
    write_number(out, claim ? claim->published : NAN);
    write_label(out, figure->labelled ? result->label
                                      : eg_name_title(result->method, text, sizeof text));
    fputc('\n', out);
}

int eg_figure_write_data(const struct eg_figure *figure, FILE *out, struct eg_error *error)
{
    const struct eg_results *results = &figure->part->results;
    if (figure->spec->kind == EG_FIGURE_MAPS)
        return eg_figure_write_maps_data(figure, out, error);
    const struct eg_result **points = eg_alloc(results->count, sizeof *points, error);
    if (!points)
        return EG_INTERNAL;
    fputs(figure->spec->kind == EG_FIGURE_PAIRS ? "# value of metric, value of metric_y, x\n"
          : figure->spec->shows_sd ? "# x, value, standard deviation, published, label\n"
                                   : "# position or x, value, standard error, published, label\n",
          out);
    for (size_t m = 0; m < figure->method_count; m++) {
        size_t count = 0;
        for (size_t i = 0; i < results->count; i++)
            if (eg_figure_shows(figure, &results->items[i]) &&
                strcmp(results->items[i].method, figure->methods[m]) == 0)
                points[count++] = &results->items[i];
        if (figure->labelled || figure->spec->kind != EG_FIGURE_BARS)
            qsort(points, count, sizeof *points, by_x);
        fputs(m && (figure->labelled || figure->spec->kind != EG_FIGURE_BARS) ? "\n\n# " : "# ",
              out);
        eg_write_terminal(out, figure->methods[m]);
        fputc('\n', out);
        for (size_t i = 0; i < count; i++)
            write_point(figure, points[i], (double)-(long)(figure->labelled ? i : m), out);
    }
    free(points);
    return EG_OK;
}
