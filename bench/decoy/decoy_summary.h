/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_BENCH_DECOY_SUMMARY_H
#define EG_BENCH_DECOY_SUMMARY_H

#include "run/experiment.h"

/* The accuracies of each model at the strength with the best mean dealt_accuracy (of equal ones the
 * smallest), that strength, test accuracy less that of no guide (paired by replicate), and accuracies
 * at every strength as curves. */
int eg_decoy_summarise(const struct eg_rows *rows, struct eg_results *results,
                       struct eg_error *error);

extern const struct eg_table_spec eg_decoy_tables[];
extern const struct eg_figure_spec eg_decoy_figures[];

#endif
