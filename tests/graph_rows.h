/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of the graph-prior experiment made by hand. */
#ifndef EG_TESTS_GRAPH_ROWS_H
#define EG_TESTS_GRAPH_ROWS_H

#include "bench/graph/graph_choice.h"

enum { GRAPH_ROWS_MAX = 64 };

struct graph_rows {
    struct eg_group group;
    size_t count;
    const json_t *rows[GRAPH_ROWS_MAX];
    json_t *made[GRAPH_ROWS_MAX];
};

/* values: JSON text with ' in place of ". The group is of all rows so far. Each is of 64 training and 20
 * test rows. */
void add_graph_row(struct graph_rows *rows, const char *family, int split, int replicate,
                   int setting, const char *values, ...) __attribute__((format(printf, 6, 7)));
void free_graph_rows(struct graph_rows *rows);

/* The choice among the rows; aborts the test on failure. */
struct eg_graph_choice choose_graph_rows(const struct graph_rows *rows, int is_fixed);

/* The one result of that model and metric; its value is NAN where there is none. */
struct eg_result find_graph_result(const struct eg_results *results, const char *model,
                                   const char *metric);

#endif
