/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/figure_maps.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#include "bench/page/markup.h"
#include "bench/page/view_values.h"

static const char image_name[] = "image";
static const double percentile = 0.99;

/* Sizes of the picture. */
enum { PANEL = 150, GAP = 10, LEFT = 200, RIGHT = 24, TOP = 120, BOTTOM = 84, COLUMNS_LEAST = 5 };

static int is_shown(const struct eg_figure *figure, const struct eg_map *map)
{
    return strcmp(map->dataset, figure->block->dataset) == 0 &&
           strcmp(map->protocol, figure->block->protocol) == 0 &&
           strcmp(map->metric, figure->spec->metric) == 0;
}

/* The method's map of the image at that position; NULL: there is none. */
static const struct eg_map *find_map(const struct eg_figure *figure, const char *method,
                                     size_t position)
{
    const struct eg_results *results = &figure->part->results;
    for (size_t i = 0; i < results->map_count; i++)
        if (is_shown(figure, &results->maps[i]) && results->maps[i].position == position &&
            strcmp(results->maps[i].method, method) == 0)
            return &results->maps[i];
    return NULL;
}

static size_t count_images(const struct eg_figure *figure)
{
    size_t count = 0;
    while (find_map(figure, image_name, count))
        count++;
    return count;
}

int eg_figure_find_maps(struct eg_figure *figure)
{
    figure->method_count = 0;
    if (!find_map(figure, image_name, 0))
        return 0;
    figure->methods[figure->method_count++] = image_name;
    for (const char *const *method = figure->spec->methods; method && *method; method++)
        if (find_map(figure, *method, 0) && figure->method_count < EG_SERIES_MOST)
            figure->methods[figure->method_count++] = *method;
    return figure->method_count > 1;
}

/* Ink on paper where there is one channel, since the maps are on white. */
static void write_image(const struct eg_map *map, FILE *out)
{
    for (size_t i = 0; i < map->height * map->width; i++) {
        const double *pixel = map->values + i * map->channels;
        fprintf(out, "%zu %zu", i % map->width, i / map->width);
        for (size_t c = 0; c < 3; c++)
            fprintf(out, " %.0f", map->channels == 3 ? pixel[c] : 255 - pixel[0]);
        fputc('\n', out);
    }
}

static int write_map(const struct eg_map *map, FILE *out, struct eg_error *error)
{
    const size_t pixels = map->height * map->width;
    double *magnitudes = eg_alloc(pixels, sizeof *magnitudes, error);
    if (!magnitudes)
        return EG_INTERNAL;
    for (size_t i = 0; i < pixels; i++)
        magnitudes[i] = fabs(map->values[i]);
    gsl_sort(magnitudes, 1, pixels);
    double scale = gsl_stats_quantile_from_sorted_data(magnitudes, 1, pixels, percentile);
    if (!(scale > 0))
        scale = magnitudes[pixels - 1] > 0 ? magnitudes[pixels - 1] : 1;
    for (size_t i = 0; i < pixels; i++)
        fprintf(out, "%zu %zu %.3g\n", i % map->width, i / map->width,
                fmax(-1, fmin(1, map->values[i] / scale)));
    free(magnitudes);
    return EG_OK;
}

int eg_figure_write_maps_data(const struct eg_figure *figure, FILE *out, struct eg_error *error)
{
    const size_t images = count_images(figure);
    int status = EG_OK;
    fputs("# of images x, y, red, green, blue; of maps x, y, value\n", out);
    for (size_t m = 0; m < figure->method_count; m++)
        for (size_t i = 0; i < images && !status; i++) {
            const struct eg_map *map = find_map(figure, figure->methods[m], i);
            if (m || i)
                fputs("\n\n", out);
            fputs("# ", out);
            eg_write_terminal(out, figure->methods[m]);
            fputs(", ", out);
            eg_write_terminal(out, map ? map->label : "");
            fputc('\n', out);
            if (!map)
                fputs("? ? ?\n", out);
            else if (m == 0)
                write_image(map, out);
            else
                status = write_map(map, out, error);
        }
    return status;
}

static json_t *append_label(json_t *labels, json_t *text, double x, double y, const char *align)
{
    return eg_append(
        labels, json_pack("{s:o, s:f, s:f, s:s}", "text", text, "x", x, "y", y, "align", align));
}

/* Names beside the rows and over the columns, so many pixels of the images apart. */
static json_t *list_labels(const struct eg_figure *figure, size_t images, double across,
                           double down, double gap)
{
    json_t *labels = json_array();
    for (size_t m = 0; m < figure->method_count; m++)
        labels = append_label(labels, eg_title(figure->methods[m]), -0.5 - gap,
                              (double)m * down + 0.5 * (down - gap) - 0.5, "right");
    for (size_t i = 0; i < images; i++)
        labels = append_label(labels, eg_text(find_map(figure, image_name, i)->label),
                              (double)i * across + 0.5 * (across - gap) - 0.5, -0.5 - 1.4 * gap,
                              "center");
    return labels;
}

static json_t *list_panels(const struct eg_figure *figure, size_t images, double across,
                           double down)
{
    json_t *panels = json_array();
    for (size_t m = 0; m < figure->method_count; m++)
        for (size_t i = 0; i < images; i++)
            panels = eg_append(panels, json_pack("{s:i, s:f, s:f, s:b}", "index",
                                                 (int)(m * images + i), "x", (double)i * across,
                                                 "y", (double)m * down, "is_image", m == 0));
    return panels;
}

json_t *eg_figure_maps_data(const struct eg_figure *figure)
{
    const struct eg_map *shape = find_map(figure, image_name, 0);
    const size_t images = count_images(figure), rows = figure->method_count;
    const size_t columns = images > COLUMNS_LEAST ? images : COLUMNS_LEAST;
    const double gap = (double)(GAP * shape->width) / PANEL;
    const double step_x = (double)shape->width + gap, step_y = (double)shape->height + gap;
    const int across = (int)columns * (PANEL + GAP) - GAP, down = (int)rows * (PANEL + GAP) - GAP;
    const double width = LEFT + across + RIGHT, height = TOP + down + BOTTOM;
    return eg_figure_head(
        figure, (int)width, (int)height,
        json_pack("{s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:o, s:o}", "left",
                  LEFT / width, "right", 1 - RIGHT / width, "bottom", BOTTOM / height, "top",
                  1 - TOP / height, "across", (double)columns * step_x - gap - 0.5, "down",
                  (double)rows * step_y - gap - 0.5, "bar_left", (LEFT + 0.15 * across) / width,
                  "bar_bottom", 46 / height, "bar_width", 0.7 * across / width, "bar_height",
                  14 / height, "labels", list_labels(figure, images, step_x, step_y, gap), "panels",
                  list_panels(figure, images, step_x, step_y)));
}
