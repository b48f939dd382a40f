/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stddef.h>

#include "metrics/keep_remove_metrics.h"

const char *const eg_keep_remove_names[] = {
    "KPM", "KPR", "KPI", "KNM", "KNR", "KNI", "KAM", "KAR", "KAI", //
    "RPM", "RPR", "RPI", "RNM", "RNR", "RNI", "RAM", "RAR", "RAI", NULL,
};

#define SIGNED_RANGE .range = "any number, in units of the model's output"

#define KEPT(score, order)                                                                         \
    "area over k/p of " score ", x_k with the k features of " order " alone, the others masked"
#define REMOVED(score, order)                                                                      \
    "area over k/p of " score ", x_k with the k features of " order " masked"
#define CITATION "Lundberg et al. 2020, Nature Machine Intelligence 2; as in Erion et al. 2021"

#define KEEP_POSITIVE                                                                              \
    .formula = KEPT("mean f(x_k)", "largest phi_j"), SIGNED_RANGE,                                 \
    .tells = "the features said to raise the output most do keep it high, alone"
#define KEEP_NEGATIVE                                                                              \
    .formula = KEPT("-mean f(x_k)", "smallest phi_j"), SIGNED_RANGE,                               \
    .tells = "the features said to lower the output most do keep it low, alone"
#define KEEP_ABSOLUTE                                                                              \
    .formula = KEPT("R2 or ROC-AUC of f(x_k)", "largest |phi_j|"),                                 \
    .range = "up to 1, an R2 or ROC-AUC",                                                          \
    .tells = "the features said to matter most are enough to predict the labels"
#define REMOVE_POSITIVE                                                                            \
    .formula = REMOVED("-mean f(x_k)", "largest phi_j"), SIGNED_RANGE,                             \
    .tells = "without the features said to raise the output most, it falls"
#define REMOVE_NEGATIVE                                                                            \
    .formula = REMOVED("mean f(x_k)", "smallest phi_j"), SIGNED_RANGE,                             \
    .tells = "without the features said to lower the output most, it rises"
#define REMOVE_ABSOLUTE                                                                            \
    .formula = REMOVED("1 - R2 or 1 - ROC-AUC of f(x_k)", "largest |phi_j|"),                      \
    .range = "0 or more, 1 - R2 or 1 - ROC-AUC",                                                   \
    .tells = "without the features said to matter most, the labels can no longer be predicted"

#define BY_MEAN                                                                                    \
    .judged = EG_JUDGED_USUALLY, .citation = CITATION, .direction = "higher is better",            \
    .needs = "model, training and test rows, labels, attributions; masks by the training mean",    \
    .hides = "correlation: masked rows may lie where no data are, and the model is at fault there"
#define BY_RESAMPLING                                                                              \
    .judged = EG_JUDGED_USUALLY, .citation = CITATION, .direction = "higher is better",            \
    .needs = "model, training and test rows, labels, attributions; masks by 100 training rows",    \
    .hides = "correlation: a masked row joins features of two rows that need not go together"
#define BY_IMPUTING                                                                                \
    .judged = EG_JUDGED_USUALLY, .citation = CITATION, .direction = "higher is better",            \
    .needs = "model, more training rows than features, test rows, labels, attributions; masks by " \
             "Gaussian imputing",                                                                  \
    .hides = "credit among correlated features, which stand in for each other; far from a "        \
             "Gaussian, the imputed rows are off the data again"

const struct eg_metric_info eg_keep_remove_info[EG_KEEP_REMOVE_METRICS] = {
    {.name = "KPM", KEEP_POSITIVE, BY_MEAN},
    {.name = "KPR", KEEP_POSITIVE, BY_RESAMPLING},
    {.name = "KPI", KEEP_POSITIVE, BY_IMPUTING},
    {.name = "KNM", KEEP_NEGATIVE, BY_MEAN},
    {.name = "KNR", KEEP_NEGATIVE, BY_RESAMPLING},
    {.name = "KNI", KEEP_NEGATIVE, BY_IMPUTING},
    {.name = "KAM", KEEP_ABSOLUTE, BY_MEAN},
    {.name = "KAR", KEEP_ABSOLUTE, BY_RESAMPLING},
    {.name = "KAI", KEEP_ABSOLUTE, BY_IMPUTING},
    {.name = "RPM", REMOVE_POSITIVE, BY_MEAN},
    {.name = "RPR", REMOVE_POSITIVE, BY_RESAMPLING},
    {.name = "RPI", REMOVE_POSITIVE, BY_IMPUTING},
    {.name = "RNM", REMOVE_NEGATIVE, BY_MEAN},
    {.name = "RNR", REMOVE_NEGATIVE, BY_RESAMPLING},
    {.name = "RNI", REMOVE_NEGATIVE, BY_IMPUTING},
    {.name = "RAM", REMOVE_ABSOLUTE, BY_MEAN},
    {.name = "RAR", REMOVE_ABSOLUTE, BY_RESAMPLING},
    {.name = "RAI", REMOVE_ABSOLUTE, BY_IMPUTING},
};
