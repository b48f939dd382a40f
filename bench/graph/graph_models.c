/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/graph/graph_models.h"

#include <string.h>

const char *const eg_graph_families[EG_GRAPH_FAMILIES] = {"linear", "network", "convolution",
                                                          "notebook", "search"};

const struct eg_fine_tuning eg_fine_tunings[EG_FINE_TUNINGS + 1] = {
    {"graph_prior", &eg_expected_gradients, EG_GRAPH_TRUE},
    {"gradient_graph_prior", &eg_gradients, EG_GRAPH_TRUE},
    {"random_graph_prior", &eg_expected_gradients, EG_GRAPH_RANDOM},
    {"rewired_graph_prior", &eg_expected_gradients, EG_GRAPH_REWIRED},
    {"fine_tuning", NULL, EG_GRAPH_TRUE},
    {NULL, NULL, EG_GRAPH_TRUE}};

const char *const eg_graph_models[] = {
    "drug_mean",          "gene_ridge",          "lasso",       "graph_lasso",
    "graph_convolution",  "neural_network",      "fine_tuning", "gradient_graph_prior",
    "random_graph_prior", "rewired_graph_prior", "graph_prior", NULL};

enum eg_graph_family eg_graph_family_named(const char *name)
{
    int family = 0;
    while (family < EG_GRAPH_FAMILIES && strcmp(eg_graph_families[family], name) != 0)
        family++;
    return (enum eg_graph_family)family;
}

enum eg_graph_family eg_graph_family_of(const char *model)
{
    if (strcmp(model, "graph_convolution") == 0)
        return EG_GRAPH_CONVOLUTION;
    if (strcmp(model, "released_notebook") == 0)
        return EG_GRAPH_NOTEBOOK;
    for (int i = 0; i < 4; i++)
        if (strcmp(model, eg_graph_models[i]) == 0)
            return EG_GRAPH_LINEAR;
    return EG_GRAPH_NETWORK;
}

/* --- settings: the ranges of Methods 5.3, decade by decade --- */

static const double rates[] = {1e-5, 1e-4, 1e-3};
static const double penalties[] = {1e-3, 1e-7, 1e-6, 1e-5, 1e-4, 1e-2};
static const size_t layers[][2] = {{512, 256}, {256, 128}, {256, 256}, {1000, 100}};

enum { RATES = 3, PENALTIES = 6, LAYERS = 4 };

/* The paper does not say that every combination was tried for the graph convolution: here one thing is
 * changed at a time. */
static const struct change {
    size_t first_layer, second_layer;
    double l1, l2, rate, dropout; /* negative: as it is */
} changes[] = {
    {512, 128, -1, -1, -1, -1}, {256, 128, -1, -1, -1, -1}, {0, 0, -1, 1e-4, -1, -1},
    {0, 0, -1, 1e-3, -1, -1},   {0, 0, -1, 1e-2, -1, -1},   {0, 0, 1e-5, -1, -1, -1},
    {0, 0, 1e-4, -1, -1, -1},   {0, 0, 1e-3, -1, -1, -1},   {0, 0, 1e-2, -1, -1, -1},
    {0, 0, -1, -1, 1e-4, -1},   {0, 0, -1, -1, 1e-3, -1},   {0, 0, -1, -1, -1, 0.2},
    {0, 0, -1, -1, -1, 0.4},    {0, 0, -1, -1, -1, 0.8},
};

size_t eg_graph_count_settings(enum eg_graph_family family, int has_grid)
{
    if (has_grid && family == EG_GRAPH_SEARCH)
        return (size_t)RATES * PENALTIES * LAYERS;
    if (has_grid && family == EG_GRAPH_CONVOLUTION)
        return 1 + sizeof changes / sizeof *changes;
    return 1;
}

static void apply_change(const struct change *change, struct eg_graph_recipe *recipe)
{
    if (change->first_layer) {
        recipe->first_layer = change->first_layer;
        recipe->second_layer = change->second_layer;
    }
    recipe->l1 = change->l1 < 0 ? recipe->l1 : change->l1;
    recipe->l2 = change->l2 < 0 ? recipe->l2 : change->l2;
    recipe->rate = change->rate < 0 ? recipe->rate : change->rate;
    recipe->dropout = change->dropout < 0 ? recipe->dropout : change->dropout;
}

void eg_graph_apply_setting(enum eg_graph_family family, size_t setting,
                            struct eg_graph_recipe *recipe)
{
    if (setting == 0)
        return;
    if (family == EG_GRAPH_CONVOLUTION) {
        apply_change(&changes[setting - 1], recipe);
        return;
    }
    recipe->rate = rates[setting % RATES];
    recipe->l1 = penalties[setting / RATES % PENALTIES];
    recipe->first_layer = layers[setting / RATES / PENALTIES][0];
    recipe->second_layer = layers[setting / RATES / PENALTIES][1];
}
