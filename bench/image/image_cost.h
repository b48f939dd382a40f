/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a cell of the image experiment costs, so that threads and shards get
 * equal work, and a shorter cell to time where one takes hours.
 */
#ifndef EG_BENCH_IMAGE_COST_H
#define EG_BENCH_IMAGE_COST_H

#include "bench/image/image_cell.h"

/* Multiplications of all sweeps of training and measurements. Fails where there is no such model or network. */
int eg_image_cost(const struct eg_image_cell *cell, double *cost, struct eg_error *error);

/* As `shorten` of struct eg_experiment: one epoch of few images, and measurements on few. */
int eg_image_shorten(void *cell, double *times, struct eg_error *error);

#endif
