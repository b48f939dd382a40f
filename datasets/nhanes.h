/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * NHANES I: who of 13,442 people was alive 15 (or 10) years after the survey.
 * From the folder nhanes1 of the data folder:
 *
 *   X_sparsity.csv  the authors' features, the first column an index; or, where
 *                   it is absent, X_large.csv, a reduced form; empty = missing
 *   y_sparsity.npy  the authors' released labels, which are survival to 15 years
 *   follow_up.csv   columns alive_10y and alive_15y (empty = unknown), for 10
 *                   years, or for 15 where y_sparsity.npy is absent
 *
 * The CSV files may be gzipped, with .gz after their names. All have the same
 * people in the same order. People whose label is unknown are left out, and the
 * description counts them. Values are as in the file, NAN where empty: who draws a split imputes and
 * standardises (datasets/subset.h), one-hot columns like the others.
 *
 * Options used: data_folder, label_years, missing_flags.
 */
#ifndef EG_DATASETS_NHANES_H
#define EG_DATASETS_NHANES_H

#include "datasets/dataset.h"

/* Whether one of the two feature files is there. Where it is not, a caller may take the simulated
 * cohort instead; load fails with EG_DATA then. */
int eg_nhanes_available(const struct eg_dataset_options *options);

extern const struct eg_dataset_source eg_nhanes;

#endif
