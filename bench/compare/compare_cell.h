/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One cell of egbench-compare: a method on a unit. */
#ifndef EG_BENCH_COMPARE_CELL_H
#define EG_BENCH_COMPARE_CELL_H

#include "run/experiment.h"

/*
 * As run_cell of struct eg_experiment. The configuration's fields: dataset, seed, method, samples,
 * background; unit, the split, and initialisation, the model on it, where that is not 0; files where the
 * method is from outside; model where the unit is the user's own; measure ("retrain") and retrain_rows
 * where networks are trained anew, in a cell of its own since it takes attributions of training rows too.
 *
 * The values: those of eg_compare_measure and eg_compare_ask_again, or of eg_compare_retrain;
 * n_train, n_test (what the split divides), test_rows, test_r2 or test_roc_auc (of the network); what
 * the method took, where known: gradient_evaluations and model_evaluations for a row, and in timing
 * seconds and peak_bytes; of a method from outside terms, what its numbers are in words, and in timing
 * asked, when, in seconds since 1970, and watched, what was watched of it.
 */
int eg_compare_run_cell(const struct eg_run *run, const json_t *config, json_t *values,
                        struct eg_error *error);

#endif
