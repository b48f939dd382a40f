/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tables of a report, whatever format they are written in: the pivot of the results of one data set and
 * protocol, each number beside what was published.
 */
#ifndef EG_BENCH_TABLE_VIEW_H
#define EG_BENCH_TABLE_VIEW_H

#include <jansson.h>

#include "bench/report/report_data.h"
#include "bench/frame/table_pivot.h"

/* The table for templates: id, title, blocks; each of these has caption's facts, methods with cells, and parts no wider
 * than a page with the same cells in columns. blocks is empty where there is nothing for the table. NULL when memory is
 * short. */
json_t *eg_table_data(const struct eg_report *report, const struct eg_part *part,
                      const struct eg_table_spec *spec);

#endif
