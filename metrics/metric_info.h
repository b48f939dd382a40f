/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What every metric says of itself, for lists and reports. */
#ifndef EG_METRICS_METRIC_INFO_H
#define EG_METRICS_METRIC_INFO_H

/* Whether egbench-compare judges methods by it. */
enum eg_judged {
    EG_JUDGED_NOT,       /* no: it is of other experiments, or a check */
    EG_JUDGED_USUALLY,   /* where --measures is not given */
    EG_JUDGED_ON_REQUEST /* where --measures names it */
};

struct eg_metric_info {
    const char *name; /* "KPM", "roc_auc" */
    enum eg_judged judged;
    const char *former;    /* the name of an earlier version, which is taken too; NULL: none */
    const char *formula;   /* in the letters of eg_metric_letters */
    const char *citation;  /* who defined it, year and place */
    const char *direction; /* which way is better */
    const char *range;     /* least and greatest value, with the unit where there is one */
    const char *needs;     /* what it is computed from */
    const char *tells;     /* what a good value shows */
    const char *hides;     /* what a good value does not show */
};

/* What the letters of formulas stand for, a sentence or more. */
extern const char eg_metric_letters[];

/* All metrics, NULL-terminated; the 18 Keep/Remove metrics come first, in the paper's order. */
extern const struct eg_metric_info *const eg_metrics[];

#endif
