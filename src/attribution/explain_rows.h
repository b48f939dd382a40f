/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Internal to attribution/: methods without gradients over several samples.
 */
#ifndef EG_ATTRIBUTION_EXPLAIN_ROWS_H
#define EG_ATTRIBUTION_EXPLAIN_ROWS_H

#include "attribution/attribution.h"

/* Where the explanations of n samples go. */
struct eg_row_results {
    real *phi;                /* n x p */
    double *variance;         /* n x p, and ... */
    double *total_variance;   /* n: both or none; 0 where nothing was drawn */
    size_t model_evaluations; /* for each sample */
    size_t gradient_evaluations;
    size_t bytes; /* the most memory of any sample, times the threads that explain at once */
};

/*
 * Explains x (n x p) by explainer->method->explain, each sample with its own item of the stream, on
 * explainer->threads threads. EG_USAGE when the settings do not fit; what the method returns.
 */
int eg_explain_rows(const struct eg_explainer *explainer, const struct eg_matrix *x, const real *y,
                    struct eg_stream stream, struct eg_row_results *results,
                    struct eg_error *error);

/* EG_USAGE for an explainer that does not fit its method, given the rows that references count
 * through. */
int eg_explainer_check(const struct eg_explainer *explainer, size_t rows, struct eg_error *error);

#endif
