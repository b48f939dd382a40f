/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which lines and columns a table has for one data set and protocol: those with
 * any result.
 */
#ifndef EG_BENCH_TABLE_PIVOT_H
#define EG_BENCH_TABLE_PIVOT_H

#include "run/experiment.h"

enum { EG_TABLE_MOST = 64 };

struct eg_table_pivot {
    const char *methods[EG_TABLE_MOST], *metrics[EG_TABLE_MOST];
    size_t method_count, metric_count;
};

/* The pivot of the results of block's data set and protocol. Returns 0 when there is nothing for the
 * table. */
int eg_table_pivot(struct eg_table_pivot *pivot, const struct eg_table_spec *spec,
                   const struct eg_results *results, const struct eg_result *block);

/* What stands in that line and column. */
struct eg_result_name eg_table_name(const struct eg_table_spec *spec, const char *line,
                                    const char *column);

/* The result there, or NULL. */
const struct eg_result *eg_table_find(const struct eg_table_spec *spec,
                                      const struct eg_results *results,
                                      const struct eg_result *block, const char *line,
                                      const char *column);

#endif
