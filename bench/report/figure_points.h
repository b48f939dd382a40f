/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The points of a figure: which results it shows, and what is drawn of each.
 */
#ifndef EG_BENCH_FIGURE_POINTS_H
#define EG_BENCH_FIGURE_POINTS_H

#include "bench/report/figure_head.h"

struct eg_figure_point {
    double value, low, high; /* low to high: the 95 % interval; NAN: none */
    double published;        /* NAN: none */
};

/* Whether the result is one of the figure's points. */
int eg_figure_shows(const struct eg_figure *figure, const struct eg_result *result);

struct eg_figure_point eg_figure_point(const struct eg_figure *figure,
                                       const struct eg_result *result);

/* Of PAIRS: the result of metric_y that goes with it; NULL: there is none. */
const struct eg_result *eg_figure_pair(const struct eg_figure *figure,
                                       const struct eg_result *result);

/* Whether what each replicate gave is drawn: there are two, too few for an interval. */
int eg_figure_shows_runs(const struct eg_figure *figure, const struct eg_result *result);

/* Finds what the figure's points have: what struct eg_figure says of them. */
void eg_figure_find_marks(struct eg_figure *figure);

#endif
