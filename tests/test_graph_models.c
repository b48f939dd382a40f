/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The wanted ranges are those of Methods 5.3. */
#include "bench/graph/graph_cell.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

static const struct eg_graph_recipe paper_network = {.first_layer = 512,
                                                     .second_layer = 256,
                                                     .l1 = 1e-3,
                                                     .rate = 1e-5,
                                                     .batch = 32,
                                                     .epochs = 500,
                                                     .patience = 20,
                                                     .fine_epochs = 10,
                                                     .nu = 100,
                                                     .samples = 10};

static const struct eg_graph_recipe paper_convolution = {.first_layer = 512,
                                                         .second_layer = 256,
                                                         .filters = 4,
                                                         .l2 = 1e-5,
                                                         .dropout = 0.6,
                                                         .rate = 1e-5,
                                                         .batch = 32,
                                                         .epochs = 500,
                                                         .patience = 20,
                                                         .fine_epochs = 10,
                                                         .nu = 100,
                                                         .samples = 10};

static struct eg_graph_recipe find_recipe(enum eg_graph_family family, size_t setting)
{
    struct eg_graph_recipe recipe = family == EG_GRAPH_CONVOLUTION ? paper_convolution
                                                                   : paper_network;
    eg_graph_apply_setting(family, setting, &recipe);
    return recipe;
}

/* Whether two recipes are the same in all that a setting may change. */
static int is_same(const struct eg_graph_recipe *a, const struct eg_graph_recipe *b)
{
    return a->first_layer == b->first_layer && a->second_layer == b->second_layer &&
           a->l1 == b->l1 && a->l2 == b->l2 && a->rate == b->rate && a->dropout == b->dropout;
}

static int is_same_elsewhere(const struct eg_graph_recipe *a, const struct eg_graph_recipe *b)
{
    return a->filters == b->filters && a->batch == b->batch && a->epochs == b->epochs &&
           a->patience == b->patience && a->fine_epochs == b->fine_epochs && a->nu == b->nu &&
           a->samples == b->samples && a->l1_on_biases == b->l1_on_biases &&
           a->he_normal_cut == b->he_normal_cut &&
           a->training_references == b->training_references &&
           a->prior_on_next_batch == b->prior_on_next_batch &&
           a->validation_in_training == b->validation_in_training;
}

Test(graph_models, without_a_grid_there_is_the_setting_of_the_paper_alone)
{
    for (int family = 0; family < EG_GRAPH_FAMILIES; family++)
        cr_expect_eq(eg_graph_count_settings((enum eg_graph_family)family, 0), 1);
    cr_expect_eq(eg_graph_count_settings(EG_GRAPH_LINEAR, 1), 1);
    cr_expect_eq(eg_graph_count_settings(EG_GRAPH_NOTEBOOK, 1), 1);
    const struct eg_graph_recipe network = find_recipe(EG_GRAPH_NETWORK, 0);
    const struct eg_graph_recipe convolution = find_recipe(EG_GRAPH_CONVOLUTION, 0);
    cr_expect(is_same(&network, &paper_network) && is_same_elsewhere(&network, &paper_network));
    cr_expect(is_same(&convolution, &paper_convolution));
}

/* Each of 3 rates, 6 decades of L1 and 4 architectures with each other, once, the paper's first. */
Test(graph_models, the_network_is_tried_with_all_of_the_grid)
{
    static const double rates[] = {1e-5, 1e-4, 1e-3};
    static const double penalties[] = {1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2};
    static const size_t layers[][2] = {{512, 256}, {256, 128}, {256, 256}, {1000, 100}};
    size_t times[3][6][4] = {0};
    cr_assert_eq(eg_graph_count_settings(EG_GRAPH_SEARCH, 1), 3 * 6 * 4);
    for (size_t setting = 0; setting < 3 * 6 * 4; setting++) {
        const struct eg_graph_recipe recipe = find_recipe(EG_GRAPH_NETWORK, setting);
        cr_expect(is_same_elsewhere(&recipe, &paper_network));
        cr_expect(recipe.l2 == 0 && recipe.dropout == 0);
        for (size_t r = 0; r < 3; r++)
            for (size_t p = 0; p < 6; p++)
                for (size_t l = 0; l < 4; l++)
                    times[r][p][l] += recipe.rate == rates[r] && recipe.l1 == penalties[p] &&
                                      recipe.first_layer == layers[l][0] &&
                                      recipe.second_layer == layers[l][1];
    }
    for (size_t r = 0; r < 3; r++)
        for (size_t p = 0; p < 6; p++)
            for (size_t l = 0; l < 4; l++)
                cr_expect_eq(times[r][p][l], 1, "rate %g, L1 %g, %zu units: %zu times", rates[r],
                             penalties[p], layers[l][0], times[r][p][l]);
}

/* How many fields of a recipe are others than the paper's; layers count once. */
static int count_changes(const struct eg_graph_recipe *recipe)
{
    const struct eg_graph_recipe *own = &paper_convolution;
    return (recipe->first_layer != own->first_layer || recipe->second_layer != own->second_layer) +
           (recipe->l1 != own->l1) + (recipe->l2 != own->l2) + (recipe->rate != own->rate) +
           (recipe->dropout != own->dropout);
}

