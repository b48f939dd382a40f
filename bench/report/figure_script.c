/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/figure_script.h"
#include "bench/report/figure_maps.h"

#include <math.h>
#include <string.h>

#include "bench/frame/names.h"
#include "bench/page/markup.h"

/* Okabe and Ito's colours, which colour-blind readers tell apart, without the yellow that is lost on
 * white; then the same again with dashes and other points. */
static const char *const colours[] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                      "#E69F00", "#56B4E9", "#000000", "#7F7F7F"};
static const int point_types[] = {7, 5, 9, 13, 11, 15};

enum { COLOURS = 8, POINTS = 6, PANEL_COLUMNS = 3, BANDS_MOST = 6, TEXT = 512 };

/* Powers of ten where plain numbers would be long. */
static const char *x_format(const struct eg_figure *figure)
{
    const struct eg_results *results = &figure->part->results;
    for (size_t i = 0; i < results->count; i++) {
        const struct eg_result *result = &results->items[i];
        if (!*result->statistic && strcmp(result->metric, figure->spec->metric) == 0 &&
            (result->x > 1e4 || (result->x > 0 && result->x < 1e-2)))
            return "10^{%T}";
    }
    return "%g";
}

static void write_axes(const struct eg_figure *figure, FILE *out)
{
    const struct eg_figure_spec *spec = figure->spec;
    if (spec->log_x)
        fprintf(out, "set logscale x\nset format x '%s'\n", x_format(figure));
    if (spec->log_y)
        fputs("set logscale y\nset format y '%g'\n", out);
    fputs("set title heading noenhanced font ',15' textcolor rgb '#333333'\nset xlabel ", out);
    eg_write_gnuplot(out, spec->x_title ? spec->x_title : "");
    fputs(" noenhanced offset 0,0.3\nset ylabel ", out);
    eg_write_gnuplot(out, spec->y_title ? spec->y_title : "");
    fputs(figure->method_count > 1
              ? " noenhanced\nset key bmargin center horizontal Left reverse noenhanced "
                "samplen 1.5 width 1\n"
              : " noenhanced\nunset key\n",
          out);
}

/* A dot with its whiskers for each method, the published number a hollow diamond beside it. The axis
 * need not begin at 0, so these are no bars. */
static void write_dots(const struct eg_figure *figure, FILE *out)
{
    const struct eg_figure_spec *spec = figure->spec;
    const char *title = spec->y_title ? spec->y_title : spec->x_title;
    eg_figure_write_head(figure, 880, 190 + 38 * (int)figure->method_count, out);
    fputs("set title heading noenhanced font ',15' textcolor rgb '#333333'\nset xlabel ", out);
    eg_write_gnuplot(out, title ? title : "");
    fprintf(out,
            " noenhanced offset 0,0.3\nset yrange [%g:0.6]\nset ytics scale 0 noenhanced\nset "
            "offsets graph 0.04, graph 0.04, 0, 0\n"
            "%sset key bmargin center horizontal samplen 1.5\n"
            "plot data using 2:1:ytic(5) with points pt 7 ps 1.1 lc rgb '#0072B2' notitle",
            0.4 - (double)figure->method_count, spec->log_y ? "set logscale x\n" : "");
    if (spec->error_bars > 0)
        fprintf(out,
                ", \\\n     data using 2:1:(%g*$3) with xerrorbars pt 7 ps 1.1 lw 2.5 "
                "lc rgb '#0072B2' title 'measured, ± %g se'",
                spec->error_bars, spec->error_bars);
    else
        fputs(", \\\n     data using 2:1 with points pt 7 ps 1.1 lc rgb '#0072B2' "
              "title 'measured'",
              out);
    fputs(", \\\n     data using 4:1 with points pt 12 ps 1.5 lw 2.5 lc rgb '#D55E00' "
          "title 'published'\n",
          out);
}

/* 1, 2 or 5 times a power of ten, so that the longest bar of the panel spans 2 to 4 of them. */
static double tick_step(const struct eg_figure *figure, const char *method)
{
    double longest = 0;
    for (size_t i = 0; i < figure->part->results.count; i++) {
        const struct eg_result *result = &figure->part->results.items[i];
        if (!*result->statistic && strcmp(result->metric, figure->spec->metric) == 0 &&
            strcmp(result->method, method) == 0 && result->value > longest)
            longest = result->value;
    }
    if (!(longest > 0) || isinf(longest))
        return 1;
    double step = pow(10, floor(log10(longest / 2)));
    if (5 * step <= longest / 2)
        step *= 5;
    else if (2 * step <= longest / 2)
        step *= 2;
    return step;
}

