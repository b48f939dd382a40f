/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Intervals of R2 from resampled test patients (Figure 3). Rows of one patient
 * belong together, so patients are drawn, not rows.
 */
#ifndef EG_BENCH_GRAPH_BOOTSTRAP_H
#define EG_BENCH_GRAPH_BOOTSTRAP_H

#include <stddef.h>

#include "base/error.h"
#include "base/stream.h"

/* Sums over a test patient's rows: of 1, y, y^2, and of squared errors of the drugs' means and of a
 * model. */
struct eg_graph_patient {
    double rows, sum, square, drug_sse, sse;
};

struct eg_graph_interval {
    double r2, low, high, sd; /* 1 - SSE / SST; 95 % percentiles and sd of resamples */
    double within_r2, within_low, within_high; /* 1 - SSE / SSE of the drugs' means */
};

/* EG_DATA for fewer than two patients or responses that do not vary, EG_INTERNAL when memory is short. */
int eg_graph_bootstrap(const struct eg_graph_patient *patients, size_t count, size_t resamples,
                       const struct eg_stream *stream, struct eg_graph_interval *interval,
                       struct eg_error *error);

#endif
