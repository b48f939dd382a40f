/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/robust/robust_models.h"

#include <stddef.h>
#include <string.h>

const struct eg_robust_model eg_robust_models[] = {
    {"natural", EG_ROBUST_NATURAL, 0},   {"madry", EG_ROBUST_MADRY, 0},
    {"ig_norm", EG_ROBUST_NORM, 1},      {"ig_sum_norm", EG_ROBUST_SUM, 0.1},
    {"eg_prior", EG_ROBUST_PRIOR, 0.01}, {"noise_augmentation", EG_ROBUST_NOISE, 0},
    {NULL, EG_ROBUST_NATURAL, 0},
};

const struct eg_robust_model *eg_robust_model_find(const char *name, struct eg_error *error)
{
    for (const struct eg_robust_model *model = eg_robust_models; model->name; model++)
        if (strcmp(model->name, name) == 0)
            return model;
    eg_fail(error, EG_USAGE,
            "there is no training '%s': choose natural, madry, ig_norm, ig_sum_norm, eg_prior or "
            "noise_augmentation",
            name);
    return NULL;
}
