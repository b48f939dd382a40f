/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a cell's row says beside its scores: what the method took, when it was asked, what its numbers are. */
#ifndef EG_BENCH_COMPARE_TOOK_H
#define EG_BENCH_COMPARE_TOOK_H

#include <jansson.h>

#include "base/error.h"

/* What a method took on a unit; NaN: not known. */
struct eg_compare_cost {
    double gradient_evaluations, model_evaluations, seconds, peak_bytes;
    double asked; /* when, in seconds since 1970: of methods from outside */
};

/* values["gradient_evaluations"], values["model_evaluations"], and in timing the rest, where known. */
int eg_compare_store_cost(const struct eg_compare_cost *cost, json_t *values,
                          struct eg_error *error);

/* values["terms"], and in timing watched (NULL: nothing): what is watched of the method, since that says
 * where files are. After eg_compare_store_cost. */
int eg_compare_store_provenance(const char *terms, const char *watched, json_t *values,
                                struct eg_error *error);

#endif
