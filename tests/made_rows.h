/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of an experiment made up for tests of its summary. */
#ifndef EG_TESTS_MADE_ROWS_H
#define EG_TESTS_MADE_ROWS_H

#include "run/experiment.h"

/* Appends a row; what the configuration lacks of the experiment's fields is "", 0 or an empty list. Takes
 * over config and values. */
void make_row(const struct eg_experiment *experiment, const struct eg_rows *rows, json_t *config,
              json_t *values);

/* What the experiment makes of the rows, which are taken over. Aborts the test where that fails. */
struct eg_results make_summary(const struct eg_experiment *experiment, const struct eg_rows *rows);

#endif
