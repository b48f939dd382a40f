/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Beat AML in egbench-compare, and the made-up cohort that stands in for it. */
#ifndef EG_BENCH_COMPARE_DRUGS_H
#define EG_BENCH_COMPARE_DRUGS_H

#include "bench/compare/compare_data.h"

extern const struct eg_compare_source eg_compare_beataml, eg_compare_simulated_response;

#endif
