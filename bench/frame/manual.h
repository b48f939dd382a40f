/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_BENCH_MANUAL_H
#define EG_BENCH_MANUAL_H

#include "bench/frame/start.h"
#include "run/experiment.h"

/* As eg_answer_common, of an experiment's program with these options. */
int eg_answer_experiment(const struct eg_common_options *common,
                         const struct eg_experiment *experiment, const char *program,
                         const struct eg_option *options);

#endif
