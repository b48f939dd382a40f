/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/fine_tune/tune_summary.h"

static const char *const of_paper[] = {"baseline", "prior_1_epoch", "prior_1.25_epochs", NULL};
static const char *const tuned[] = {"prior_1_epoch", "prior_1.25_epochs", "control_1_epoch",
                                    "control_1.25_epochs", NULL};
static const char *const with_prior[] = {"prior_1_epoch", "prior_1.25_epochs", NULL};
static const char *const ways[] = {"expected_gradients", "integrated_gradients",
                                   "integrated_gradients_mean", "gradients", NULL};
static const char *const drawn[] = {"expected_gradients", "integrated_gradients", "gradients",
                                    NULL};
static const char *const measures[] = {"top_1_accuracy",
                                       "top_5_accuracy",
                                       "total_variation",
                                       "total_variation_integrated_gradients",
                                       "total_variation_gradients",
                                       NULL};
static const char *const black[] = {"black_pixel_attribution", NULL};
static const char *const tests[] = {"difference", "difference_low", "difference_high",
                                    "paired_t",   "paired_p",       NULL};
/* What as many steps without the prior do. */
static const char *const controls[] = {"prior_1_epoch", "control_1_epoch", "prior_1.25_epochs",
                                       "control_1.25_epochs", NULL};

#define TESTS(name, of_metric, what)                                                               \
    {.id = "fine-tune-tests-" name,                                                                \
     .title = what ", less what it was before fine-tuning",                                        \
     .methods = tuned,                                                                             \
     .metrics = tests,                                                                             \
     .digits = 4,                                                                                  \
     .contrast = of_metric,                                                                        \
     .versus = "baseline"},                                                                        \
    {                                                                                              \
        .id = "fine-tune-controlled-" name,                                                        \
        .title = what ", less that after as many steps without the prior", .methods = with_prior,  \
        .metrics = tests, .digits = 4, .contrast = of_metric, .versus = "control_1_epoch",         \
        .instead = controls                                                                        \
    }

const struct eg_table_spec eg_tune_tables[] = {
    {.id = "supplementary-table-2",
     .title = "Supplementary Table 2: accuracy and total variation of maps before and after "
              "fine-tuning",
     .methods = eg_tune_models,
     .metrics = measures,
     .digits = 4},
    TESTS("accuracy", "top_1_accuracy", "Top 1 accuracy"),
    TESTS("expected", "total_variation", "Total variation of expected gradients"),
    TESTS("integrated", "total_variation_integrated_gradients",
          "Total variation of integrated gradients"),
    TESTS("gradients", "total_variation_gradients", "Total variation of gradients"),
    {.id = "black-pixels",
     .title = "Mean attribution of black pixels by that of all pixels",
     .methods = ways,
     .metrics = black,
     .digits = 4},
    {.id = "black-pixels-tests",
     .title = "The same, less that of integrated gradients from a black image, paired over images",
     .methods = ways,
     .metrics = tests,
     .digits = 4,
     .contrast = "black_pixel_attribution",
     .versus = "integrated_gradients"},
    {0},
};

#define MAPS(name, which, list, number, number_title, what)                                        \
    {                                                                                              \
        .id = name, .title = what, .kind = EG_FIGURE_MAPS, .methods = list, .metric = which,       \
        .metric_y = number, .y_title = number_title                                                \
    }

const struct eg_figure_spec eg_tune_figures[] = {
    MAPS("supplementary-figure-3", "black_maps", drawn, "black_pixel_attribution", "black pixels",
         "Supplementary Figure 3: black pixels; integrated gradients are from a black image"),
    {.id = "black-pixels",
     .title = "Attribution of black pixels, by that of all pixels",
     .kind = EG_FIGURE_BARS,
     .methods = ways,
     .metric = "black_pixel_attribution",
     .y_title = "mean of black pixels by mean of all",
     .from_zero = 1,
     .note = "n: images."},
    MAPS("supplementary-figure-7", "maps", of_paper, "total_variation", "total variation",
         "Supplementary Figure 7: expected gradients before and after fine-tuning"),
    MAPS("supplementary-figure-8", "maps_integrated_gradients", of_paper,
         "total_variation_integrated_gradients", "total variation",
         "Supplementary Figure 8: integrated gradients before and after fine-tuning"),
    MAPS("supplementary-figure-9", "maps_gradients", of_paper, "total_variation_gradients",
         "total variation", "Supplementary Figure 9: gradients before and after fine-tuning"),
    {0},
};
