/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What gnuplot needs to draw a figure: the numbers and the script.
 */
#ifndef EG_BENCH_FIGURE_SCRIPT_H
#define EG_BENCH_FIGURE_SCRIPT_H

#include <stdio.h>

#include "bench/report/figure_head.h"

/* Finds what the figure has to show of that block; name is not filled. Returns 0 when that is
 * nothing. */
int eg_figure_make(struct eg_figure *figure, const struct eg_report *report,
                   const struct eg_part *part, const struct eg_figure_spec *spec,
                   const struct eg_result *block);

/* The numbers, a gnuplot data block for each method; the first line, a comment, names the columns. EG_INTERNAL when
 * memory is short. */
int eg_figure_write_data(const struct eg_figure *figure, FILE *out, struct eg_error *error);

/* The script, which reads NAME.dat in its own folder and writes the SVG to standard output. EG_INTERNAL when memory is
 * short. */
int eg_figure_write_script(const struct eg_figure *figure, FILE *out, struct eg_error *error);

#endif
