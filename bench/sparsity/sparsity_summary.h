/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What comes of the sparsity experiment's rows: means, the paired tests of the
 * sparse prior against every other penalty, curves; and how they are shown.
 */
#ifndef EG_BENCH_SPARSITY_SUMMARY_H
#define EG_BENCH_SPARSITY_SUMMARY_H

#include "run/experiment.h"

int eg_sparsity_summarise(const struct eg_rows *rows, struct eg_results *results,
                          struct eg_error *error);

extern const struct eg_table_spec eg_sparsity_tables[];
extern const struct eg_figure_spec eg_sparsity_figures[];

#endif
