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
/* Of the statistics of both designs a protocol has those of its own. */
#define TESTS(holm)                                                                                \
    "difference", "difference_low", "difference_high", "t", "p", "welch_t", "welch_p", "paired_t", \
        "paired_p", "corrected_t", "corrected_p", holm, NULL
static const char *const to_network[] = {TESTS("holm_p")};
static const char *const from_prior[] = {TESTS("holm_p_of_prior")};
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
     .digits = 4,
     .contrast = "test_r2",
     .versus = "neural_network"},
    {.id = "graph-prior-tests-of-prior",
     .title = "Methods 5.1: test R2, the graph prior's less each model's",
     .methods = eg_graph_models,
     .metrics = from_prior,
     .digits = 4,
     .contrast = "test_r2",
     .of = "graph_prior"},
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

static const char fitted_once[] =
    "Networks are retrained n times; a model without random draws is fitted once.";

#define BARS(name, of_protocol, what, list, of, axis)                                              \
    .id = name, .title = what, .kind = EG_FIGURE_BARS, .protocol = of_protocol, .methods = list,   \
    .metric = of, .y_title = axis
#define R2(name, set, what)                                                                        \
    {                                                                                              \
        BARS(name, "paper", what, eg_graph_models, "test_r2_of_patients", "test R2"),              \
            .dataset = set, .published = "test_r2", .low = "test_r2_low", .high = "test_r2_high",  \
            .interval = "over test patients drawn anew", .note = fitted_once                       \
    }
#define SETS(name, set, what)                                                                      \
    {                                                                                              \
        BARS(name, "paper", what, networks, "significant_sets", "gene sets with q < 0.05"),        \
            .dataset = set, .from_zero = 1                                                         \
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
    {BARS("graph-prior-within", "fixed",
          "R2 within drugs: what genes add (the ridge), less shrunken effects of drugs (others)",
          eg_graph_models, "within_r2", "1 - SSE / SSE of drug means")},
    {BARS("supplementary-figure-10", "paper", "Supplementary Figure 10: more epochs, no prior",
          fine_tuned, "test_r2", "test R2")},
    {BARS("supplementary-figure-12", "paper", "Supplementary Figure 12: before and after",
          before_after, "graph_penalty", "graph penalty of mean |EG|"),
     .log_y = 1},
    {0},
};
