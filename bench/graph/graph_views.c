/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables and figures of the graph-prior experiment. */
#include "bench/graph/graph_models.h"
#include "bench/graph/graph_summary.h"

static const char *const before_after[] = {"neural_network", "graph_prior", NULL};
static const char *const fine_tuned[] = {"neural_network", "fine_tuning", NULL};
static const char *const networks[] = {"neural_network",
                                       "fine_tuning",
                                       "gradient_graph_prior",
                                       "random_graph_prior",
                                       "rewired_graph_prior",
                                       "graph_prior",
                                       NULL};

static const char *const chosen_for[] = {
    "gene_ridge",     "lasso",       "graph_lasso",       "graph_convolution",
    "neural_network", "graph_prior", "released_notebook", NULL};

static const char *const accuracy[] = {
    "test_r2",       "test_r2_low",    "test_r2_high",   "within_r2",
    "within_r2_low", "within_r2_high", "validation_mse", NULL};
static const char *const chosen[] = {"best_ridge",
                                     "best_alpha",
                                     "best_nu",
                                     "best_epochs",
                                     "best_extra_epochs",
                                     "validation_mse_before",
                                     "validation_mse_after_1",
                                     "validation_mse_after_2",
                                     NULL};
static const char *const attributions[] = {
    "graph_penalty",    "relative_graph_penalty",    "gene_share", "truth_roc_auc",
    "significant_sets", "significant_relevant_sets", NULL};
static const char *const to_network[] = {"difference_r2",
                                         "difference_low_r2",
                                         "difference_high_r2",
                                         "t_r2",
                                         "p_r2",
                                         "welch_t_r2",
                                         "welch_p_r2",
                                         "paired_t_r2",
                                         "paired_p_r2",
                                         "corrected_t_r2",
                                         "corrected_p_r2",
                                         "holm_p_r2",
                                         NULL};
static const char *const from_prior[] = {"difference_r2_from_prior",
                                         "difference_low_r2_from_prior",
                                         "difference_high_r2_from_prior",
                                         "t_r2_from_prior",
                                         "p_r2_from_prior",
                                         "welch_t_r2_from_prior",
                                         "welch_p_r2_from_prior",
                                         "paired_t_r2_from_prior",
                                         "paired_p_r2_from_prior",
                                         "corrected_t_r2_from_prior",
                                         "corrected_p_r2_from_prior",
                                         "holm_p_r2_from_prior",
                                         NULL};
static const char *const pathways[] = {"q_with_prior", "times_with_prior", "q_without_prior",
                                       "times_without_prior", NULL};

const struct eg_table_spec eg_graph_tables[] = {
    {.id = "graph-prior",
     .title =
         "Figure 3, left: drug response. R2 within drugs says what genes add of the ridge on genes "
         "alone: "
         "the other models' is less by what they shrink of the drugs' effects",
     .methods = eg_graph_models,
     .metrics = accuracy,
     .digits = 4},
    {.id = "graph-prior-tests",
     .title = "Methods 5.1: test R2, less the network's",
     .methods = eg_graph_models,
     .metrics = to_network,
     .digits = 4},
    {.id = "graph-prior-tests-of-prior",
     .title = "Methods 5.1: test R2, the graph prior's less each model's",
     .methods = eg_graph_models,
     .metrics = from_prior,
     .digits = 4},
    {.id = "graph-prior-choices",
     .title =
         "Methods 5.3: what validation chose, and the validation errors of the authors' notebook",
     .methods = chosen_for,
     .metrics = chosen,
     .digits = 4},
    {.id = "graph-prior-attributions",
     .title = "Figure 3, right, and Supplementary Figure 12: mean |EG| of genes",
     .methods = eg_graph_models,
     .metrics = attributions,
     .digits = 4},
    {.id = "graph-prior-pathways",
     .title = "Supplementary Figure 11: gene sets with the least q (median over retrainings)",
     .metrics = pathways,
     .digits = 4},
    {0},
};

#define R2(name, set, what)                                                                        \
    {                                                                                              \
        .id = name, .title = what, .kind = EG_FIGURE_BARS, .dataset = set, .protocol = "paper",    \
        .methods = eg_graph_models, .metric = "test_r2_of_patients", .published = "test_r2",       \
        .y_title = "test R2 (whiskers: 95 % over test patients)", .error_bars = 1.96               \
    }
#define SETS(name, set, what)                                                                      \
    {                                                                                              \
        .id = name, .title = what, .kind = EG_FIGURE_BARS, .dataset = set, .protocol = "paper",    \
        .methods = networks, .metric = "significant_sets",                                         \
        .y_title = "gene sets with q < 0.05 (whiskers: 2 se over retrainings)", .error_bars = 2    \
    }

const struct eg_figure_spec eg_graph_figures[] = {
    R2("figure-3-a", "beataml", "Figure 3, left"),
    SETS("figure-3-b", "beataml", "Figure 3, right"),
    R2("graph-prior-gdsc", "gdsc", "As Figure 3, left, on cell lines"),
    SETS("graph-prior-sets-gdsc", "gdsc", "As Figure 3, right, on cell lines"),
    R2("graph-prior-simulated", "simulated_response",
       "As Figure 3, left, where the truth is known"),
    SETS("graph-prior-sets-simulated", "simulated_response",
         "As Figure 3, right, where the truth is known"),
    {.id = "graph-prior-within",
     .title =
         "R2 within drugs: what genes add (the ridge), less shrunken effects of drugs (others)",
     .kind = EG_FIGURE_BARS,
     .protocol = "fixed",
     .methods = eg_graph_models,
     .metric = "within_r2",
     .y_title = "1 - SSE / SSE of drug means (whiskers: 2 se over splits)",
     .error_bars = 2},
    {.id = "supplementary-figure-10",
     .title = "Supplementary Figure 10: more epochs, no prior",
     .kind = EG_FIGURE_BARS,
     .protocol = "paper",
     .methods = fine_tuned,
     .metric = "test_r2",
     .y_title = "test R2 (whiskers: 2 se over retrainings)",
     .error_bars = 2},
    {.id = "supplementary-figure-12",
     .title = "Supplementary Figure 12: before and after",
     .kind = EG_FIGURE_BARS,
     .protocol = "paper",
     .methods = before_after,
     .metric = "graph_penalty",
     .y_title = "graph penalty of mean |EG| (whiskers: 2 se over retrainings)",
     .log_y = 1,
     .error_bars = 2},
    {0},
};
