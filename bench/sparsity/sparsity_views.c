/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables and figures of the sparsity experiment. */
#include "bench/sparsity/sparsity_summary.h"

static const char *const figure_4[] = {"sparse_prior",   "l1_all",       "sgl_first",     "sgl_all",
                                       "gini_gradients", "l1_gradients", "unregularised", NULL};

static const char *const all[] = {
    "sparse_prior",   "mixed",    "l1_all",    "l2_all",        "sgl_all", "sgl_first",
    "l1_first",       "l2_first", "l1_eg",     "l2_eg",         "dropout", "l1_gradients",
    "gini_gradients", "l1_ross",  "gini_ross", "unregularised", NULL};

static const char *const on_log_axis[] = {
    "sparse_prior", "mixed",          "l1_all",   "l2_all",    "sgl_all",
    "sgl_first",    "l1_first",       "l2_first", "l1_eg",     "l2_eg",
    "l1_gradients", "gini_gradients", "l1_ross",  "gini_ross", NULL};

static const char *const only_prior[] = {"sparse_prior", NULL};
static const char *const only_l1[] = {"l1_all", NULL};
static const char *const only_sgl[] = {"sgl_first", NULL};
static const char *const only_gradients[] = {"l1_gradients", NULL};
static const char *const only_none[] = {"unregularised", NULL};

static const char *const means[] = {"test_roc_auc", "test_gini", "chosen_strength", NULL};

static const char *const tests[] = {
    "difference", "difference_low", "difference_high", "paired_t",    "paired_p",
    "holm_p",     "corrected_t",    "corrected_p",     "effect_size", NULL};

#define AGAINST_EACH(name, what, of_metric)                                                        \
    {                                                                                              \
        .id = name,                                                                                \
        .title =                                                                                   \
            "Supplement I.3: sparse prior against each penalty, paired over replicates, " what,    \
        .methods = all, .metrics = tests, .digits = 4, .contrast = of_metric, .of = "sparse_prior" \
    }

const struct eg_table_spec eg_sparsity_tables[] = {
    {.id = "figure-4-table",
     .title = "Figure 4 and Supplementary Figure 15: test ROC-AUC and sparsity",
     .methods = all,
     .metrics = means,
     .digits = 3},
    AGAINST_EACH("supplementary-tests-roc-auc", "ROC-AUC", "test_roc_auc"),
    AGAINST_EACH("supplementary-tests-gini", "Gini", "test_gini"),
    {0},
};

#define BARS(name, what, list, of, axis, remark)                                                   \
    {                                                                                              \
        .id = name, .title = what, .kind = EG_FIGURE_BARS, .rather = "nhanes", .methods = list,    \
        .metric = of, .y_title = axis, .note = remark                                              \
    }
#define AGAINST_STRENGTH(name, what, of, axis)                                                     \
    {                                                                                              \
        .id = name, .title = "Supplementary Figure 13: " what " against strength",                 \
        .kind = EG_FIGURE_LINES, .rather = "nhanes", .methods = on_log_axis, .metric = of,         \
        .x_title = "regularisation strength", .y_title = axis, .log_x = 1                          \
    }
#define TOP(suffix, list, name)                                                                    \
    BARS("supplementary-figure-14-" suffix, "Supplementary Figure 14: top features, " name, list,  \
         "importance", "mean |expected gradients| (log odds of death)", NULL)

static const char alone[] =
    "Each interval is of one method alone; the tests compare methods split by split.";

const struct eg_figure_spec eg_sparsity_figures[] = {
    BARS("figure-4-a", "Figure 4, top left: test ROC-AUC", figure_4, "test_roc_auc", "test ROC-AUC",
         alone),
    BARS("figure-4-b", "Figure 4, bottom left: sparsity", figure_4, "test_gini", "Gini coefficient",
         alone),
    {.id = "figure-4-c",
     .title = "Figure 4, top right: sparsity against validation ROC-AUC",
     .kind = EG_FIGURE_PAIRS,
     .rather = "nhanes",
     .methods = figure_4,
     .metric = "validation_gini",
     .metric_y = "validation_roc_auc",
     .x_title = "Gini coefficient",
     .y_title = "validation ROC-AUC"},
    {.id = "figure-4-d",
     .title = "Figure 4, bottom right: Lorenz curves of importance",
     .kind = EG_FIGURE_LINES,
     .rather = "nhanes",
     .methods = figure_4,
     .metric = "lorenz",
     .x_title = "features, least important first",
     .y_title = "share of importance"},
    AGAINST_STRENGTH("supplementary-figure-13-a", "validation ROC-AUC", "validation_roc_auc",
                     "validation ROC-AUC"),
    AGAINST_STRENGTH("supplementary-figure-13-b", "Gini", "validation_gini", "Gini coefficient"),
    TOP("a", only_prior, "sparse attribution prior"),
    TOP("b", only_l1, "L1 (all)"),
    TOP("c", only_sgl, "SGL (1st)"),
    TOP("d", only_gradients, "L1 on gradients"),
    TOP("e", only_none, "unregularised"),
    BARS("supplementary-figure-15-a", "Supplementary Figure 15: test ROC-AUC", all, "test_roc_auc",
         "test ROC-AUC", alone),
    BARS("supplementary-figure-15-b", "Supplementary Figure 15: sparsity", all, "test_gini",
         "Gini coefficient", alone),
    {0},
};
