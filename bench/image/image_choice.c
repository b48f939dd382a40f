/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/image/image_choice.h"

#include <math.h>
#include <string.h>

#include "bench/image/image_models.h"
#include "bench/image/image_scales.h"

static const struct eg_image_choice mnist_choices[] = {
    {"baseline", "baseline", INFINITY},
    {"eg_prior", "eg_prior", 0.01},
    {"gradient_prior", "gradient_prior", 0.01},
    {"weight_decay", "weight_decay", 0.01},
    {"noise_augmentation", "noise_augmentation", 0.01},
    {"eg_prior_loose", "eg_prior", 0.10},
    {"gradient_prior_loose", "gradient_prior", 0.10},
    {"released_baseline", "released_baseline", INFINITY},
    {"released_eg_prior", "released_eg_prior", INFINITY},
    {0},
};

static const struct eg_image_choice cifar_choices[] = {
    {"baseline", "baseline", INFINITY},
    {"eg_prior", "eg_prior", 0.10},
    {"gradient_prior", "gradient_prior", 0.10},
    {"weight_decay", "weight_decay", 0.10},
    {"noise_augmentation", "noise_augmentation", 0.10},
    {"eg_prior_strict", "eg_prior", 0.01},
    {"gradient_prior_strict", "gradient_prior", 0.01},
    {0},
};

const struct eg_image_choice *eg_image_choices(const char *dataset)
{
    return eg_image_is_cifar(dataset) ? cifar_choices : mnist_choices;
}

const struct eg_image_rule eg_image_rule_paper = {"test_accuracy", "total_variation_gradients",
                                                  "total_variation"};
const struct eg_image_rule eg_image_rule_fixed = {
    "validation_accuracy", "validation_total_variation_gradients", "validation_total_variation"};

static const char *model_of(const json_t *row)
{
    const json_t *config = json_object_get(row, "config");
    const char *model = json_string_value(json_object_get(config, "model"));
    return model ? model : "";
}

static double strength_of(const json_t *row)
{
    return json_number_value(json_object_get(json_object_get(row, "config"), "strength"));
}

static double value_of(const json_t *row, const char *field)
{
    const json_t *number = json_object_get(json_object_get(row, "values"), field);
    return json_is_number(number) ? json_number_value(number) : NAN;
}

struct eg_group eg_image_select(const struct eg_group *group, const char *model, double strength,
                                const json_t **rows)
{
    struct eg_group selected = *group;
    selected.rows = rows;
    selected.count = 0;
    for (size_t i = 0; i < group->count; i++)
        if (strcmp(model_of(group->rows[i]), model) == 0 &&
            (isnan(strength) || strength_of(group->rows[i]) == strength))
            rows[selected.count++] = group->rows[i];
    return selected;
}

static const char *variation_field(const json_t *row, const struct eg_image_rule *rule)
{
    const struct eg_image_model *model = eg_image_model_find(model_of(row), NULL);
    return model && model->method == &eg_gradients ? rule->of_gradients
                                                   : rule->of_expected_gradients;
}

/* The place of the strength in the ascending list, which is made where there is none. */
static struct eg_image_candidate *find_place(struct eg_image_candidate *candidates, size_t *count,
                                             double strength)
{
    size_t at = 0;
    while (at < *count && candidates[at].strength < strength)
        at++;
    if (at < *count && candidates[at].strength == strength)
        return &candidates[at];
    memmove(&candidates[at + 1], &candidates[at], (*count - at) * sizeof *candidates);
    candidates[at] = (struct eg_image_candidate){.strength = strength};
    ++*count;
    return &candidates[at];
}

size_t eg_image_candidates(const struct eg_group *group, const struct eg_image_rule *rule,
                           struct eg_image_candidate *candidates)
{
    size_t count = 0;
    for (size_t i = 0; i < group->count; i++) {
        const json_t *row = group->rows[i];
        struct eg_image_candidate *own = find_place(candidates, &count, strength_of(row));
        own->accuracy += value_of(row, rule->accuracy);
        own->total_variation += value_of(row, variation_field(row, rule));
        own->replicates++;
    }
    for (size_t i = 0; i < count; i++) {
        candidates[i].accuracy /= (double)candidates[i].replicates;
        candidates[i].total_variation /= (double)candidates[i].replicates;
    }
    return count;
}

const struct eg_image_candidate *eg_image_choose(const struct eg_image_candidate *candidates,
                                                 size_t count, double least)
{
    const struct eg_image_candidate *smoothest = NULL;
    size_t most = 0;
    for (size_t i = 0; i < count; i++)
        most = candidates[i].replicates > most ? candidates[i].replicates : most;
    for (size_t i = 0; i < count; i++) {
        const struct eg_image_candidate *own = &candidates[i];
        if (own->replicates == most && own->accuracy >= least &&
            (!smoothest || own->total_variation < smoothest->total_variation))
            smoothest = own;
    }
    return smoothest;
}
