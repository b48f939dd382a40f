/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Data sets that the cells of a run share: each is read once.
 */
#ifndef EG_BENCH_DATASET_CACHE_H
#define EG_BENCH_DATASET_CACHE_H

#include "datasets/dataset.h"

/* The data set of that name, loaded on first use and kept to the program's end; any thread may ask.
 * NULL with *error filled when it cannot be loaded. */
const struct eg_dataset *eg_cached_dataset(const char *name,
                                           const struct eg_dataset_options *options,
                                           struct eg_error *error);

#endif
