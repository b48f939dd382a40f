/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One cell of egbench-compare: a method on a unit. */
#ifndef EG_BENCH_COMPARE_CELL_H
#define EG_BENCH_COMPARE_CELL_H

#include "run/experiment.h"

/* What a cell's outcome depends on. What is optional is NULL or 0 where it does not apply. */
struct eg_compare_cell {
    const char *dataset, *data, *protocol, *scale; /* data: hash of its content */
    size_t seed, unit;                             /* unit: the split */
    const char *method;
    size_t epochs, samples, background;
    size_t initialisation; /* which model on the split */
    /* NULL: the usual measures. "retrain" where networks are trained anew, which takes attributions of so many
     * training rows too; or the name of a family of bench/compare/compare_asked.h. */
    const char *measure;
    size_t retrain_rows;
    /* Of a method from outside: its path or command line, unless it is files of numbers; the hash of what it
     * hangs on, or of its numbers; and what is said of these before it is asked. */
    const char *plugin, *command, *files, *train_files;
    size_t asked_again;
    const char *kind, *baseline, *baseline_file;
    /* Of a unit of the user's own: hashes of its files, and how they are read. */
    const char *model, *x_train, *y_train, *x_test, *y_test, *outputs_test, *keep_remove, *network;
    size_t output; /* of several outputs */
    const char *by_class, *label, *channels;
    const char *predict, *predict_files; /* a model's command, and the hash of what it hangs on */
};

/* All of them. */
extern const struct eg_field eg_compare_fields[];

/* For struct eg_experiment: a method from outside is asked first, since it may fail. */
int eg_compare_comes_first(const void *cell);

/*
 * As run_cell of struct eg_experiment. It sets what eg_compare_measure and eg_compare_ask_again do, or
 * eg_compare_retrain; n_train, n_test (what the split divides), test_rows, test_r2 or test_roc_auc (of the
 * network); what the method took, where known: gradient_evaluations and model_evaluations for a row, and in
 * timing seconds and peak_bytes; of a method from outside terms, what its numbers are in words, and in timing
 * asked, when, in seconds since 1970, and watched, what was watched of it.
 */
int eg_compare_run_cell(const struct eg_run *run, const void *cell, const struct eg_row *row,
                        struct eg_error *error);

#endif
