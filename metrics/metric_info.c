/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/metric_info.h"

#include <stddef.h>

#include "metrics/gini.h"
#include "metrics/keep_remove_metrics.h"
#include "metrics/local_accuracy.h"
#include "metrics/r_squared.h"
#include "metrics/roc_auc.h"

const struct eg_metric_info *const eg_metrics[] = {
    &eg_keep_remove_info[0],
    &eg_keep_remove_info[1],
    &eg_keep_remove_info[2],
    &eg_keep_remove_info[3],
    &eg_keep_remove_info[4],
    &eg_keep_remove_info[5],
    &eg_keep_remove_info[6],
    &eg_keep_remove_info[7],
    &eg_keep_remove_info[8],
    &eg_keep_remove_info[9],
    &eg_keep_remove_info[10],
    &eg_keep_remove_info[11],
    &eg_keep_remove_info[12],
    &eg_keep_remove_info[13],
    &eg_keep_remove_info[14],
    &eg_keep_remove_info[15],
    &eg_keep_remove_info[16],
    &eg_keep_remove_info[17],
    &eg_local_accuracy_info,
    &eg_gini_info,
    &eg_roc_auc_info,
    &eg_r_squared_info,
    NULL,
};
