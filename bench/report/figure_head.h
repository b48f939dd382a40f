/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A figure, and what the scripts of all kinds of figures begin with.
 */
#ifndef EG_BENCH_FIGURE_HEAD_H
#define EG_BENCH_FIGURE_HEAD_H

#include <jansson.h>

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

/* Whether the result is one of the figure's points. */
int eg_figure_shows(const struct eg_figure *figure, const struct eg_result *result);

/* What scripts of all kinds begin with, for head.gp, and more, which is taken over. NULL when memory is short. */
json_t *eg_figure_head(const struct eg_figure *figure, int width, int height, json_t *more);

/* "Data: NHANES I. Protocol: paper. ..." Returns text. */
char *eg_figure_caption(const struct eg_figure *figure, char *text, size_t size);

#endif
