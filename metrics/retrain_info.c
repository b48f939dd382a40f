/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the measures of bench/shap/retrain_curves.h say of themselves. */
#include "metrics/metric_info.h"

#define RETRAINED_FORMULA(how)                                                                     \
    "mean over the shares 0.1 to 0.5 (0.1, 0.3, 0.5, trapezoid rule) of the score of networks "    \
    "trained anew " how " so many of a row's features, those of largest |phi_j|"

#define RETRAINED                                                                                  \
    .range = "up to 1, a mean R2, for classes a mean ROC-AUC",                                     \
    .citation = "Hooker et al. 2019, NeurIPS",                                                     \
    .needs = "how the model is trained, both parts of the data, attributions of both",             \
    .hides = "signs; credit among features that stand in for each other; and a method that lets "  \
             "the choice of features give the label away is praised for it, or blamed"

extern const struct eg_metric_info eg_retrain_remove_info, eg_retrain_keep_info;

const struct eg_metric_info eg_retrain_remove_info = {
    .name = "retrain_remove",
    .judged = EG_JUDGED_USUALLY,
    .formula = RETRAINED_FORMULA("without"),
    .direction = "lower is better",
    .tells = "without the features said to matter most a model trained anew cannot foretell the "
             "labels (ROAR)",
    RETRAINED,
};

const struct eg_metric_info eg_retrain_keep_info = {
    .name = "retrain_keep",
    .judged = EG_JUDGED_USUALLY,
    .formula = RETRAINED_FORMULA("on"),
    .direction = "higher is better",
    .tells = "from the features said to matter most alone a model trained anew foretells the "
             "labels (KAR)",
    RETRAINED,
};
