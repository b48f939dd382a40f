/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --convolution, for experiments whose networks have some. */
#ifndef EG_BENCH_CONVOLUTION_OPTION_H
#define EG_BENCH_CONVOLUTION_OPTION_H

#include "base/options.h"
#include "run/experiment.h"

/* As make_options of struct eg_experiment. */
void *eg_convolution_make_options(struct eg_option table[EG_OWN_OPTIONS]);

/* The option alone, for experiments with others besides; what run->own points to begins with *convolution. */
struct eg_option eg_convolution_option(const char **convolution);

/* What the run's cells have as `convolution`, an optional field: "direct" (eg_network_choose_convolutions
 * for 0 rows), or NULL: as it is fastest for the batch. */
const char *eg_convolution_of(const struct eg_run *run);

#endif
