/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the reader of a verdict is to know beside the numbers. */
#ifndef EG_BENCH_COMPARE_REMARKS_H
#define EG_BENCH_COMPARE_REMARKS_H

#include "bench/compare/compare_options.h"
#include "bench/compare/compare_rows.h"
#include "bench/compare/verdict.h"

enum { EG_REMARKS_MOST = 40 };

struct eg_compare_remarks {
    char *items[EG_REMARKS_MOST]; /* one line each; owned */
    size_t count;
    size_t
        notices;  /* so many, the last, are for who runs the program, not for readers of a paper */
    int is_short; /* of memory: a line is missing */
};

/* Of rows of the table's data set: which measures were chosen, which have no value and why, which methods were skipped
 * and why, and of each method from outside what its numbers are, from when, and what was watched of it.
 * EG_INTERNAL when memory is short. Free it after failure too. */
int eg_compare_make_remarks(const struct eg_compare_options *options,
                            const struct eg_compare_rows *rows, const struct eg_score_table *table,
                            struct eg_compare_remarks *remarks, struct eg_error *error);
void eg_compare_remarks_free(struct eg_compare_remarks *remarks);

#endif
