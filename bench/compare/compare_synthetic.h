/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The generated data sets of egbench-compare. */
#ifndef EG_BENCH_COMPARE_SYNTHETIC_H
#define EG_BENCH_COMPARE_SYNTHETIC_H

#include "bench/compare/compare_data.h"

extern const struct eg_compare_source eg_compare_interactions, eg_compare_corrgroups60,
    eg_compare_independentlinear60;

#endif
