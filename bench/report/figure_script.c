/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/figure_script.h"

#include <math.h>
#include <string.h>

#include "bench/page/template.h"
#include "bench/page/view_values.h"
#include "bench/report/figure_maps.h"

/* Okabe and Ito's colours, which colour-blind readers tell apart, without the yellow that is lost on
 * white; then the same again with dashes and other points. */
static const char *const colours[] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                      "#E69F00", "#56B4E9", "#000000", "#7F7F7F"};
static const int point_types[] = {7, 5, 9, 13, 11, 15};

enum { COLOURS = 8, POINTS = 6, PANEL_COLUMNS = 3 };

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

static json_t *text_or_none(const char *text)
{
    return eg_text(text ? text : "");
}

/* A line for each method. */
static json_t *lines_data(const struct eg_figure *figure)
{
    const struct eg_figure_spec *spec = figure->spec;
    json_t *series = json_array();
    for (size_t i = 0; i < figure->method_count; i++)
        series = eg_append(series, json_pack("{s:i, s:i, s:o, s:s, s:i, s:i}", "index", (int)i,
                                             "runs", (int)(figure->method_count + i), "title",
                                             eg_title(figure->methods[i]), "colour",
                                             colours[i % COLOURS], "dashes", (int)(i / COLOURS) + 1,
                                             "points", point_types[i % POINTS]));
    return eg_figure_head(
        figure, 880, 580 + 16 * (int)figure->method_count,
        json_pack("{s:b, s:s, s:b, s:o, s:o, s:b, s:b, s:b, s:s, s:o}", "log_x", spec->log_x,
                  "x_format", x_format(figure), "log_y", spec->log_y, "x_title",
                  text_or_none(spec->x_title), "y_title", text_or_none(spec->y_title), "has_bands",
                  eg_figure_has_bands(figure), "has_arrows", figure->has_arrows, "names_x",
                  spec->names_x, "style",
                  figure->method_count == 1 ? "linespoints lw 2.2 pt 7 ps 0.7" : "lines lw 2.2",
                  "series", series));
}

/* A dot with its whiskers for each method, the published number a hollow diamond beside it. The axis
 * need not begin at 0, so these are no bars. */
static json_t *dots_data(const struct eg_figure *figure)
{
    const struct eg_figure_spec *spec = figure->spec;
    return eg_figure_head(figure, 880, 160 + 40 * (int)figure->method_count,
                          json_pack("{s:o, s:f, s:b, s:b, s:b}", "title",
                                    text_or_none(spec->y_title ? spec->y_title : spec->x_title),
                                    "lowest", 0.4 - (double)figure->method_count, "log_y",
                                    spec->log_y, "from_zero", spec->from_zero, "is_above_zero",
                                    figure->is_above_zero));
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
static json_t *panels_data(const struct eg_figure *figure)
{
    const int count = (int)figure->method_count;
    const int columns = count < PANEL_COLUMNS ? count : PANEL_COLUMNS;
    const int rows = (count + columns - 1) / columns;
    json_t *panels = json_array();
    for (int i = 0; i < count; i++)
        panels = eg_append(panels, json_pack("{s:i, s:i, s:o, s:f}", "index", i, "runs", count + i,
                                             "title", eg_title(figure->methods[i]), "step",
                                             tick_step(figure, figure->methods[i])));
    return eg_figure_head(figure, columns == 1 ? 760 : 460 * columns, 80 + 430 * rows,
                          json_pack("{s:i, s:i, s:o, s:o}", "rows", rows, "columns", columns,
                                    "y_title", text_or_none(figure->spec->y_title), "panels",
                                    panels));
}

int eg_figure_write_script(const struct eg_figure *figure, FILE *out, struct eg_error *error)
{
    static const struct kind {
        const char *template;
        json_t *(*make)(const struct eg_figure *figure);
    } kinds[] = {[EG_FIGURE_MAPS] = {"maps.gp", eg_figure_maps_data},
                 [EG_FIGURE_LINES] = {"lines.gp", lines_data},
                 [EG_FIGURE_PAIRS] = {"pairs.gp", lines_data},
                 [EG_FIGURE_BARS] = {"dots.gp", dots_data}},
      panels = {"panels.gp", panels_data};
    const struct kind *kind = figure->labelled ? &panels : &kinds[figure->spec->kind];
    json_t *data = kind->make(figure);
    const int status = eg_template_fill(kind->template, data, out, error);
    json_decref(data);
    return status;
}
