/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sections of the report's page, in its order.
 */
#ifndef EG_BENCH_WRITE_PAGE_SECTIONS_H
#define EG_BENCH_WRITE_PAGE_SECTIONS_H

#include <stdio.h>

#include "bench/report/trends.h"
#include "bench/report/write_figures.h"

struct eg_page {
    FILE *out;
    const struct eg_report *report;
    const struct eg_figures *figures;
    const struct eg_trends *trends; /* NULL: no history */
    const char *folder;             /* with the figures in it */
};

/* How many claims came back; a line for each experiment that leads to all else about it. */
void eg_write_first_screen(const struct eg_page *page);

/* What did not come back, and what was not attempted and why. */
void eg_write_page_failures(const struct eg_page *page);
void eg_write_page_absences(const struct eg_page *page);

/* The experiment's cells with the commands that make them, tables, figures and claims. EG_DATA when a
 * figure cannot be read. */
int eg_write_page_experiment(const struct eg_page *page, const char *experiment,
                             struct eg_error *error);

/* The claims of that verdict and experiment, NULL or EG_VERDICTS: of all, as a table; each line leads to
 * the table and the figure that show it and to the cells it stands on. */
void eg_write_page_claims(const struct eg_page *page, const char *experiment,
                          enum eg_verdict verdict);

/* ---- what sections look up ---- */

/* The first drawn figure of the part that shows the claim; claim NULL: any. NULL: none. */
const struct eg_figure *eg_find_figure(const struct eg_page *page, const struct eg_part *part,
                                       const struct eg_claim *claim);

/* The first table of the part that shows the claim; claim NULL: any. NULL: none. */
const struct eg_table_spec *eg_find_table(const struct eg_page *page, const struct eg_part *part,
                                          const struct eg_claim *claim);

#endif
