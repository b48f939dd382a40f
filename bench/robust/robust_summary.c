/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/robust/robust_summary.h"

#include <string.h>

#include "bench/experiments.h"
#include "bench/frame/contrast.h"
#include "bench/robust/robust_cell.h"
#include "bench/robust/robust_models.h"

static const char *const values[] = {"test_accuracy",    "pgd_accuracy",
                                     "attack_top",       "attack_top_local",
                                     "attack_kendall",   "attack_spearman",
                                     "attack_moved",     "random_top",
                                     "random_top_local", "random_kendall",
                                     "random_spearman",  "random_moved",
                                     "train_loss",       NULL};
static const char *const tested[] = {"attack_top", "attack_kendall", "random_kendall", NULL};

/* Paired over replicates, which share first weights, order of images and starts of attacks. */
static void put_tests(const struct eg_view *view, const char *model, const char *versus)
{
    const struct eg_view own = eg_where(view, struct eg_robust_cell, model, model);
    const struct eg_view other = eg_where(view, struct eg_robust_cell, model, versus);
    for (size_t m = 0; tested[m] && strcmp(model, versus) != 0; m++) {
        const struct eg_contrast contrast = {.of = model,
                                             .versus = versus,
                                             .metric = tested[m],
                                             .a = eg_sample_of(&own, NULL, tested[m]),
                                             .b = eg_sample_of(&other, NULL, tested[m]),
                                             .stream = eg_stream_make(view->seed,
                                                                      EG_STREAM_ROBUST_ATTRIBUTION,
                                                                      EG_PURPOSE_BOOTSTRAP, 0, 0)};
        eg_put_paired(view, &contrast);
    }
}

void eg_robust_summarise(const struct eg_view *view)
{
    for (const struct eg_robust_model *model = eg_robust_models; model->name; model++) {
        const struct eg_view own = eg_where(view, struct eg_robust_cell, model, model->name);
        for (size_t m = 0; values[m]; m++)
            eg_put_mean(&own, model->name, NULL, values[m]);
        put_tests(view, model->name, "natural");
        put_tests(view, model->name, "madry");
    }
}

static const char *const models[] = {
    "natural", "madry", "ig_norm", "ig_sum_norm", "eg_prior", "noise_augmentation", NULL};
static const char *const accuracies[] = {"test_accuracy", "pgd_accuracy", "attack_moved",
                                         "random_moved", NULL};
static const char *const agreements[] = {"attack_top",       "random_top",      "attack_top_local",
                                         "random_top_local", "attack_kendall",  "random_kendall",
                                         "attack_spearman",  "random_spearman", NULL};
static const char *const tests[] = {"difference", "difference_low", "difference_high",
                                    "paired_t",   "paired_p",       NULL};

const struct eg_table_spec eg_robust_tables[] = {
    {.id = "robust-attribution",
     .title =
         "Robust attribution (Chen et al. 2019): what is left of attribution maps under the top-k "
         "attack, and at random points of the same box",
     .methods = models,
     .metrics = agreements,
     .digits = 3},
    {.id = "robust-attribution-accuracy",
     .title =
         "Robust attribution: accuracy of test images as they are and under PGD, and the share of "
         "attacked images that keep their class",
     .methods = models,
     .metrics = accuracies,
     .digits = 3},
    {.id = "robust-attribution-tests",
     .title =
         "Kendall's correlation under the top-k attack, less the natural training's, paired over "
         "replicates",
     .methods = models,
     .metrics = tests,
     .digits = 3,
     .contrast = "attack_kendall",
     .versus = "natural"},
    {.id = "robust-attribution-tests-madry",
     .title = "Kendall's correlation under the top-k attack, less Madry's, paired over replicates",
     .methods = models,
     .metrics = tests,
     .digits = 3,
     .contrast = "attack_kendall",
     .versus = "madry"},
    {0},
};

#define BARS(name, what, of, axis)                                                                 \
    {                                                                                              \
        .id = name, .title = what, .kind = EG_FIGURE_BARS, .methods = models, .metric = of,        \
        .y_title = axis                                                                            \
    }

const struct eg_figure_spec eg_robust_figures[] = {
    BARS("robust-attribution-top", "Strongest pixels that the top-k attack leaves", "attack_top",
         "share of the strongest pixels"),
    BARS("robust-attribution-top-random", "Strongest pixels that are left at random points",
         "random_top", "share of the strongest pixels"),
    BARS("robust-attribution-kendall", "Rank correlation that the top-k attack leaves",
         "attack_kendall", "Kendall's tau"),
    {0},
};
