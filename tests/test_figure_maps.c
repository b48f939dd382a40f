/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/figure_maps.h"
#include "bench/report/figure_script.h"

#include <math.h>
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

/* A grey image is drawn as ink. A map is divided by its standard deviation, here 6 and 600 about means of 2 and
 * 200, so that maps of greater attributions look no stronger. */
Test(figure_maps, images_as_they_are_and_maps_in_standard_deviations)
{
    struct eg_part part = {0};
    struct eg_result block = {.dataset = "mnist", .protocol = "paper", .scale = "quick"};
    double image[PIXELS] = {0}, map[PIXELS], greater[PIXELS];
    image[1] = 200;
    for (size_t i = 0; i < PIXELS; i++) {
        map[i] = i % 2 ? 8 : -4;
        greater[i] = 100 * map[i];
    }
    add(&part.results, "image", 0, 1, image);
    add(&part.results, "baseline", 0, 1, greater);
    add(&part.results, "eg_prior", 0, 1, map);
    struct eg_figure figure;
    cr_assert(eg_figure_make(&figure, NULL, &part, &spec, &block));
    cr_assert_eq(figure.method_count, 3);
    cr_expect_str_eq(figure.methods[2], "eg_prior");
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    cr_assert_eq(eg_figure_write_data(&figure, out, NULL), EG_OK);
    fclose(out);
    cr_expect_eq(number_in(text, 0, 0, 2), 255);
    cr_expect_eq(number_in(text, 0, 1, 4), 55);
    cr_expect_eq(number_in(text, 0, SIDE + 3, 0), 3);
    cr_expect_eq(number_in(text, 0, SIDE + 3, 1), 1);
    for (size_t block_of = 1; block_of < 3; block_of++)
        for (size_t i = 0; i < 8; i++)
            cr_expect_float_eq(number_in(text, block_of, i, 2), i % 2 ? 8 / 6.0 : -4 / 6.0, 0.005,
                               "map %zu, pixel %zu", block_of, i);
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

/* Under a method's name the strength of its model and a number that tells models apart. */
Test(figure_maps, rows_name_strength_and_number)
{
    struct eg_part part = {0};
    struct eg_result block = {.dataset = "mnist", .protocol = "paper"};
    const struct eg_figure_spec with_number = {.id = "figure-1-a",
                                               .title = "Maps",
                                               .kind = EG_FIGURE_MAPS,
                                               .methods = methods,
                                               .metric = "maps",
                                               .metric_y = "total_variation",
                                               .y_title = "total variation"};
    struct eg_result number = {.dataset = "mnist",
                               .protocol = "paper",
                               .method = "eg_prior",
                               .metric = "chosen_strength",
                               .x = NAN,
                               .value = 0.125,
                               .se = NAN,
                               .n = 5};
    struct eg_figure figure;
    double values[PIXELS] = {1};
    add(&part.results, "image", 0, 1, values);
    add(&part.results, "baseline", 0, 1, values);
    add(&part.results, "eg_prior", 0, 1, values);
    cr_assert_eq(eg_results_add(&part.results, &number, NULL), EG_OK);
    strcpy(number.metric, "total_variation");
    number.value = 471.2;
    cr_assert_eq(eg_results_add(&part.results, &number, NULL), EG_OK);
    cr_assert(eg_figure_make(&figure, NULL, &part, &with_number, &block));
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    cr_assert_eq(eg_figure_write_script(&figure, out, NULL), EG_OK);
    fclose(out);
    cr_expect(strstr(text, "set label 'EG prior' "), "%s", text);
    cr_expect(strstr(text, "set label 'strength 0.125' "), "%s", text);
    cr_expect(strstr(text, "set label 'total variation 471' "), "%s", text);
    cr_expect_eq(strstr(strstr(text, "'strength ") + 1, "'strength "), NULL,
                 "the baseline has no strength");
    free(text);
    eg_results_free(&part.results);
}
