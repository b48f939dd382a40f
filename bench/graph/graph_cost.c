/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/graph/graph_cost.h"

#include <string.h>

#include "run/experiment.h"

/* A step with the prior on expected gradients (k = 10), and on gradients, as `make bench` and trials
 * found it, in plain steps; what is measured of a model, and a linear fit, in epochs. */
static const double eg_step = 12, gradient_step = 3, measuring = 0.5, linear_fit = 3;

/* Weights against those of a plain network with some 600 features. */
static double relative_size(const struct eg_graph_recipe *recipe)
{
    const double features = 600, first = (double)recipe->first_layer;
    const double channels = recipe->filters ? (double)recipe->filters : 1;
    return first * (features * channels + (double)recipe->second_layer) / (512 * (features + 256));
}

double eg_graph_work(enum eg_graph_family family, const struct eg_graph_recipe *recipe)
{
    const double epochs = (double)recipe->epochs, fine = (double)recipe->fine_epochs;
    double models = 1, work = epochs;
    if (family == EG_GRAPH_LINEAR)
        return linear_fit;
    if (family == EG_GRAPH_NOTEBOOK)
        work += 3 * eg_step;
    for (const struct eg_fine_tuning *t = eg_fine_tunings; family == EG_GRAPH_NETWORK && t->name;
         t++, models++)
        work += fine * (!t->method ? 1 : t->method == &eg_gradients ? gradient_step : eg_step);
    return relative_size(recipe) * (work + models * measuring);
}

int eg_graph_shorten(const json_t *config, json_t **shorter, double *times, struct eg_error *error)
{
    static const struct {
        const char *field;
        json_int_t most;
    } few[] = {{"epochs", 3}, {"fine_epochs", 1}};
    struct eg_graph_recipe whole, part;
    const char *name;
    int family = 0;
    *times = 1;
    *shorter = json_deep_copy(config);
    if (!*shorter)
        return eg_fail(error, EG_INTERNAL, "out of memory");
    if (eg_config_text(config, "family", &name, error))
        return EG_INTERNAL;
    while (family < EG_GRAPH_FAMILIES - 1 && strcmp(eg_graph_families[family], name) != 0)
        family++;
    if (family == EG_GRAPH_LINEAR)
        return EG_OK;
    if (eg_graph_read_recipe(config, &whole, error))
        return EG_INTERNAL;
    for (size_t i = 0; i < sizeof few / sizeof *few; i++) {
        const json_int_t own = json_integer_value(json_object_get(config, few[i].field));
        if (json_object_set_new(*shorter, few[i].field,
                                json_integer(own < few[i].most ? own : few[i].most)))
            return eg_fail(error, EG_INTERNAL, "out of memory");
    }
    if (eg_graph_read_recipe(*shorter, &part, error))
        return EG_INTERNAL;
    *times = eg_graph_work((enum eg_graph_family)family, &whole) /
             eg_graph_work((enum eg_graph_family)family, &part);
    return EG_OK;
}
