/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a model, rows and labels of the user's own belong together, and what is said of that. */
#ifndef EG_BENCH_COMPARE_FIT_H
#define EG_BENCH_COMPARE_FIT_H

#include "bench/compare/compare_unit.h"

/* Labels of two classes that are -1 and 1, or 1 and 2, become 0 and 1; unit->labels says so. Both parts
 * together decide. */
void eg_compare_map_labels(struct eg_compare_unit *unit);

/* That the network's outputs for the test rows are finite and, where the file outputs is not NULL, the
 * numbers in it: within 1e-5 of 1 and the number's size. EG_DATA naming the first row that is not, and what
 * makes it so where that can be told. */
int eg_compare_check_outputs(const struct eg_compare_unit *unit, const char *model,
                             const char *outputs, struct eg_error *error);

/* row["about"] = {"unit": name, "network": text, "labels": what was done to them, if anything}. */
void eg_compare_set_about(const struct eg_compare_unit *unit, const struct eg_row *row);

#endif
