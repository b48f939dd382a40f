/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a cell of the image experiment costs, so that threads and shards get
 * equal work, and a shorter cell to time where one takes hours.
 */
#ifndef EG_BENCH_IMAGE_COST_H
#define EG_BENCH_IMAGE_COST_H

#include "run/experiment.h"

/* Multiplications of all sweeps of training and measurements. EG_INTERNAL when the configuration
 * lacks something. */
int eg_image_cost(const json_t *config, double *cost, struct eg_error *error);

/* As `shorten` of struct eg_experiment: one epoch of few images, and measurements on few. */
int eg_image_shorten(const json_t *config, json_t **shorter, double *times, struct eg_error *error);

#endif
