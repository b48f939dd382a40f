/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Figures of maps: images side by side, below each what models attribute to its pixels.
 */
#ifndef EG_BENCH_FIGURE_MAPS_H
#define EG_BENCH_FIGURE_MAPS_H

#include "bench/report/figure_head.h"

/* Fills methods, first the images, with those that there are maps of; returns whether there are any. */
int eg_figure_find_maps(struct eg_figure *figure);

/* A gnuplot data block for each method and image: x, y and red, green, blue of an image; x, y and
 * value of a map, divided by its standard deviation. */
void eg_figure_write_maps_data(const struct eg_figure *figure, FILE *out);

/* The script for maps.gp. NULL when memory is short. */
json_t *eg_figure_maps_data(const struct eg_figure *figure);

#endif
