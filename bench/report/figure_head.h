/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A figure, and what the scripts of all kinds of figures begin with.
 */
#ifndef EG_BENCH_FIGURE_HEAD_H
#define EG_BENCH_FIGURE_HEAD_H

#include <jansson.h>

#include "bench/report/report_data.h"

enum { EG_SERIES_MOST = 32, EG_HEADING_LINE = 20 /* pixels of a line of the heading */ };

struct eg_figure {
    const struct eg_report *report;
    const struct eg_part *part;
    const struct eg_figure_spec *spec;
    const struct eg_result *block; /* its data set, protocol, scale and seed */
    char name[200];                /* of its files, without the suffix */
    int labelled;                  /* bars by label, a panel for each method */
    const char *methods[EG_SERIES_MOST];
    size_t method_count;
    /* What of its points there is to draw. */
    int has_intervals, has_runs, has_published, lacks_published, has_arrows, is_above_zero;
    int drawn;
};

/* Whether intervals of lines are drawn: not of so many that they would hide the lines. */
int eg_figure_has_bands(const struct eg_figure *figure);

/* The lines over the figure, an array of texts. NULL when memory is short. */
json_t *eg_figure_heading(const struct eg_figure *figure);

/* What scripts of all kinds begin with, for head.gp, and more, which is taken over; height is
 * without the heading. NULL when memory is short. */
json_t *eg_figure_head(const struct eg_figure *figure, int width, int height, json_t *more);

#endif
