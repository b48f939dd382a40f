/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a cell of the image experiment costs, counted by hand. */
#include <string.h>

#include <criterion/criterion.h>

#include "bench/image/image_cost.h"

/* 4 x 4 pixels, convolution of 3 x 3 x 2 and a dense layer: 16 * 18 + 32 * 3 multiplications. */
enum { WORK = 16 * 18 + 32 * 3 };

static json_t *make_config(const char *model, int epochs, int train)
{
    return json_pack("{s:s, s:s, s:[i,i,i], s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:[f,f], "
                     "s:[f,f,f]}",
                     "model", model, "network", "image 4x4x1, conv 3x3x2 same, relu, dense 3",
                     "image", 4, 4, 1, "epochs", epochs, "train_images", train, "validation_images",
                     500, "test_images", 700, "attack_images", 10, "smooth_images", 20,
                     "map_images", 5, "samples", 30, "noise_levels", 0.0, 0.1, "flipped_levels",
                     0.0, 0.1, 0.2);
}

static double cost_of(const json_t *config)
{
    double cost = -1;
    struct eg_error error = {0};
    cr_expect_eq(eg_image_cost(config, &cost, &error), EG_OK, "%s", error.message);
    return cost;
}

/* test and validation once, 5 levels, 11 attacks and 2 * 20 * 32 explanations of two sweeps each */
static const double measures = 700 + 500 + 5 * 700 + 2 * 11 * 10 + 2 * 2 * 20 * 32;

Test(image_cost, counts_the_sweeps)
{
    json_t *plain = make_config("baseline", 4, 6000), *prior = make_config("eg_prior", 4, 6000);
    cr_expect_float_eq(cost_of(plain), WORK * (3.0 * 4 * 6000 + measures), 1e-3);
    cr_expect_float_eq(cost_of(prior), WORK * (7.0 * 4 * 6000 + measures), 1e-3);
    json_decref(plain);
    json_decref(prior);
}

Test(image_cost, a_shorter_cell_says_how_much_shorter)
{
    struct eg_error error = {0};
    double times;
    json_t *config = make_config("eg_prior", 60, 55000), *shorter;
    cr_assert_eq(eg_image_shorten(config, &shorter, &times, &error), EG_OK, "%s", error.message);
    cr_expect_float_eq(times, cost_of(config) / cost_of(shorter), 1e-9);
    cr_expect_gt(times, 1000);
    cr_expect_eq(json_integer_value(json_object_get(shorter, "epochs")), 1);
    cr_expect_eq(json_integer_value(json_object_get(config, "epochs")), 60);
    json_decref(shorter);
    json_decref(config);
}

Test(image_cost, names_what_a_configuration_lacks)
{
    struct eg_error error = {0};
    double cost;
    json_t *config = make_config("baseline", 1, 1);
    json_object_del(config, "image");
    cr_expect_eq(eg_image_cost(config, &cost, &error), EG_INTERNAL);
    cr_expect(strstr(error.message, "image"));
    json_decref(config);
}
