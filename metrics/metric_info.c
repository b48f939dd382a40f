/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/metric_info.h"

#include <stddef.h>

#include "metrics/keep_remove_metrics.h"

/* Every metric but the 18 of Keep/Remove has one line here. */
#define METRICS(METRIC)                                                                            \
    METRIC(eg_local_accuracy_info)                                                                 \
    METRIC(eg_infidelity_info)                                                                     \
    METRIC(eg_infidelity_scaled_info)                                                              \
    METRIC(eg_infidelity_yeh_info)                                                                 \
    METRIC(eg_faithfulness_correlation_info)                                                       \
    METRIC(eg_monotonicity_info)                                                                   \
    METRIC(eg_max_sensitivity_info)                                                                \
    METRIC(eg_robust_top_info)                                                                     \
    METRIC(eg_robust_order_info)                                                                   \
    METRIC(eg_robust_rank_info)                                                                    \
    METRIC(eg_directed_top_info)                                                                   \
    METRIC(eg_directed_order_info)                                                                 \
    METRIC(eg_directed_rank_info)                                                                  \
    METRIC(eg_deletion_info)                                                                       \
    METRIC(eg_insertion_info)                                                                      \
    METRIC(eg_deletion_auc_info)                                                                   \
    METRIC(eg_insertion_auc_info)                                                                  \
    METRIC(eg_completeness_info)                                                                   \
    METRIC(eg_shapley_error_info)                                                                  \
    METRIC(eg_shapley_rank_info)                                                                   \
    METRIC(eg_relevance_mass_info)                                                                 \
    METRIC(eg_relevance_rank_info)                                                                 \
    METRIC(eg_sparseness_info)                                                                     \
    METRIC(eg_complexity_info)                                                                     \
    METRIC(eg_randomisation_info)                                                                  \
    METRIC(eg_randomisation_layers_info)                                                           \
    METRIC(eg_retrain_remove_info)                                                                 \
    METRIC(eg_retrain_keep_info)                                                                   \
    METRIC(eg_gini_info)                                                                           \
    METRIC(eg_roc_auc_info)                                                                        \
    METRIC(eg_r_squared_info)

const char eg_metric_letters[] =
    "f: the model's output; x: a row of n test rows, x_j one of its p features; phi_j: the "
    "attribution of x_j; mean_j, sd_j: mean and standard deviation of feature j over the training "
    "rows; \"mean\" alone and \"sum\": over rows, and over what else is named. Shares are "
    "attributions that add up to f(x) - base, slopes such as say how much f grows with x_j; "
    "masked: "
    "as the metric's needs say.";

#define DECLARE(name) extern const struct eg_metric_info name;
#define ADDRESS(name) &name,
METRICS(DECLARE)

const struct eg_metric_info *const eg_metrics[] = {
    &eg_keep_remove_info[0],  &eg_keep_remove_info[1],  &eg_keep_remove_info[2],
    &eg_keep_remove_info[3],  &eg_keep_remove_info[4],  &eg_keep_remove_info[5],
    &eg_keep_remove_info[6],  &eg_keep_remove_info[7],  &eg_keep_remove_info[8],
    &eg_keep_remove_info[9],  &eg_keep_remove_info[10], &eg_keep_remove_info[11],
    &eg_keep_remove_info[12], &eg_keep_remove_info[13], &eg_keep_remove_info[14],
    &eg_keep_remove_info[15], &eg_keep_remove_info[16], &eg_keep_remove_info[17],
    METRICS(ADDRESS) NULL,
};
