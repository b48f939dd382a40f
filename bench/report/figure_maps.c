/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/figure_maps.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_statistics_double.h>

#include "bench/page/markup.h"
#include "bench/page/view_values.h"

static const char image_name[] = "image";

/* Sizes of the picture. */
enum { PANEL = 150, GAP = 10, LEFT = 200, RIGHT = 24, TOP = 80, BOTTOM = 112, COLUMNS_LEAST = 5 };
enum { LINE = 20, LETTERS = 17, SMALL_LETTERS = 13 };

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

/* Rows keep maps in parts of their largest magnitude, so no scale but their own is known; total
 * variation divides them by their standard deviation too. */
static void write_map(const struct eg_map *map, FILE *out)
{
    const size_t pixels = map->height * map->width;
    const double mean = gsl_stats_mean(map->values, 1, pixels);
    const double sd = gsl_stats_sd_with_fixed_mean(map->values, 1, pixels, mean);
    for (size_t i = 0; i < pixels; i++)
        fprintf(out, "%zu %zu %.3g\n", i % map->width, i / map->width,
                sd > 0 ? map->values[i] / sd : 0);
}

void eg_figure_write_maps_data(const struct eg_figure *figure, FILE *out)
{
    const size_t images = count_images(figure);
    fputs("# of images x, y, red, green, blue; of maps x, y, value\n", out);
    for (size_t m = 0; m < figure->method_count; m++)
        for (size_t i = 0; i < images; i++) {
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
                write_map(map, out);
        }
}

/* size: of the font. */
static json_t *append_label(json_t *labels, json_t *text, double x, double y, const char *align,
                            int size)
{
    return eg_append(labels, json_pack("{s:o, s:f, s:f, s:s, s:i}", "text", text, "x", x, "y", y,
                                       "align", align, "size", size));
}

static const struct eg_result *find_number(const struct eg_figure *figure, const char *method,
                                           const char *metric)
{
    return metric ? eg_results_find(&figure->part->results, figure->block->dataset,
                                    figure->block->protocol, method, metric, NAN)
                  : NULL;
}

/* A method's name, and in small letters below it the strength chosen for its model and the number that the
 * specification names; lines are so far apart. */
static json_t *append_row_labels(json_t *labels, const struct eg_figure *figure, size_t m, double x,
                                 double y, double line)
{
    const char *method = figure->methods[m];
    const struct eg_result *below[] = {find_number(figure, method, "chosen_strength"),
                                       find_number(figure, method, figure->spec->metric_y)};
    const char *const names[] = {"strength", figure->spec->y_title};
    const size_t count = (below[0] != NULL) + (below[1] != NULL);
    y -= 0.5 * line * (double)count;
    labels = append_label(labels, eg_title(method), x, y, "right", LETTERS);
    for (size_t i = 0; i < 2; i++) {
        char text[128];
        if (!below[i])
            continue;
        snprintf(text, sizeof text, below[i]->value < 1000 ? "%s %.3g" : "%s %.0f", names[i],
                 below[i]->value);
        y += line;
        labels = append_label(labels, eg_text(text), x, y, "right", SMALL_LETTERS);
    }
    return labels;
}

/* Names beside the rows and over the columns, so many pixels of the images apart. */
static json_t *list_labels(const struct eg_figure *figure, size_t images, double across,
                           double down, double gap)
{
    json_t *labels = json_array();
    for (size_t m = 0; m < figure->method_count; m++)
        labels = append_row_labels(labels, figure, m, -0.5 - gap,
                                   (double)m * down + 0.5 * (down - gap) - 0.5,
                                   (double)LINE / GAP * gap);
    for (size_t i = 0; i < images; i++)
        labels = append_label(labels, eg_text(find_map(figure, image_name, i)->label),
                              (double)i * across + 0.5 * (across - gap) - 0.5, -0.5 - 1.4 * gap,
                              "center", LETTERS);
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
    json_t *heading = eg_figure_heading(figure);
    const int heading_height = EG_HEADING_LINE * (int)json_array_size(heading);
    const double top = TOP + heading_height;
    const double width = LEFT + across + RIGHT, height = top + down + BOTTOM;
    json_decref(heading);
    return eg_figure_head(
        figure, (int)width, (int)height - heading_height,
        json_pack("{s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:o, s:o}", "left",
                  LEFT / width, "right", 1 - RIGHT / width, "bottom", BOTTOM / height, "top",
                  1 - top / height, "across", (double)columns * step_x - gap - 0.5, "down",
                  (double)rows * step_y - gap - 0.5, "bar_left", (LEFT + 0.15 * across) / width,
                  "bar_bottom", 74 / height, "bar_width", 0.7 * across / width, "bar_height",
                  14 / height, "labels", list_labels(figure, images, step_x, step_y, gap), "panels",
                  list_panels(figure, images, step_x, step_y)));
}
