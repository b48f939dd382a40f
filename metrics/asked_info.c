/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the measures of bench/compare/compare_asked.h say of themselves that need a method's own way through the
 * network. */
#include "metrics/metric_info.h"

#define DIRECTED                                                                                   \
    .citation = "Ghorbani et al. 2019, AAAI; Chen et al. 2019, NeurIPS",                           \
    .direction = "higher is better",                                                               \
    .needs =                                                                                       \
        "network, training and test rows, and a method whose attributions have a gradient, its "   \
        "draws fixed: gradients, gradient x input, SmoothGrad, GradientSHAP, integrated and "      \
        "expected gradients. Shapley values, kernel SHAP, LIME and occlusion are sums of "         \
        "outputs, and DeepLIFT has rules of its own, of which no slope is worked out; random "     \
        "numbers have none",                                                                       \
    .hides =                                                                                       \
        "whether the attributions are right; and a worse perturbation than was found may be near"

extern const struct eg_metric_info eg_directed_top_info, eg_directed_order_info,
    eg_directed_rank_info, eg_randomisation_layers_info;

const struct eg_metric_info eg_directed_top_info = {
    .name = "directed_top",
    .judged = EG_JUDGED_ON_REQUEST,
    .formula = "as robust_top, d the one that leaves the least Kendall's tau of 10 drawn within "
               "+-0.1 sd_j and "
               "of 4 signed steps of 0.05 sd_j from each, down the share of T in sum |phi_j|, ReLU "
               "softened on the way",
    .range = "0 to 1, the share of a row's strongest eighth of features that is still there",
    .tells = "the strongest features stay the strongest when the row is moved to unseat them",
    DIRECTED,
};

const struct eg_metric_info eg_directed_order_info = {
    .name = "directed_order",
    .judged = EG_JUDGED_ON_REQUEST,
    .formula = "mean Kendall's tau-b(|phi(x)|, |phi(x + d)|), d as of directed_top",
    .range = "-1 to 1, Kendall's tau-b of a row's magnitudes before and after",
    .tells = "features keep their order when the row is moved to unseat the strongest",
    DIRECTED,
};

const struct eg_metric_info eg_directed_rank_info = {
    .name = "directed_rank",
    .judged = EG_JUDGED_ON_REQUEST,
    .formula = "mean Spearman(|phi(x)|, |phi(x + d)|), d as of directed_top",
    .range = "-1 to 1, Spearman's rho of a row's magnitudes before and after",
    .tells = "features keep their order when the row is moved to unseat the strongest",
    DIRECTED,
};

const struct eg_metric_info eg_randomisation_layers_info = {
    .name = "randomisation_layers",
    .judged = EG_JUDGED_ON_REQUEST,
    .formula =
        "mean over l of (mean 1 - |Spearman(phi, phi_l)|) / what unrelated numbers get, 1 - sqrt(2 "
        "/ "
        "(pi (p - 1))); phi_l of the model whose last l layers with weights have these drawn anew",
    .citation = "Adebayo et al. 2018, NeurIPS: cascading, from the output down",
    .direction = "higher is better; a check to pass, not a scale to win on",
    .range = "0 to about 1, which unrelated numbers get",
    .needs = "the network, attributions, and the method itself, for each depth",
    .tells = "the attributions depend on what each layer has learned, the last ones too",
    .hides = "whether they are right: numbers drawn anew each time pass; each depth is in the rows",
};
