/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A small experiment for the tests of the frame: sums of random numbers, some of
 * them not finite, some cells that are skipped.
 */
#ifndef EG_TESTS_FAKE_EXPERIMENT_H
#define EG_TESTS_FAKE_EXPERIMENT_H

#include "run/experiment.h"

/* Cells: 2 data sets x 3 methods x replicates (4, or --replicates). EGBENCH_FAKE_FAIL names a method
 * whose cells fail; EGBENCH_FAKE_MILLISECONDS makes each cell take so long. */
extern const struct eg_experiment fake_experiment;

#endif
