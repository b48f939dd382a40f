/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Edges between genes, from CSV files (plain or gzipped) with the columns gene_a
 * and gene_b and any number of columns of weights.
 */
#ifndef EG_DATASETS_EDGE_LIST_H
#define EG_DATASETS_EDGE_LIST_H

#include "graph/graph.h"

struct eg_edge_list_options {
    const char *weight; /* the column of weights; empty or 0: no edge. NULL: every row is an edge */
    double unit;        /* the number in that column that is a weight of 1; 0: 1 */
    const struct eg_edge_list_options *also; /* a further column: the heavier weight counts */
};

enum { EG_EDGE_COLUMNS_MAX = 8 };

/*
 * The graph over the given genes (no name twice) of the file's edges; those with a gene that is not
 * given are passed over. EG_DATA, naming file, line and column, for what eg_csv_read refuses, an
 * empty gene, a gene joined with itself or a negative weight; EG_DATA when no edge is left. Where an
 * edge comes twice, the heavier counts. EG_USAGE for more than EG_EDGE_COLUMNS_MAX columns of weights.
 */
int eg_edge_list_read(const char *path, const struct eg_edge_list_options *options, size_t genes,
                      char *const *gene_names, struct eg_graph *graph, struct eg_error *error);

/* The same from size bytes in memory, not gzipped; name stands for the file in messages. */
int eg_edge_list_parse(const char *name, const char *bytes, size_t size,
                       const struct eg_edge_list_options *options, size_t genes,
                       char *const *gene_names, struct eg_graph *graph, struct eg_error *error);

#endif
