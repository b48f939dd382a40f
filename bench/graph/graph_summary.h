/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the cells of the graph-prior experiment add up to.
 */
#ifndef EG_BENCH_GRAPH_SUMMARY_H
#define EG_BENCH_GRAPH_SUMMARY_H

#include "run/experiment.h"

int eg_graph_summarise(const struct eg_rows *rows, struct eg_results *results,
                       struct eg_error *error);

extern const struct eg_table_spec eg_graph_tables[];
extern const struct eg_figure_spec eg_graph_figures[];

#endif
