/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the numbers of a report were made by: source hash and OpenBLAS core of the rows, and how many of their cells
 * another source recomputed with equal values. All of it is in the store, whatever program reads it.
 */
#ifndef EG_BENCH_ORIGIN_H
#define EG_BENCH_ORIGIN_H

#include "run/store.h"

/* Adds a row that is summed up to origins, {DATASET: {PROTOCOL: {SCALE: {"group": g, "codes": {CODE: {"cells": n,
 * "again": n, "by": {CODE: true}}}, "cores": {NAME: n}}}}}. Of times, which nobody recomputes, there is no "again". The
 * rows of a seed stand in one group; of a later group they are passed over, as what they give is. Returns 0, or not
 * when memory is short. */
int eg_origin_add(json_t *origins, const struct eg_experiment *experiment,
                  const struct eg_store *store, const json_t *row, size_t group);

/* Of the rows of a data set, protocol (those of "both" too) and scale, each NULL for any. */
struct eg_origin {
    /* "1a2b3c4d: 5 of 40 cells recomputed by 9f8e7d6c; 5d6e7f80: none of 7 cells recomputed": eight digits of each
     * hash, each once */
    char code[512];
    char core[128]; /* "Haswell, SkylakeX" */
};
struct eg_origin eg_origin_of(const json_t *origins, const char *dataset, const char *protocol,
                              const char *scale);

#endif
