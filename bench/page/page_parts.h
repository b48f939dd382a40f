/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Parts of the report's page.
 */
#ifndef EG_BENCH_PAGE_PARTS_H
#define EG_BENCH_PAGE_PARTS_H

#include <stdio.h>

#include "bench/report/figure_script.h"
#include "bench/report/table_view.h"

/* The style sheet, for light and dark screens, phones and paper. */
extern const char eg_page_style[];

/* What the report's page needs besides: its first screen and its nights. */
extern const char eg_report_style[];

/* A mark and a class of style for each verdict. */
extern const char *const eg_page_marks[EG_VERDICTS], *const eg_page_classes[EG_VERDICTS];

/* A table with its caption: in each cell what was measured, its standard error and the verdict's
 * mark, and in small print what was published. */
void eg_write_page_table(FILE *out, const struct eg_table_view *view);

/* The drawn figure FOLDER/figures/NAME.svg as part of the page, its ids made unique, with its
 * caption. EG_DATA when the file cannot be read. */
int eg_write_page_figure(FILE *out, const struct eg_figure *figure, const char *folder,
                         struct eg_error *error);

#endif
