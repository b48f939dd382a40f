/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_BENCH_COMPARE_TABLE_H
#define EG_BENCH_COMPARE_TABLE_H

#include "bench/compare/compare_options.h"
#include "bench/compare/compare_rows.h"
#include "bench/compare/verdict.h"

enum { EG_COMPARE_METHODS = 64, EG_COMPARE_METRICS = 64 };

/* The table of a data set, with all that it points to. */
struct eg_compare_table {
    struct eg_score_table table;
    const char *methods[EG_COMPARE_METHODS];
    struct eg_score_metric metrics[EG_COMPARE_METRICS];
    double *scores;
    struct eg_unit_cost *costs;
    double *randomisation; /* behind the scores */
    struct eg_unit_fact *facts;
    /* A unit each, in the order of the rows. */
    size_t *splits, *models;
};

/* The table of rows of one data set, of which one at least came out: the program's methods, then those from
 * outside of earlier runs and of this one. made must not move after. Free it after failure too. EG_INTERNAL
 * when memory is short. */
int eg_compare_table_make(const struct eg_run *run, const struct eg_compare_rows *rows,
                          const struct eg_outsiders *outside, struct eg_compare_table *made,
                          struct eg_error *error);
void eg_compare_table_free(struct eg_compare_table *made);

#endif
