/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How long a cell of the graph-prior experiment takes.
 */
#ifndef EG_BENCH_GRAPH_COST_H
#define EG_BENCH_GRAPH_COST_H

#include "bench/graph/graph_models.h"

/* In epochs of a plain network of 512 and 256 units, if no training stops early. */
double eg_graph_work(enum eg_graph_family family, const struct eg_graph_recipe *recipe);

/* As shorten of struct eg_experiment. */
int eg_graph_shorten(const json_t *config, json_t **shorter, double *times, struct eg_error *error);

#endif
