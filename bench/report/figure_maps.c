/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/figure_maps.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#include "bench/frame/names.h"
#include "bench/page/markup.h"

static const char image_name[] = "image";
static const double percentile = 0.99;

/* Sizes of the picture. */
enum { PANEL = 150, GAP = 10, LEFT = 200, RIGHT = 24, TOP = 120, BOTTOM = 84, COLUMNS_LEAST = 5 };

/* A viewer blurs small pictures that are drawn large, unless told not to; smooth maps are what the
 * figure is about. gnuplot has no word for it. */
static const char sharpen[] =
    "set output \"| sed \\\"s/<image /<image "
    "style='image-rendering:optimizeSpeed;image-rendering:pixelated' /\\\"\"\n";

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

/* Names beside the rows and over the columns, in units of a pixel of the images. */
static void write_labels(const struct eg_figure *figure, const struct eg_map *shape, size_t images,
                         double gap, FILE *out)
{
    char text[128];
    for (size_t m = 0; m < figure->method_count; m++) {
        fputs("set label ", out);
        eg_write_gnuplot(out, eg_name_title(figure->methods[m], text, sizeof text));
        fprintf(out, " noenhanced at %g,%g right\n", -0.5 - gap,
                (double)m * ((double)shape->height + gap) + 0.5 * (double)shape->height - 0.5);
    }
    for (size_t i = 0; i < images; i++) {
        fputs("set label ", out);
        eg_write_gnuplot(out, find_map(figure, image_name, i)->label);
        fprintf(out, " noenhanced at %g,%g center\n",
                (double)i * ((double)shape->width + gap) + 0.5 * (double)shape->width - 0.5,
                -0.5 - 1.4 * gap);
    }
}

static void write_panels(const struct eg_figure *figure, const struct eg_map *shape, size_t images,
                         double gap, FILE *out)
{
    fputs("plot \\\n", out);
    for (size_t m = 0; m < figure->method_count; m++)
        for (size_t i = 0; i < images; i++)
            fprintf(out, "     data index %zu using ($1+%g):($2+%g):%s notitle%s\n", m * images + i,
                    (double)i * ((double)shape->width + gap),
                    (double)m * ((double)shape->height + gap),
                    m == 0 ? "3:4:5 with rgbimage" : "3 with image",
                    m + 1 < figure->method_count || i + 1 < images ? ", \\" : "");
}

void eg_figure_write_maps_script(const struct eg_figure *figure, FILE *out)
{
    const struct eg_map *shape = find_map(figure, image_name, 0);
    const size_t images = count_images(figure), rows = figure->method_count;
    const size_t columns = images > COLUMNS_LEAST ? images : COLUMNS_LEAST;
    const double gap = (double)(GAP * shape->width) / PANEL;
    const int across = (int)columns * (PANEL + GAP) - GAP, down = (int)rows * (PANEL + GAP) - GAP;
    const double width = LEFT + across + RIGHT, height = TOP + down + BOTTOM;
    eg_figure_write_head(figure, (int)width, (int)height, out);
    fprintf(out,
            "set title heading noenhanced font ',15' textcolor rgb '#333333' offset 0,1.3\n"
            "unset border\nunset tics\nunset grid\nunset key\n"
            "set lmargin at screen %.4f\nset rmargin at screen %.4f\n"
            "set bmargin at screen %.4f\nset tmargin at screen %.4f\n"
            "set xrange [-0.5:%g]\nset yrange [%g:-0.5]\n",
            LEFT / width, 1 - RIGHT / width, BOTTOM / height, 1 - TOP / height,
            (double)columns * ((double)shape->width + gap) - gap - 0.5,
            (double)rows * ((double)shape->height + gap) - gap - 0.5);
    fprintf(out,
            "set palette defined (-1 '#2166AC', -0.5 '#92C5DE', 0 '#FFFFFF', 0.5 '#F4A582', "
            "1 '#B2182B')\nset cbrange [-1:1]\n"
            "set colorbox horizontal user origin screen %.4f,%.4f size screen %.4f,%.4f\n"
            "set cbtics ('against the class' -1, '0' 0, 'for the class' 1) scale 0\n",
            (LEFT + 0.15 * across) / width, 46 / height, 0.7 * across / width, 14 / height);
    write_labels(figure, shape, images, gap, out);
    fputs(sharpen, out);
    write_panels(figure, shape, images, gap, out);
    fputs("set output\n", out);
}
