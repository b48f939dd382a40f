/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The main function that all experiment programs share.
 */
#ifndef EG_BENCH_PROGRAM_H
#define EG_BENCH_PROGRAM_H

#include "run/experiment.h"

/* Reads the command line, runs the experiment's cells that the store lacks, and prints its tables to
 * standard output. Returns the exit code. */
int eg_program_main(const struct eg_experiment *experiment, int argc, char **argv);

#endif