Test(graph_models, the_convolution_is_tried_with_one_thing_changed_at_a_time)
{
    const size_t count = eg_graph_count_settings(EG_GRAPH_CONVOLUTION, 1);
    cr_assert_gt(count, 1);
    for (size_t s = 1; s < count; s++) {
        const struct eg_graph_recipe recipe = find_recipe(EG_GRAPH_CONVOLUTION, s);
        cr_expect_eq(count_changes(&recipe), 1, "setting %zu", s);
        cr_expect(is_same_elsewhere(&recipe, &paper_convolution));
        cr_expect(recipe.l2 >= 1e-5 && recipe.l2 <= 1e-2, "setting %zu", s);
        cr_expect(recipe.l1 == 0 || (recipe.l1 >= 1e-5 && recipe.l1 <= 1e-2), "setting %zu", s);
        cr_expect(recipe.rate >= 1e-5 && recipe.rate <= 1e-3, "setting %zu", s);
        cr_expect(recipe.dropout >= 0.2 && recipe.dropout <= 0.8, "setting %zu", s);
        for (size_t before = 0; before < s; before++) {
            const struct eg_graph_recipe other = find_recipe(EG_GRAPH_CONVOLUTION, before);
            cr_expect_not(is_same(&recipe, &other), "settings %zu and %zu", before, s);
        }
    }
}

Test(graph_models, every_model_has_a_family_and_fine_tunings_are_models)
{
    cr_expect_eq(eg_graph_family_of("drug_mean"), EG_GRAPH_LINEAR);
    cr_expect_eq(eg_graph_family_of("lasso"), EG_GRAPH_LINEAR);
    cr_expect_eq(eg_graph_family_of("graph_lasso"), EG_GRAPH_LINEAR);
    cr_expect_eq(eg_graph_family_of("graph_convolution"), EG_GRAPH_CONVOLUTION);
    cr_expect_eq(eg_graph_family_of("neural_network"), EG_GRAPH_NETWORK);
    cr_expect_eq(eg_graph_family_of("released_notebook"), EG_GRAPH_NOTEBOOK);
    cr_expect_str_eq(eg_fine_tunings[0].name, "graph_prior");
    for (const struct eg_fine_tuning *tuning = eg_fine_tunings; tuning->name; tuning++) {
        size_t found = 0;
        for (size_t m = 0; eg_graph_models[m]; m++)
            found += strcmp(eg_graph_models[m], tuning->name) == 0;
        cr_expect_eq(found, 1, "%s", tuning->name);
        cr_expect_eq(eg_graph_family_of(tuning->name), EG_GRAPH_NETWORK, "%s", tuning->name);
    }
}

/* Numbers of their own for each field, so that no two can be mistaken for each other. */
Test(graph_models, a_recipe_comes_back_from_its_text)
{
    const struct eg_graph_cell cell = {.dataset = "d",
                                       .data = "h",
                                       .sets = "s",
                                       .protocol = "both",
                                       .scale = "smoke",
                                       .family = "network",
                                       .recipe = {1000, 100, 3, 0.1 + 0.2, 1e-300, 1.0 / 3, 3e-3,
                                                  31, 77, 19, 7, 123.5, 11, 1, 2, 3, 4, 5}};
    struct eg_graph_cell back = {0};
    struct eg_error error = {0};
    json_t *packed = eg_fields_pack(eg_graph_fields, &cell, &error);
    char *text = json_dumps(packed, 0);
    json_t *config = json_loads(text, 0, NULL);
    cr_assert_eq(eg_fields_read(eg_graph_fields, config, &back, &error), EG_OK, "%s",
                 error.message);
    cr_expect(is_same(&back.recipe, &cell.recipe) && is_same_elsewhere(&back.recipe, &cell.recipe),
              "%s", text);
    cr_expect_null(json_object_get(config, "alphas"));
    json_object_del(config, "fine_epochs");
    cr_expect_eq(eg_fields_read(eg_graph_fields, config, &back, &error), EG_DATA);
    cr_expect(strstr(error.message, "fine_epochs"), "%s", error.message);
    json_decref(config);
    json_decref(packed);
    free(text);
}

/* A cell of linear models has strengths and no recipe. */
Test(graph_models, strengths_come_back_from_their_text)
{
    const struct eg_graph_cell cell = {
        .dataset = "d",
        .data = "h",
        .sets = "s",
        .protocol = "both",
        .scale = "smoke",
        .family = "linear",
        .strengths = {.alphas = {2, {0.1, 0.01}}, .ridges = {1, {5}}}};
    struct eg_graph_cell back = {0};
    struct eg_error error = {0};
    json_t *config = eg_fields_pack(eg_graph_fields, &cell, &error);
    cr_assert_eq(eg_fields_read(eg_graph_fields, config, &back, &error), EG_OK, "%s",
                 error.message);
    cr_expect(back.strengths.alphas.count == 2 && back.strengths.alphas.at[1] == 0.01);
    cr_expect(back.strengths.nus.count == 0 && back.strengths.ridges.at[0] == 5);
    cr_expect_eq(json_array_size(json_object_get(config, "nus")), 0);
    cr_expect_null(json_object_get(config, "rate"));
    json_object_del(config, "ridges");
    cr_expect_eq(eg_fields_read(eg_graph_fields, config, &back, &error), EG_DATA);
    json_decref(config);
}
