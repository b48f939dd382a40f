/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the functions of egbench.h refuse before the core is called. Not installed. `what` begins each
 * line: "training", or a method's name. */
#ifndef EG_PUBLIC_CHECKS_H
#define EG_PUBLIC_CHECKS_H

#include "public/handles.h"

/* The place of the first of count numbers that is not finite; count: all are. */
size_t eg_find_not_finite(size_t count, const real *x);

/* EG_DATA, naming the place and the fix, where one of rows x columns numbers is not finite. kind:
 * "mask row". */
int eg_check_finite(const char *what, const char *kind, size_t rows, size_t columns, const real *x,
                    const char *fix, struct egbench_error *error);

/* The same of rows of features, which may lack some. */
int eg_check_rows(const char *what, const char *kind, size_t rows, size_t columns, const real *x,
                  struct egbench_error *error);

/* EG_DATA, naming the row, where labels are not what the loss takes: class numbers below outputs (one
 * a row), else finite numbers (outputs a row), from 0 to 1 for a cross-entropy. */
int eg_check_labels(const char *what, const struct eg_loss *loss, size_t rows, const real *labels,
                    size_t outputs, struct egbench_error *error);

/* EG_DATA, naming the row, where labels (rows) are no class numbers below outputs. */
int eg_check_classes(const char *what, size_t rows, const real *labels, size_t outputs,
                     struct egbench_error *error);

/* EG_USAGE or EG_DATA where the settings, or the background of rows to explain (0: of batches), are
 * not what there is. */
int eg_check_explainer(const struct egbench_explainer *explainer, size_t rows,
                       struct egbench_error *error);

/* EG_DATA where a callback of the explainer's chose a row that the background has not. */
int eg_check_path(const struct egbench_explainer *explainer, struct egbench_error *error);

/* EG_USAGE where the settings are not for a prior on rows x features. */
int eg_check_prior(const struct egbench_prior *prior, size_t rows, size_t features,
                   struct egbench_error *error);

/* EG_DATA where a callback gave what is no number. */
int eg_check_own_prior(const struct egbench_prior *prior, struct egbench_error *error);

/* What a callback returned as an enum egbench_status: EG_DATA where it is none. */
int eg_callback_status(int status, struct egbench_error *error);

#endif