/* A panel of horizontal bars for each method. */
static void write_panels(const struct eg_figure *figure, FILE *out)
{
    const int count = (int)figure->method_count;
    const int columns = count < PANEL_COLUMNS ? count : PANEL_COLUMNS;
    const int rows = (count + columns - 1) / columns;
    char text[TEXT];
    eg_figure_write_head(figure, columns == 1 ? 760 : 460 * columns, 120 + 430 * rows, out);
    fprintf(out,
            "set multiplot layout %d,%d title heading noenhanced font ',17'\n"
            "set yrange [*:0.6]\nset xrange [0:*]\nset ytics scale 0 noenhanced font ',11'\n"
            "unset key\nset xlabel ",
            rows, columns);
    eg_write_gnuplot(out, figure->spec->y_title ? figure->spec->y_title : "");
    fputs(" noenhanced offset 0,0.3\n", out);
    for (int i = 0; i < count; i++) {
        fputs("set title ", out);
        eg_write_gnuplot(out, eg_name_title(figure->methods[i], text, sizeof text));
        fprintf(out,
                " noenhanced\nset xtics 0,%g font ',12'\n"
                "plot data index %d using 2:1:(0):2:($1-0.36):($1+0.36):ytic(5) with boxxyerror "
                "fs solid 0.85 noborder lc rgb '%s' notitle",
                tick_step(figure, figure->methods[i]), i, colours[0]);
        if (figure->spec->error_bars > 0)
            fprintf(out,
                    ", \\\n     data index %d using 2:1:(%g*$3) with xerrorbars pt -1 lw 1.2 "
                    "lc rgb '#333333' notitle",
                    i, figure->spec->error_bars);
        fputc('\n', out);
    }
    fputs("unset multiplot\n", out);
}

static void write_line(const struct eg_figure *figure, size_t series, FILE *out)
{
    const struct eg_figure_spec *spec = figure->spec;
    const char *colour = colours[series % COLOURS];
    const int dashes = (int)(series / COLOURS) + 1, points = point_types[series % POINTS];
    char text[TEXT];
    if (spec->kind == EG_FIGURE_LINES && spec->error_bars > 0 && figure->method_count <= BANDS_MOST)
        fprintf(out,
                "     data index %zu using 1:($2-%g*$3):($2+%g*$3) with filledcurves "
                "fs transparent solid 0.18 noborder lc rgb '%s' notitle, \\\n",
                series, spec->error_bars, spec->error_bars, colour);
    fprintf(out, "     data index %zu using 1:2 with %s dt %d pt %d lc rgb '%s' title ", series,
            spec->kind == EG_FIGURE_PAIRS ? "linespoints lw 0.7 ps 0.9"
            : figure->method_count == 1   ? "linespoints lw 2.2 ps 0.7"
                                          : "lines lw 2.2",
            dashes, points, colour);
    eg_write_gnuplot(out, eg_name_title(figure->methods[series], text, sizeof text));
    if (spec->kind == EG_FIGURE_LINES)
        fprintf(out,
                ", \\\n     data index %zu using 1:4 with points pt 6 ps 1.2 lw 2 lc rgb '%s' "
                "notitle",
                series, colour);
}

static void write_lines(const struct eg_figure *figure, FILE *out)
{
    eg_figure_write_head(figure, 880, 600 + 16 * (int)figure->method_count, out);
    write_axes(figure, out);
    fputs("plot \\\n", out);
    for (size_t i = 0; i < figure->method_count; i++) {
        write_line(figure, i, out);
        fputs(i + 1 < figure->method_count ? ", \\\n" : "\n", out);
    }
}

void eg_figure_write_script(const struct eg_figure *figure, FILE *out)
{
    if (figure->spec->kind == EG_FIGURE_MAPS)
        eg_figure_write_maps_script(figure, out);
    else if (figure->spec->kind != EG_FIGURE_BARS)
        write_lines(figure, out);
    else if (figure->labelled)
        write_panels(figure, out);
    else
        write_dots(figure, out);
}
