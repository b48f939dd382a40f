/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a cell of the image experiment costs, counted by hand. */
#include <string.h>

#include <criterion/criterion.h>

#include "bench/image/image_cell.h"

/* 4 x 4 pixels, convolution of 3 x 3 x 2 and a dense layer: 16 * 18 + 32 * 3 multiplications. */
enum { WORK = 16 * 18 + 32 * 3 };

static struct eg_image_cell make_cell(const char *model, size_t epochs, size_t train)
{
    return (struct eg_image_cell){.model = model,
                                  .network = "image 4x4x1, conv 3x3x2 same, relu, dense 3",
                                  .image = {3, {4, 4, 1}},
                                  .epochs = epochs,
                                  .train_images = train,
                                  .validation_images = 500,
                                  .test_images = 700,
                                  .attack_images = 10,
                                  .smooth_images = 20,
                                  .map_images = 5,
                                  .samples = 30,
                                  .noise_levels = {2, {0, 0.1}},
                                  .flipped_levels = {3, {0, 0.1, 0.2}}};
}

static double cost_of(const struct eg_image_cell *cell)
{
    double cost = -1;
    struct eg_error error = {0};
    cr_expect_eq(eg_image_cost(cell, &cost, &error), EG_OK, "%s", error.message);
    return cost;
}

/* test and validation once, 5 levels, 11 attacks and 2 * 20 * 32 explanations of two sweeps each */
static const double measures = 700 + 500 + 5 * 700 + 2 * 11 * 10 + 2 * 2 * 20 * 32;

Test(image_cost, counts_the_sweeps)
{
    const struct eg_image_cell plain = make_cell("baseline", 4, 6000),
                               prior = make_cell("eg_prior", 4, 6000);
    cr_expect_float_eq(cost_of(&plain), WORK * (3.0 * 4 * 6000 + measures), 1e-3);
    cr_expect_float_eq(cost_of(&prior), WORK * (7.0 * 4 * 6000 + measures), 1e-3);
}

Test(image_cost, a_shorter_cell_costs_a_thousandth)
{
    const struct eg_image_cell cell = make_cell("eg_prior", 60, 55000);
    struct eg_image_cell shorter = cell;
    eg_image_shorten(&shorter);
    cr_expect_gt(cost_of(&cell), 1000 * cost_of(&shorter));
    cr_expect_eq(shorter.epochs, 1);
    cr_expect_eq(shorter.map_images, 1);
}

Test(image_cost, names_a_model_or_network_that_there_is_not)
{
    struct eg_error error = {0};
    double cost;
    struct eg_image_cell cell = make_cell("oracle", 1, 1);
    cr_expect_eq(eg_image_cost(&cell, &cost, &error), EG_USAGE);
    cr_expect(strstr(error.message, "oracle"));
    cell.model = "baseline";
    cell.network = "image 5x4x1, dense 3";
    cr_expect_neq(eg_image_cost(&cell, &cost, &error), EG_OK);
}
