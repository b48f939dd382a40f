/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the numbers of a report were made by: outcome version, code and OpenBLAS core of the rows.
 */
#ifndef EG_BENCH_ORIGIN_H
#define EG_BENCH_ORIGIN_H

#include "run/store.h"

/* Adds a row that is summed up to origins, {DATASET: {PROTOCOL: {SCALE: {"codes": {LABEL: n}, "cores": {NAME: n}}}}}.
 * Returns 0, or not when memory is short. */
int eg_origin_add(json_t *origins, const struct eg_experiment *experiment,
                  const struct eg_store *store, const json_t *row);

/* Of the rows of a data set, protocol (those of "both" too) and scale, each NULL for any. */
struct eg_origin {
    char code
        [256]; /* "1a2b3c4d (verified on 5 cells by 9f8e7d6c), 5d6e7f80 (not verified)": eight digits of each */
    char core[128]; /* "Haswell, SkylakeX" */
};
struct eg_origin eg_origin_of(const json_t *origins, const char *dataset, const char *protocol,
                              const char *scale);

#endif
