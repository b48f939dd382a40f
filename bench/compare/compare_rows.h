/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stored rows of egbench-compare, and which of them belong together. */
#ifndef EG_BENCH_COMPARE_ROWS_H
#define EG_BENCH_COMPARE_ROWS_H

#include "bench/compare/compare_cell.h"
#include "bench/compare/compare_given.h"

struct eg_compare_row {
    struct eg_compare_cell cell;
    const json_t *values;
    const char *outcome; /* of one that was skipped, else NULL */
    double
        asked; /* when a method from outside gave its numbers, in seconds since 1970; 0: not known */
};

struct eg_compare_rows {
    struct eg_compare_row *items; /* those that came out, then those that were skipped */
    size_t count, skipped;
};

/*
 * Reads the rows, without those of methods of earlier runs that were changed or asked again since: of a name
 * that this run does not give, the version asked last stands, and on each unit its latest row. EG_DATA when a
 * row lacks a field, EG_INTERNAL when memory is short. It borrows from rows; free it after failure too.
 */
int eg_compare_rows_read(const struct eg_rows *rows, const struct eg_outsiders *outside,
                         struct eg_compare_rows *read, struct eg_error *error);

/* Those of one data set, likewise. */
int eg_compare_rows_of(const struct eg_compare_rows *rows, const char *dataset,
                       struct eg_compare_rows *own, struct eg_error *error);
void eg_compare_rows_free(struct eg_compare_rows *rows);

/* For struct eg_experiment: the reference's cell on the same unit goes with each, and what a method from
 * outside that this run does not ask gave before on a unit of this run stays. */
int eg_compare_goes_with(const struct eg_run *run, const void *wanted, const void *other);
int eg_compare_stays(const struct eg_run *run, const void *cell, const void *other);

#endif
