/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_BENCH_MANUAL_H
#define EG_BENCH_MANUAL_H

#include <stdio.h>

#include "base/options.h"
#include "run/experiment.h"

/* The help of an experiment's program, or with man the source of its man page. */
void eg_print_manual(const struct eg_experiment *experiment, const char *program,
                     const struct eg_option *options, int man, FILE *out);

#endif
