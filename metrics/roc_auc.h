/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The area under the ROC curve. */
#ifndef EG_METRICS_ROC_AUC_H
#define EG_METRICS_ROC_AUC_H

#include <stddef.h>

#include "base/error.h"
#include "base/real.h"
#include "metrics/metric_info.h"

extern const struct eg_metric_info eg_roc_auc_info;

/*
 * *auc = probability that a random row labelled 1 scores above a random row labelled 0, ties
 * counting one half: the Mann-Whitney statistic U / (n1 n0) from mid-ranks (Hanley and McNeil
 * 1982). labels: 0 or 1. order: room for count numbers, so that nothing is allocated here. EG_DATA
 * when a label is neither 0 nor 1, a score is NaN, or there is one class only.
 */
int eg_roc_auc(size_t count, const real *labels, const real *scores, size_t *order, double *auc,
               struct eg_error *error);

#endif
