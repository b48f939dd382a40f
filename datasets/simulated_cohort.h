/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A cohort that nobody belongs to, of the shape of NHANES I as it is read from
 * X_large.csv: 13,442 rows, 51 columns (skewed laboratory values, binary and
 * one-hot columns, correlated through age, sex and a few hidden causes), 27
 * patterns of missing values at like rates, three in four alive after 15 years.
 * It stands in where the real files are absent. Nothing in it is fitted to or
 * copied from real rows: names, distributions and risks are made up, within
 * ordinary reference ranges; only the shape and the rates are NHANES's.
 *
 * Time to death follows a Weibull proportional-hazards law whose log hazard is
 * a sparse, non-linear function of age, sex, smoking, albumin, sedimentation
 * rate, blood pressure, body mass, uric acid and urine protein.
 *
 * Values are as measured, NAN where missing: who draws a split imputes and standardises.
 *
 * Options used: label_years, missing_flags, seed, rows.
 */
#ifndef EG_DATASETS_SIMULATED_COHORT_H
#define EG_DATASETS_SIMULATED_COHORT_H

#include "datasets/dataset.h"

extern const struct eg_dataset_source eg_simulated_cohort;

#endif
