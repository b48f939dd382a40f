/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Does the sum of attributions over a subset of features go with what is lost without it? */
#ifndef EG_METRICS_FAITHFULNESS_CORRELATION_H
#define EG_METRICS_FAITHFULNESS_CORRELATION_H

#include "base/predictor.h"
#include "metrics/infidelity.h"

extern const struct eg_metric_info eg_faithfulness_correlation_info;

struct eg_faithfulness_input {
    const struct eg_predictor *predictor; /* p inputs */
    const struct eg_matrix *x_train; /* any number of rows x p: its means take features' place */
    const struct eg_matrix *x, *phi; /* n x p */
    enum eg_phi_kind kind;           /* slopes count times x_j - mean_j */
    size_t subset;                   /* features of a subset; 1 to p - 1 */
    size_t draws;                    /* subsets a row; 2 or more */
    struct eg_stream stream;         /* its item becomes the row's number */
};

/*
 * *mean = mean over rows of Pearson's correlation, over random subsets S, of sum_{j in S} phi_j and
 * f(x) - f(x with the features of S at their mean) (Bhatt et al. 2020). A row whose sums are all equal counts
 * as 0; one whose output does not change is left out. EG_DATA when shapes disagree, a number is not finite or
 * no row is left; EG_USAGE for a subset or draws that make no sense; what the predictor fails with.
 */
int eg_faithfulness_correlation(const struct eg_faithfulness_input *input, double *mean,
                                struct eg_error *error);

#endif
