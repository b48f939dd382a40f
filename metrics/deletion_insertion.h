/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Deletion and insertion (Petsiuk et al. 2018) for rows of features. Deletion: the features of a row
 * become their training mean, the most important first. Insertion: a row of training means gets its
 * features back in that order. What is left of the model's answer is followed along the way:
 *
 * EG_DELETION_AREA is the paper's own:
 *
 *     numbers   mean over rows of f(x_k), features by phi, the one said to raise it most first
 *     classes   as below
 *
 * EG_DELETION_NORMALISED does not depend on the scale of numbers:
 *
 *     numbers   1 - sum over rows |f(x_k) - f(x)| / sum over rows |f(mean) - f(x)|,
 *               features by |phi|, since a change either way is a change; blind to the sign of phi
 *     classes   mean over rows of the probability, by x_k, of the class foretold for x: sigmoid of
 *               f(x_k) or of -f(x_k); features by phi (by -phi where class 0 is foretold), since the
 *               curve is about what speaks for that class
 *
 * The measure is the area under that curve over the share of features moved, by the trapezoid rule.
 * A good method has a small deletion and a large insertion.
 */
#ifndef EG_METRICS_DELETION_INSERTION_H
#define EG_METRICS_DELETION_INSERTION_H

#include "base/matrix.h"
#include "base/predictor.h"
#include "base/stream.h"
#include "metrics/metric_info.h"

extern const struct eg_metric_info eg_deletion_info, eg_insertion_info; /* normalised */
extern const struct eg_metric_info eg_deletion_auc_info, eg_insertion_auc_info;

enum eg_deletion_form { EG_DELETION_NORMALISED, EG_DELETION_AREA };

enum { EG_DELETION_STEPS = 20 }; /* the most steps of a curve: the last shares of many features */

struct eg_deletion_input {
    const struct eg_predictor *predictor; /* p inputs; for classes its output is the log-odds */
    const struct eg_matrix *x_train;      /* any number of rows x p: for the means */
    const struct eg_matrix *x, *phi;      /* n x p */
    int is_classes;
    enum eg_deletion_form form;
    struct eg_stream stream; /* breaks ties; its item becomes the row's number */
};

struct eg_deletion {
    double deletion, insertion;           /* areas */
    size_t points;                        /* of a curve: min(p, EG_DELETION_STEPS) + 1 */
    size_t counts[EG_DELETION_STEPS + 1]; /* features moved: 0 .. p */
    double deletion_curve[EG_DELETION_STEPS + 1], insertion_curve[EG_DELETION_STEPS + 1];
};

/* EG_DATA when shapes disagree, a number is not finite, or for normalised numbers the model answers to all
 * rows as to the means; what the predictor fails with. Ties, so also constant phi, are in random order. */
int eg_deletion_insertion(const struct eg_deletion_input *input, struct eg_deletion *result,
                          struct eg_error *error);

#endif
