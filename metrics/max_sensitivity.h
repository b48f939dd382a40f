/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Max-sensitivity (Yeh et al. 2019): how much attributions change when the row hardly does.
 *
 *     mean over rows x of max over draws d of |phi(x + d) - phi(x)| / |phi(x)|
 *
 * with Euclidean norms and d_j uniform between -radius and radius times the training sd of
 * feature j; and with the same draws attribution robustness (after Ghorbani et al. 2019 and Chen
 * et al. 2019, with random draws in place of an attack): of each row the agreement of the maps
 * (metrics/map_agreement.h) at the draw that leaves the least rank correlation.
 */
#ifndef EG_METRICS_MAX_SENSITIVITY_H
#define EG_METRICS_MAX_SENSITIVITY_H

#include "base/matrix.h"
#include "base/stream.h"
#include "metrics/map_agreement.h"
#include "metrics/metric_info.h"

extern const struct eg_metric_info eg_max_sensitivity_info;

struct eg_max_sensitivity_input {
    const struct eg_matrix *x_train; /* any number of rows x p: for the sd of each feature */
    const struct eg_matrix *x, *phi; /* n x p: the rows, and their attributions */
    void *context;
    /* phi (rows of x x p, zeroed before) = attributions of x, whose row i is always row i of the
     * above, moved. So a method that draws by the row's number draws the same each time, and its
     * Monte-Carlo error is not taken for sensitivity. */
    int (*explain)(void *context, const struct eg_matrix *x, struct eg_matrix *phi,
                   struct eg_error *error);
    double radius;           /* in training sds; above 0. 0.1 is a fair choice */
    size_t draws;            /* explanations of all rows; 1 or more. 10 is a fair choice */
    size_t strongest;        /* features of a row whose agreement is measured; 0: it is not */
    struct eg_stream stream; /* its item becomes the row's number */
};

struct eg_max_sensitivity {
    double mean;                   /* over the rows that have one; NAN when none has */
    size_t undefined;              /* rows with phi(x) = 0 that is not 0 nearby: left out */
    struct eg_map_agreement least; /* means over all rows; features are in no place */
};

/* A row whose phi is 0 in all draws counts as 0. EG_DATA when shapes disagree or a number is not
 * finite, EG_USAGE for a radius or a number of draws that makes no sense; what explain fails
 * with. */
int eg_max_sensitivity(const struct eg_max_sensitivity_input *input,
                       struct eg_max_sensitivity *result, struct eg_error *error);

#endif
