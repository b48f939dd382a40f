/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The 18 Keep/Remove metrics (Table 1 and Supplementary Table 1 of the paper;
 * Lundberg et al. 2020, SHAP's benchmark). A name has three letters: Keep or
 * Remove, the Positive, Negative or Absolute attributions first, and what a
 * masked feature becomes: its training Mean, Resampled from training rows, or
 * Imputed given the others.
 *
 * For each number of features n on a curve, the n most important features of
 * each test row stay (keep) or are masked (remove). The summary of the model's
 * outputs on the masked rows is their mean, for absolute attributions R2
 * against the labels. It is turned so that larger is better: KN and RP are
 * negated, RA is 1 - R2. The metric is the area under the curve over n, by
 * the trapezoid rule, divided by the number of features. Where labels are
 * classes, 0 and 1, the ROC-AUC stands in the place of R2.
 */
#ifndef EG_METRICS_KEEP_REMOVE_METRICS_H
#define EG_METRICS_KEEP_REMOVE_METRICS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/matrix.h"
#include "base/predictor.h"
#include "metrics/masking.h"
#include "metrics/metric_info.h"

enum { EG_KEEP_REMOVE_METRICS = 18 };

/* "KPM", "KPR", "KPI", "KNM", ... "RAI": the order of all results. NULL-terminated. */
extern const char *const eg_keep_remove_names[];
extern const struct eg_metric_info eg_keep_remove_info[EG_KEEP_REMOVE_METRICS];

/* Where the published numbers and a sound reading part. */
struct eg_keep_remove_convention {
    const char *name;
    /* Resampling uses this many training rows, drawn with replacement, the same for all test rows. */
    size_t backgrounds;
    /* 1: drawn from the first n_test training rows only; 0: from all training rows. */
    int backgrounds_from_first_rows;
    /* 1: drawn by numpy's stream seeded with the split; 0: by base/stream.h. */
    int numpy_backgrounds;
    /* 1: features whose (signed) attribution is negative are never chosen; 0: a curve goes through
     * all features in their order. */
    int clip_counts;
    /* What breaks ties. 1: one vector for all rows, from numpy's stream; 0: a vector a row, by
     * base/stream.h, the row number being the stream's item. */
    int shared_tie_noise;
    /* Seed of the shared vector for the resample metrics; negative: the split, as for the others. */
    int64_t resample_tie_seed;
};

/* What produced the published tables: quirks and all. */
extern const struct eg_keep_remove_convention eg_convention_paper;
/* The sound reading. */
extern const struct eg_keep_remove_convention eg_convention_fixed;

struct eg_keep_remove_input {
    const struct eg_predictor *predictor; /* p inputs */
    const struct eg_matrix *x_train;      /* n_train x p, in the order of the split */
    const struct eg_matrix *x_test;       /* n_test x p */
    const real *y_test; /* n_test; NULL: there are no labels that KA* and RA* could be scored by */
    int is_classes;                       /* they are 0 and 1 */
    const struct eg_matrix *attributions; /* n_test x p */
    /* Its number seeds the draws of backgrounds and of what breaks ties. With base/stream.h it may be
     * that of anything whose error these draws are to be a part of: a replicate, a unit. */
    uint32_t split;
    uint64_t seed; /* seeds base/stream.h's draws; numpy's ignore it */
    const struct eg_keep_remove_convention *convention;
    int without_imputed; /* K*I and R*I are left out: x_train has too few rows (eg_imputer_rows) */
};

struct eg_keep_remove_result {
    size_t points;
    size_t counts[EG_MASK_POINTS];                        /* features kept or removed */
    double raw[EG_KEEP_REMOVE_METRICS][EG_MASK_POINTS];   /* mean output, or R2, ROC-AUC */
    double curve[EG_KEEP_REMOVE_METRICS][EG_MASK_POINTS]; /* turned: larger is better */
    double area[EG_KEEP_REMOVE_METRICS];                  /* the metrics */
};

/*
 * All 18 metrics of one split, on the calling thread; those that are left out, or lack labels, are NAN.
 * The result depends on the input alone.
 * EG_DATA when shapes disagree, a number is not finite (the message names row and column), y_test
 * is constant (R2 and ROC-AUC have no meaning), or the predictor fails.
 */
int eg_keep_remove(const struct eg_keep_remove_input *input, struct eg_keep_remove_result *result,
                   struct eg_error *error);

#endif
