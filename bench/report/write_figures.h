/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_BENCH_WRITE_FIGURES_H
#define EG_BENCH_WRITE_FIGURES_H

#include "bench/report/figure_script.h"

struct eg_figures {
    struct eg_figure *items;
    size_t count;
};

/* Writes folder/figures/NAME.dat, .gp and, through gnuplot, .svg and .pdf for each figure that there
 * are results for, and lists them; NAME is the figure's id, with data set and protocol where there are
 * several. Without gnuplot, or where it fails, a warning is given and the figure is not drawn; without
 * rsvg-convert there is no PDF. EG_DATA when a file cannot be written. */
int eg_write_figures(const struct eg_report *report, const char *folder, struct eg_warner warner,
                     struct eg_figures *figures, struct eg_error *error);

void eg_figures_free(struct eg_figures *figures);

#endif
