/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every metric says of itself, for lists and reports. */
#ifndef EG_METRICS_METRIC_INFO_H
#define EG_METRICS_METRIC_INFO_H

struct eg_metric_info {
    const char *name;      /* "KPM", "roc_auc" */
    const char *direction; /* which way is better */
    const char *range;     /* least and greatest value, with the unit where there is one */
    const char *needs;     /* what it is computed from */
    const char *tells;     /* what a good value shows */
    const char *hides;     /* what a good value does not show */
};

/* All metrics, NULL-terminated; the 18 Keep/Remove metrics come first, in the paper's order. */
extern const struct eg_metric_info *const eg_metrics[];

#endif
