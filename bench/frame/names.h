/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the names in results are written for readers.
 */
#ifndef EG_BENCH_NAMES_H
#define EG_BENCH_NAMES_H

#include <stddef.h>

/* 0, 1, 2, 3 for smoke, quick, night, paper; -1 for anything else and NULL. */
int eg_scale_rank(const char *scale);

/* "NHANES I" for nhanes; the name itself where nothing better is known. */
const char *eg_dataset_title(const char *name);

/* The data set that an experiment takes where that one is not there; NULL: none. */
const char *eg_dataset_stand_in(const char *name);

/* "Expected gradients" for expected_gradients, "Test ROC-AUC" for test_roc_auc, "KPM" for KPM: what
 * the list of names says, else the name with blanks for underscores and a capital. Returns text. */
char *eg_name_title(const char *name, char *text, size_t size);

/* "Test R2, Paired t"; of no statistic ("") the metric's title alone. Returns text. */
char *eg_metric_title(const char *metric, const char *statistic, char *text, size_t size);

/* value with that many decimals, or with an exponent where these would not show it; "-" for NaN.
 * Returns text. */
char *eg_format_value(double value, int digits, char *text, size_t size);

/* A standard error with that many decimals, or with one significant digit where these would not show
 * it. Returns text. */
char *eg_format_error(double error, int digits, char *text, size_t size);

#endif
