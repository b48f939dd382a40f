/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How far the costs of nightly runs scatter when nothing changed, measured from the history: those of the last
 * nightly run's machine since the baseline was last accepted.
 */
#ifndef EG_BENCH_DRIFT_SCATTER_H
#define EG_BENCH_DRIFT_SCATTER_H

#include "run/history.h"

struct eg_scatter {
    size_t series, runs; /* series 0: fewer comparable runs than a step is looked for in */
    double *deviations;  /* series x runs: the logarithm of a value over its series' median */
    /* Of the series' standard deviations: the least, the middle and the largest. */
    double least, median, largest;
};

/* A series is a cost of the last nightly run that all runs have, above zero. EG_INTERNAL when memory is short. */
int eg_scatter_measure(struct eg_scatter *scatter, const struct eg_history *history,
                       struct eg_error *error);
void eg_scatter_free(struct eg_scatter *scatter);

#endif
