/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NHANES I in egbench-compare, and the made-up cohort that stands in for it. */
#ifndef EG_BENCH_COMPARE_PATIENTS_H
#define EG_BENCH_COMPARE_PATIENTS_H

#include "bench/compare/compare_data.h"

extern const struct eg_compare_source eg_compare_nhanes, eg_compare_simulated_cohort;

#endif
