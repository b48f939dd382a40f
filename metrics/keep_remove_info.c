/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stddef.h>

#include "metrics/keep_remove_metrics.h"

const char *const eg_keep_remove_names[] = {
    "KPM", "KPR", "KPI", "KNM", "KNR", "KNI", "KAM", "KAR", "KAI", //
    "RPM", "RPR", "RPI", "RNM", "RNR", "RNI", "RAM", "RAR", "RAI", NULL,
};

#define SIGNED_RANGE .range = "any number, in units of the model's output"

#define KEEP_POSITIVE                                                                              \
    SIGNED_RANGE, .tells = "the features said to raise the output most do keep it high, alone"
#define KEEP_NEGATIVE                                                                              \
    SIGNED_RANGE, .tells = "the features said to lower the output most do keep it low, alone"
#define KEEP_ABSOLUTE                                                                              \
    .range = "up to 1, an R2 or ROC-AUC",                                                          \
    .tells = "the features said to matter most are enough to predict the labels"
#define REMOVE_POSITIVE                                                                            \
    SIGNED_RANGE, .tells = "without the features said to raise the output most, it falls"
#define REMOVE_NEGATIVE                                                                            \
    SIGNED_RANGE, .tells = "without the features said to lower the output most, it rises"
#define REMOVE_ABSOLUTE                                                                            \
    .range = "0 or more, 1 - R2 or 1 - ROC-AUC",                                                   \
    .tells = "without the features said to matter most, the labels can no longer be predicted"

#define BY_MEAN                                                                                    \
    .direction = "higher is better",                                                               \
    .needs = "model, training and test rows, labels, attributions; masks by the training mean",    \
    .hides = "correlation: masked rows may lie where no data are, and the model is at fault there"
#define BY_RESAMPLING                                                                              \
    .direction = "higher is better",                                                               \
    .needs = "model, training and test rows, labels, attributions; masks by 100 training rows",    \
    .hides = "correlation: a masked row joins features of two rows that need not go together"
#define BY_IMPUTING                                                                                \
    .direction = "higher is better",                                                               \
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
