/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/regularisers.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define EG &eg_expected_gradients
#define GRADIENTS &eg_gradients

static const struct eg_regulariser list[] = {
    {.name = "sparse_prior",
     .title = "Sparse attribution prior",
     .prior = &eg_gini_prior,
     .method = EG,
     .in_figure_4 = 1,
     .published = 1.259,
     .optimum = 0.1259},
    {.name = "mixed",
     .title = "Mixed L1/Sparse attribution prior",
     .prior = &eg_mixed_prior,
     .method = EG,
     .published = 1.259,
     .optimum = 0.1259},
    {.name = "l1_all",
     .title = "L1 (all)",
     .penalty = &eg_l1_all,
     .in_figure_4 = 1,
     .published = 316.2},
    {.name = "l2_all", .title = "L2 (all)", .penalty = &eg_l2_all, .published = 0.631},
    {.name = "sgl_all",
     .title = "SGL (all)",
     .penalty = &eg_sgl_all,
     .in_figure_4 = 1,
     .published = 1e-3},
    {.name = "sgl_first",
     .title = "SGL (1st)",
     .penalty = &eg_sgl_first,
     .in_figure_4 = 1,
     .published = 3.981,
     .optimum = 0.3981},
    {.name = "l1_first",
     .title = "L1 (1st)",
     .penalty = &eg_l1_first,
     .published = 1e4,
     .optimum = 1e3},
    {.name = "l2_first",
     .title = "L2 (1st)",
     .penalty = &eg_l2_first,
     .published = 1790,
     .optimum = 19.95,
     .is_flat = 1},
    {.name = "l1_eg",
     .title = "L1 on expected gradients",
     .prior = &eg_l1_prior,
     .prior_is_local = 1,
     .method = EG,
     .published = 5.012,
     .is_flat = 1},
    {.name = "l2_eg",
     .title = "L2 on expected gradients",
     .prior = &eg_l2_prior,
     .prior_is_local = 1,
     .method = EG,
     .published = 1e-2,
     .is_flat = 1},
    {.name = "dropout",
     .title = "Dropout",
     .is_dropout = 1,
     .published = 0.6598,
     .optimum = 0.5246},
    {.name = "l1_gradients",
     .title = "L1 on gradients",
     .prior = &eg_l1_prior,
     .prior_is_local = 1,
     .method = GRADIENTS,
     .in_figure_4 = 1,
     .published = 1.995,
     .optimum = 0.1995,
     .is_flat = 1},
    {.name = "gini_gradients",
     .title = "Gini on gradients",
     .prior = &eg_gini_prior,
     .method = GRADIENTS,
     .in_figure_4 = 1,
     .published = 1.259,
     .optimum = 0.1259,
     .is_flat = 1},
    {.name = "l1_ross",
     .title = "L1 on gradients of log-probabilities",
     .prior = &eg_l1_prior,
     .prior_is_local = 1,
     .method = GRADIENTS,
     .target = EG_TARGET_LOG_PROBABILITY_SUM,
     .published = 10,
     .optimum = 1,
     .is_flat = 1},
    {.name = "gini_ross",
     .title = "Gini on gradients of log-probabilities",
     .prior = &eg_gini_prior,
     .method = GRADIENTS,
     .target = EG_TARGET_LOG_PROBABILITY_SUM,
     .published = 1,
     .optimum = 0.1,
     .is_flat = 1},
    {.name = "unregularised", .title = "Unregularised", .in_figure_4 = 1},
};

const struct eg_regulariser *const eg_regularisers[] = {
    &list[0], &list[1],  &list[2],  &list[3],  &list[4],  &list[5],  &list[6],  &list[7], &list[8],
    &list[9], &list[10], &list[11], &list[12], &list[13], &list[14], &list[15], NULL};

const struct eg_regulariser *eg_regulariser_find(const char *name, struct eg_error *error)
{
    char names[512] = "";
    for (size_t i = 0; eg_regularisers[i]; i++) {
        if (strcmp(eg_regularisers[i]->name, name) == 0)
            return eg_regularisers[i];
        const size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", i ? ", " : "",
                 eg_regularisers[i]->name);
    }
    eg_fail(error, EG_USAGE, "there is no penalty '%s': choose one of %s", name, names);
    return NULL;
}

int eg_regulariser_is_costly(const struct eg_regulariser *regulariser)
{
    return regulariser->method && regulariser->method->draw_path;
}

/* Number i of the paper's 121. */
static double grid_strength(const struct eg_regulariser *regulariser, long i)
{
    return regulariser->is_dropout ? (double)(i + 1) / 122 : pow(10, (double)(i - 70) / 10);
}

long eg_regulariser_number(const struct eg_regulariser *regulariser, double strength)
{
    if (strength == 0)
        return 0;
    return regulariser->is_dropout ? lround(strength * 122) - 1 : lround(10 * log10(strength)) + 70;
}

size_t eg_regulariser_strengths(const struct eg_regulariser *regulariser, const char *scale,
                                double strengths[EG_STRENGTHS_MAX])
{
    const int is_night = strcmp(scale, "night") == 0;
    long first = 0, last = EG_STRENGTHS_MAX - 1, step = 1;
    if (regulariser->published == 0) {
        strengths[0] = 0;
        return 1;
    }
    if (strcmp(scale, "paper") != 0) {
        const int is_smoke = strcmp(scale, "smoke") == 0;
        const double middle = regulariser->optimum && !is_smoke ? regulariser->optimum
                                                                : regulariser->published;
        const long centre = eg_regulariser_number(regulariser, middle);
        const long reach = is_night                                ? 4
                           : is_smoke                              ? 0
                           : eg_regulariser_is_costly(regulariser) ? 1
                                                                   : 2;
        const long decade = regulariser->is_dropout ? 20 : 10;
        step = !is_night ? decade : regulariser->is_dropout ? 13 : regulariser->is_flat ? 10 : 5;
        last = centre + reach * step;
        while (is_night && last >= EG_STRENGTHS_MAX)
            last -= step;
        first = last - 2 * reach * step;
    }
    size_t count = 0;
    for (long i = first; i <= last; i += step)
        if (i >= 0 && i < EG_STRENGTHS_MAX)
            strengths[count++] = grid_strength(regulariser, i);
    return count;
}
