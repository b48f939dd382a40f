/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_BENCH_WRITE_TABLES_H
#define EG_BENCH_WRITE_TABLES_H

#include "bench/report/report_data.h"

/* Writes folder/tables/ID.md, .csv and .tex for each table that there are results for: a block for
 * every data set and protocol, published numbers beside reproduced. EG_DATA when a file cannot be
 * written. */
int eg_write_tables(const struct eg_report *report, const char *folder, struct eg_error *error);

/* Writes folder/claims.md and folder/claims.csv: the verdict of every claim. EG_DATA when a file
 * cannot be written. */
int eg_write_claims(const struct eg_report *report, const char *folder, struct eg_error *error);

#endif
