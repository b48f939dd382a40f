/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What gnuplot needs to draw a figure: the numbers and the script.
 */
#ifndef EG_BENCH_FIGURE_SCRIPT_H
#define EG_BENCH_FIGURE_SCRIPT_H

#include <stdio.h>

#include "bench/report/report_data.h"

enum { EG_SERIES_MOST = 32 };

struct eg_figure {
    const struct eg_report *report;
    const struct eg_part *part;
    const struct eg_figure_spec *spec;
    const struct eg_result *block; /* its data set, protocol, scale and seed */
    char name[200];                /* of its files, without the suffix */
    int labelled;                  /* bars by label, a panel for each method */
    const char *methods[EG_SERIES_MOST];
    size_t method_count;
    int drawn;
};

/* Finds what the figure has to show of that block; name is not filled. Returns 0 when that is
 * nothing. */
int eg_figure_make(struct eg_figure *figure, const struct eg_report *report,
                   const struct eg_part *part, const struct eg_figure_spec *spec,
                   const struct eg_result *block);

/* The numbers, a gnuplot data block for each method: position or x, value, standard error, published
 * number, label; of pairs value, value of metric_y, x. EG_INTERNAL when memory is short. */
int eg_figure_write_data(const struct eg_figure *figure, FILE *out, struct eg_error *error);

/* The script, which reads NAME.dat in its own folder and writes the SVG to standard output. */
void eg_figure_write_script(const struct eg_figure *figure, FILE *out);

/* What scripts of all kinds begin with; data, heading and terminal are set then. */
void eg_figure_write_head(const struct eg_figure *figure, int width, int height, FILE *out);

/* The text as a string of gnuplot. */
void eg_figure_write_quoted(FILE *out, const char *text);

/* "Data: NHANES I. Protocol: paper. ..." Returns text. */
char *eg_figure_caption(const struct eg_figure *figure, char *text, size_t size);

#endif
