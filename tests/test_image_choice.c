/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/image/image_choice.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bench/image/image_models.h"

static json_t *make_row(const char *model, double strength, int replicate, double accuracy,
                        double variation)
{
    return json_pack("{s:{s:s, s:f, s:i}, s:{s:f, s:f, s:f}}", "config", "model", model, "strength",
                     strength, "replicate", replicate, "values", "test_accuracy", accuracy,
                     "total_variation", variation, "total_variation_gradients", 1000 - variation);
}

Test(image_choice, takes_the_smoothest_that_is_accurate_enough)
{
    const struct eg_image_candidate candidates[] = {
        {1e-4, 0.990, 700, 5}, {1e-3, 0.985, 600, 5}, {1e-2, 0.975, 400, 5}, {1e-1, 0.90, 100, 5}};
    cr_expect_eq(eg_image_choose(candidates, 4, 0.99 - 0.01)->strength, 1e-3);
    cr_expect_eq(eg_image_choose(candidates, 4, 0.99 - 0.10)->strength, 1e-1);
    cr_expect_eq(eg_image_choose(candidates, 4, 0.975)->strength, 1e-2, "as accurate as asked");
}

Test(image_choice, none_where_none_is_enough_and_the_weakest_of_equals)
{
    const struct eg_image_candidate candidates[] = {
        {1e-4, 0.8, 700, 2}, {1e-3, 0.8, 700, 2}, {1e-2, 0.7, 400, 2}};
    cr_expect_null(eg_image_choose(candidates, 3, 0.9));
    cr_expect_null(eg_image_choose(candidates, 3, NAN));
    cr_expect_null(eg_image_choose(candidates, 0, 0));
    cr_expect_eq(eg_image_choose(candidates, 2, 0.5)->strength, 1e-4);
}

Test(image_choice, a_strength_of_few_replicates_does_not_stand)
{
    const struct eg_image_candidate candidates[] = {
        {1e-12, 0.99, 300, 1}, {1e-3, 0.985, 600, 5}, {1e-2, 0.97, 400, 4}};
    cr_expect_eq(eg_image_choose(candidates, 3, 0.9)->strength, 1e-3);
}

/* Each model is judged by the maps that it penalises. */
Test(image_choice, candidates_are_means_over_replicates)
{
    json_t *made[] = {
        make_row("eg_prior", 1e-2, 0, 0.8, 300), make_row("gradient_prior", 1e-2, 0, 0.7, 100),
        make_row("eg_prior", 1e-3, 0, 0.9, 500), make_row("eg_prior", 1e-2, 1, 0.9, 500)};
    const json_t *rows[4] = {made[0], made[1], made[2], made[3]}, *room[4];
    const struct eg_group group = {.count = 4, .rows = rows};
    struct eg_image_candidate candidates[4];
    const struct eg_group prior = eg_image_select(&group, "eg_prior", NAN, room);
    cr_assert_eq(prior.count, 3);
    cr_assert_eq(eg_image_candidates(&prior, &eg_image_rule_paper, candidates), 2);
    cr_expect_eq(candidates[0].strength, 1e-3);
    cr_expect_eq(candidates[0].replicates, 1);
    cr_expect_eq(candidates[1].strength, 1e-2);
    cr_expect_float_eq(candidates[1].accuracy, 0.85, 1e-12);
    cr_expect_float_eq(candidates[1].total_variation, 400, 1e-12);
    cr_expect_eq(eg_image_select(&group, "eg_prior", 1e-2, room).count, 2);
    const struct eg_group gradients = eg_image_select(&group, "gradient_prior", NAN, room);
    cr_assert_eq(eg_image_candidates(&gradients, &eg_image_rule_paper, candidates), 1);
    cr_expect_float_eq(candidates[0].total_variation, 900, 1e-12);
    for (int i = 0; i < 4; i++)
        json_decref(made[i]);
}

/* Every choice is of a model that there is; the rule of 1 % and that of 10 % are both there. */
Test(image_choice, every_choice_is_of_a_model)
{
    const char *const datasets[] = {"mnist", "fashion_mnist", "cifar10"};
    for (size_t d = 0; d < 3; d++) {
        double least = 1, most = 0;
        for (const struct eg_image_choice *c = eg_image_choices(datasets[d]); c->method; c++) {
            cr_assert_not_null(eg_image_model_find(c->model, NULL), "%s", c->model);
            if (strcmp(c->model, "eg_prior") == 0) {
                least = c->within < least ? c->within : least;
                most = c->within > most ? c->within : most;
            }
        }
        cr_expect_eq(least, 0.01);
        cr_expect_eq(most, 0.10);
    }
}

Test(image_choice, the_paper_sweeps_twenty_decades)
{
    double strengths[EG_IMAGE_STRENGTHS_MAX];
    const struct eg_image_model *prior = eg_image_model_find("eg_prior", NULL);
    cr_assert_eq(eg_image_strengths(prior, "mnist", "paper", strengths), 20);
    for (int i = 0; i < 20; i++)
        cr_expect_float_eq(log10(strengths[i]), i - 20, 1e-12);
    cr_expect_eq(eg_image_replicates(prior, 1e-7, 5), 1);
    cr_expect_eq(eg_image_replicates(prior, 1e-6, 5), 5);
    cr_expect_eq(eg_image_replicates(eg_image_model_find("baseline", NULL), 0, 5), 5);
    cr_expect_eq(eg_image_replicates(eg_image_model_find("released_eg_prior", NULL), 5e-11, 5), 5);
}
