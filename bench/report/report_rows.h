/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which rows of a store a report stands on: of one outcome version and precision, of one content of the data,
 * without those that this code refutes.
 */
#ifndef EG_BENCH_REPORT_ROWS_H
#define EG_BENCH_REPORT_ROWS_H

#include "bench/report/report_data.h"

/* The rows that came out "ok" to sum up, sorted by configuration: those of the experiment's outcome version and
 * precision; where there are none, of the newest other one, of version 0 those of the code that made the last. Of a
 * data set, protocol, scale and seed with rows on several contents of the data those stand of which there are
 * more, else which were read later. Counts what it leaves out in *part and warns of it. *rows: a new array. */
int eg_pick_rows(struct eg_part *part, const struct eg_store *store, struct eg_warner warner,
                 json_t **rows, struct eg_error *error);

#endif
