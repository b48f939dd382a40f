/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the measures of bench/shap/retrain_curves.h say of themselves. */
#include "metrics/metric_info.h"

#define RETRAINED                                                                                  \
    .range = "up to 1, a mean R2, for classes a mean ROC-AUC",                                     \
    .needs = "how the model is trained, both parts of the data, attributions of both",             \
    .hides = "signs; credit among features that stand in for each other; and a method that lets "  \
             "the choice of features give the label away is praised for it, or blamed"

extern const struct eg_metric_info eg_retrain_remove_info, eg_retrain_keep_info;

const struct eg_metric_info eg_retrain_remove_info = {
    .name = "retrain_remove",
    .direction = "lower is better",
    .tells = "without the features said to matter most a model trained anew cannot foretell the "
             "labels (ROAR)",
    RETRAINED,
};

const struct eg_metric_info eg_retrain_keep_info = {
    .name = "retrain_keep",
    .direction = "higher is better",
    .tells = "from the features said to matter most alone a model trained anew foretells the "
             "labels (KAR)",
    RETRAINED,
};
