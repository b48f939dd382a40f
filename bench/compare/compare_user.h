/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_BENCH_COMPARE_USER_H
#define EG_BENCH_COMPARE_USER_H

#include "bench/compare/compare_unit.h"
#include "bench/compare/compare_user_files.h"

enum { EG_COMPARE_USER_EPOCHS = 30 }; /* of retrained networks */

/*
 * Rows as they are, not standardised, and the model; eg_compare_finish_unit is still to do. Labels that
 * are 0 and 1 alone, or coded as -1 and 1 or 1 and 2, are classes, and the model's output is then taken as
 * log-odds. What the network gives must be finite, and what outputs_test.npy says where there is one. Where there are
 * training labels, the recipe of retrained networks is eg_compare_recipe's: how the model was trained
 * is not known. Free the unit after failure too. EG_DATA with the file's name when one does not fit.
 */
int eg_compare_load_user(struct eg_compare_unit *unit, const struct eg_compare_options *options,
                         const struct eg_compare_files *files, size_t seed, struct eg_error *error);

/* Of these, rows in the order of the network here, labels as they are, and the network with all its outputs. */
int eg_compare_read_user(struct eg_compare_unit *unit, const struct eg_compare_options *options,
                         const struct eg_compare_files *files, struct eg_error *error);

#endif
