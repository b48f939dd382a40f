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
static const char *const tests_roc_auc[] = {"difference_roc_auc",      "difference_low_roc_auc",
                                            "difference_high_roc_auc", "paired_t_roc_auc",
                                            "paired_p_roc_auc",        "holm_p_roc_auc",
                                            "corrected_t_roc_auc",     "corrected_p_roc_auc",
                                            "effect_size_roc_auc",     NULL};
static const char *const tests_gini[] = {"difference_gini",      "difference_low_gini",
                                         "difference_high_gini", "paired_t_gini",
                                         "paired_p_gini",        "holm_p_gini",
                                         "corrected_t_gini",     "corrected_p_gini",
                                         "effect_size_gini",     NULL};

const struct eg_table_spec eg_sparsity_tables[] = {
    {"figure-4-table", "Figure 4 and Supplementary Figure 15: test ROC-AUC and sparsity", NULL, all,
     means, 3},
    {"supplementary-tests-roc-auc",
     "Supplement I.3: sparse prior against each penalty, paired over replicates, ROC-AUC", NULL,
     all, tests_roc_auc, 4},
    {"supplementary-tests-gini",
     "Supplement I.3: sparse prior against each penalty, paired over replicates, Gini", NULL, all,
     tests_gini, 4},
    {0},
};

#define TOP(suffix, list, name)                                                                    \
    {                                                                                              \
        .id = "supplementary-figure-14-" suffix,                                                   \
        .title = "Supplementary Figure 14: top features, " name, .kind = EG_FIGURE_BARS,           \
        .methods = list, .metric = "importance", .y_title = "mean |expected gradients|",           \
        .error_bars = 2                                                                            \
    }

const struct eg_figure_spec eg_sparsity_figures[] = {
    {.id = "figure-4-a",
     .title = "Figure 4, top left: test ROC-AUC",
     .kind = EG_FIGURE_BARS,
     .methods = figure_4,
     .metric = "test_roc_auc",
     .y_title = "test ROC-AUC",
     .error_bars = 2},
    {.id = "figure-4-b",
     .title = "Figure 4, bottom left: sparsity",
     .kind = EG_FIGURE_BARS,
     .methods = figure_4,
     .metric = "test_gini",
     .y_title = "Gini coefficient",
     .error_bars = 2},
    {.id = "figure-4-c",
     .title = "Figure 4, top right: sparsity against validation ROC-AUC",
     .kind = EG_FIGURE_PAIRS,
     .methods = figure_4,
     .metric = "validation_gini",
     .metric_y = "validation_roc_auc",
     .x_title = "Gini coefficient",
     .y_title = "validation ROC-AUC"},
    {.id = "figure-4-d",
     .title = "Figure 4, bottom right: Lorenz curves of importance",
     .kind = EG_FIGURE_LINES,
     .methods = figure_4,
     .metric = "lorenz",
     .x_title = "features, least important first",
     .y_title = "share of importance"},
    {.id = "supplementary-figure-13-a",
     .title = "Supplementary Figure 13: validation ROC-AUC against strength",
     .kind = EG_FIGURE_LINES,
     .methods = on_log_axis,
     .metric = "validation_roc_auc",
     .x_title = "regularisation strength",
     .y_title = "validation ROC-AUC",
     .log_x = 1},
    {.id = "supplementary-figure-13-b",
     .title = "Supplementary Figure 13: Gini against strength",
     .kind = EG_FIGURE_LINES,
     .methods = on_log_axis,
     .metric = "validation_gini",
     .x_title = "regularisation strength",
     .y_title = "Gini coefficient",
     .log_x = 1},
    TOP("a", only_prior, "sparse attribution prior"),
    TOP("b", only_l1, "L1 (all)"),
    TOP("c", only_sgl, "SGL (1st)"),
    TOP("d", only_gradients, "L1 on gradients"),
    TOP("e", only_none, "unregularised"),
    {.id = "supplementary-figure-15-a",
     .title = "Supplementary Figure 15: test ROC-AUC",
     .kind = EG_FIGURE_BARS,
     .methods = all,
     .metric = "test_roc_auc",
     .y_title = "test ROC-AUC",
     .error_bars = 2},
    {.id = "supplementary-figure-15-b",
     .title = "Supplementary Figure 15: sparsity",
     .kind = EG_FIGURE_BARS,
     .methods = all,
     .metric = "test_gini",
     .y_title = "Gini coefficient",
     .error_bars = 2},
    {0},
};
