/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which of a network's outputs is explained: one (--output K), or of each row that of its label or the largest one
 * (--output label, --output predicted). In the latter a unit is a class: the test rows whose class it is, and their
 * output, so that all that follows knows networks of one output.
 */
#ifndef EG_BENCH_COMPARE_USER_OUTPUTS_H
#define EG_BENCH_COMPARE_USER_OUTPUTS_H

#include "bench/compare/compare_unit.h"
#include "bench/compare/compare_user_files.h"

/* Leaves of a unit that was read with all outputs the one that is explained, of the file's class the test rows that
 * are of it, and of labels whether they are the output's. EG_DATA where there is no such output, or several and none is
 * named. */
int eg_compare_take_output(struct eg_compare_unit *unit, const struct eg_compare_options *options,
                           const struct eg_compare_files *files, struct eg_error *error);

/* In place of each unit of user one for each class that has two test rows or more. */
int eg_compare_split_classes(const struct eg_compare_options *options, struct eg_compare_user *user,
                             struct eg_error *error);

#endif
