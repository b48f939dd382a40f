/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_BENCH_WRITE_PAGE_H
#define EG_BENCH_WRITE_PAGE_H

#include "bench/report/trends.h"
#include "bench/report/write_figures.h"

/* Writes folder/report/index.html: one page that needs nothing else, with all verdicts, tables and
 * the figures that were drawn; and beside it nightly.html, on the nightly runs of a history (NULL: none).
 * EG_DATA when one cannot be written or a figure not read. */
int eg_write_page(const struct eg_report *report, const struct eg_figures *figures,
                  const struct eg_trends *trends, const char *folder, struct eg_error *error);

#endif
