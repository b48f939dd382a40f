/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What stands over a figure and on the page below it.
 */
#ifndef EG_BENCH_FIGURE_CAPTION_H
#define EG_BENCH_FIGURE_CAPTION_H

#include <stdio.h>

#include "bench/report/figure_head.h"

/* "Data: NHANES I. Protocol: paper. ... n = 5; 1 for LASSO." */
void eg_figure_write_facts(const struct eg_figure *figure, FILE *out);

/* What its marks mean: "Whiskers: ...", and the specification's note. Nothing where all is plain. */
void eg_figure_write_reading(const struct eg_figure *figure, FILE *out);

/* Both; the caller's to free. NULL when memory is short. */
char *eg_figure_caption_alloc(const struct eg_figure *figure);

#endif
