/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/figure_maps.h"
#include "bench/report/figure_script.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

enum { SIDE = 20, PIXELS = SIDE * SIDE };

static const char *const methods[] = {"baseline", "eg_prior", "unheard_of", NULL};
static const struct eg_figure_spec spec = {.id = "figure-1-a",
                                           .title = "Maps",
                                           .kind = EG_FIGURE_MAPS,
                                           .methods = methods,
                                           .metric = "maps"};

static void add(struct eg_results *results, const char *method, size_t position, size_t channels,
                double *values)
{
    const struct eg_map map = {.dataset = "mnist",
                               .protocol = "paper",
                               .metric = "maps",
                               .label = "seven",
                               .position = position,
                               .height = SIDE,
                               .width = SIDE,
                               .channels = channels,
                               .values = values};
    struct eg_map named = map;
    strcpy(named.method, method);
    cr_assert_eq(eg_results_add_map(results, &named, NULL), EG_OK);
}

/* The number in that column of that line, both from 0, of the data block. */
static double number_in(const char *data, size_t block, size_t line, size_t column)
{
    for (; block; block--)
        data = strstr(data, "\n\n\n") + 3;
    data = strstr(data, ", seven\n") + strlen(", seven\n");
    for (; line; line--)
        data = strchr(data, '\n') + 1;
    char *end = (char *)data;
    double number = 0;
    for (size_t i = 0; i <= column; i++)
        number = strtod(end, &end);
    return number;
}

/* A grey image is drawn as ink; a map is divided by what 99 of 100 pixels keep below, so that one pixel
 * does not make all others pale. */
Test(figure_maps, images_as_they_are_and_maps_to_their_own_scale)
{
    struct eg_part part = {0};
    struct eg_result block = {.dataset = "mnist", .protocol = "paper", .scale = "quick"};
    double image[PIXELS] = {0}, map[PIXELS];
    image[1] = 200;
    for (size_t i = 0; i < PIXELS; i++)
        map[i] = i % 2 ? 2 : -2;
    map[5] = 1000;
    map[6] = 1;
    map[7] = 0;
    add(&part.results, "image", 0, 1, image);
    add(&part.results, "eg_prior", 0, 1, map);
    struct eg_figure figure;
    cr_assert(eg_figure_make(&figure, NULL, &part, &spec, &block));
    cr_assert_eq(figure.method_count, 2);
    cr_expect_str_eq(figure.methods[1], "eg_prior");
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    cr_assert_eq(eg_figure_write_data(&figure, out, NULL), EG_OK);
    fclose(out);
    cr_expect_eq(number_in(text, 0, 0, 2), 255);
    cr_expect_eq(number_in(text, 0, 1, 4), 55);
    cr_expect_eq(number_in(text, 0, SIDE + 3, 0), 3);
    cr_expect_eq(number_in(text, 0, SIDE + 3, 1), 1);
    const double wanted[] = {-1, 1, -1, 1, -1, 1, 0.5, 0};
    for (size_t i = 0; i < 8; i++)
        cr_expect_float_eq(number_in(text, 1, i, 2), wanted[i], 1e-12, "pixel %zu", i);
    free(text);
    eg_results_free(&part.results);
}

Test(figure_maps, colours_stay_and_no_maps_no_figure)
{
    struct eg_part part = {0};
    struct eg_result block = {.dataset = "mnist", .protocol = "paper"};
    struct eg_figure figure;
    double image[PIXELS * 3] = {10, 20, 30}, map[PIXELS] = {0};
    cr_expect_not(eg_figure_make(&figure, NULL, &part, &spec, &block));
    add(&part.results, "image", 0, 3, image);
    cr_expect_not(eg_figure_make(&figure, NULL, &part, &spec, &block));
    add(&part.results, "baseline", 0, 1, map);
    cr_assert(eg_figure_make(&figure, NULL, &part, &spec, &block));
    strcpy(block.protocol, "fixed");
    struct eg_figure other;
    cr_expect_not(eg_figure_make(&other, NULL, &part, &spec, &block));
    strcpy(block.protocol, "paper");
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    cr_assert_eq(eg_figure_write_data(&figure, out, NULL), EG_OK);
    fclose(out);
    for (size_t c = 0; c < 3; c++)
        cr_expect_eq(number_in(text, 0, 0, 2 + c), 10 * (double)(c + 1));
    cr_expect_eq(number_in(text, 1, 0, 2), 0, "a map of zeros is drawn too");
    free(text);
    eg_results_free(&part.results);
}
