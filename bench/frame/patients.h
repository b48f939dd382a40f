/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The patients of the sparsity experiment (Methods 6.1).
 */
#ifndef EG_BENCH_PATIENTS_H
#define EG_BENCH_PATIENTS_H

#include "bench/frame/dataset_cache.h"
#include "datasets/subset.h"
#include "nn/network.h"

/*
 * A cohort by its name in this experiment: nhanes (15-year label, columns as they come), nhanes_10y,
 * nhanes_flags (with missing-flags), simulated_cohort (of so many rows; 0: as many as NHANES). Kept
 * to the program's end. NULL with *error filled when it is unknown or cannot be read.
 */
const struct eg_dataset *eg_cohort_load(const char *name, const char *folder, size_t rows,
                                        struct eg_error *error);

struct eg_patients {
    struct eg_subset train, validation, test;
};

/* Draws train_rows patients to train on, as many to validate on, and leaves the rest to test on. All
 * columns, one-hot ones and missing-flags too, are imputed and standardised by an eg_scaler fitted on
 * those train_rows patients alone, anew for each replicate (Methods 6.1 does not say by which rows; the
 * released script fits on its training rows). Labels stay as they are. Free after failure too. */
int eg_patients_draw(const struct eg_dataset *dataset, size_t train_rows, struct eg_stream stream,
                     struct eg_patients *patients, struct eg_error *error);
void eg_patients_free(struct eg_patients *patients);

/* ROC-AUC of the network's logit (one output) on those patients. */
int eg_measure_roc_auc(const struct eg_subset *subset, const struct eg_network *network,
                       double *auc, struct eg_error *error);

#endif
