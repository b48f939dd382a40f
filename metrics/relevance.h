/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much of the attributions lies on features that are known to matter. */
#ifndef EG_METRICS_RELEVANCE_H
#define EG_METRICS_RELEVANCE_H

#include "base/error.h"
#include "base/matrix.h"
#include "base/stream.h"
#include "metrics/metric_info.h"

extern const struct eg_metric_info eg_relevance_mass_info, eg_relevance_rank_info;

struct eg_relevance {
    double mass; /* mean over rows of sum of |phi| on the planted features / sum of |phi| */
    double rank; /* mean over rows of the share of the planted among as many strongest features */
};

/*
 * phi (n x p); planted (p) is 1 at the features that matter, else 0 (Arras et al. 2022). A row of zeros
 * says nothing, and has the mass that unrelated numbers get: the share of features that are planted.
 * The stream, whose item becomes the row's number, breaks ties. EG_DATA when a number is not finite,
 * or no feature or every one is planted; EG_INTERNAL when memory is short.
 */
int eg_relevance(const struct eg_matrix *phi, const char *planted, struct eg_stream stream,
                 struct eg_relevance *result, struct eg_error *error);

#endif
