/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of the graph-prior experiment made by hand, and what they add up to. */
#ifndef EG_TESTS_GRAPH_ROWS_H
#define EG_TESTS_GRAPH_ROWS_H

#include "run/experiment.h"

extern const struct eg_experiment graph_prior_experiment;

/* Adds a row to the array. values: JSON text with ' in place of ". Each is of 64 training and 20 test rows. */
void add_graph_row(json_t *rows, const char *family, int split, int replicate, int setting,
                   const char *values, ...) __attribute__((format(printf, 6, 7)));

/* The results of the rows, which are released. Aborts the test on failure. */
struct eg_results summarise_graph_rows(json_t *rows);

/* The one result of that protocol, model and metric; its value is NAN and n 0 where there is none. */
struct eg_result find_graph_result(const struct eg_results *results, const char *protocol,
                                   const char *model, const char *metric);

/* The same of a test of the models' test R2. */
struct eg_result find_graph_test(const struct eg_results *results, const char *protocol,
                                 const char *of, const char *versus, const char *statistic);

#endif
