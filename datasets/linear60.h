/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The two linear data sets of SHAP's benchmark, 1000 rows of 60 features, made
 * from numpy's random numbers so that they equal the originals to about 1e-13.
 *
 * Both: y = x beta + 0.01 e with e normal and beta 1 at features 0, 3, ..., 27,
 * else 0. "independentlinear60": x normal, each column centred. "corrgroups60":
 * that x made exactly uncorrelated with unit variance, then correlated 0.99 in
 * each of the ten groups {0,1,2}, {3,4,5}, ..., {27,28,29}. All of that is over
 * all rows, before any split, as SHAP has it.
 *
 * Options used: seed (0 gives SHAP's; below 2^32) and rows (more than 60).
 */
#ifndef EG_DATASETS_LINEAR60_H
#define EG_DATASETS_LINEAR60_H

#include "datasets/dataset.h"

extern const struct eg_dataset_source eg_corrgroups60;
extern const struct eg_dataset_source eg_independentlinear60;

#endif
