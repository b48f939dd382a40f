/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A unit of the user's own: --model, --x-train, --x-test, --y-test. */
#ifndef EG_BENCH_COMPARE_USER_H
#define EG_BENCH_COMPARE_USER_H

#include <jansson.h>

#include "bench/compare_options.h"
#include "bench/compare_unit.h"

/* Whether the options name a model; EG_USAGE when they name some of the files that go with it and not
 * all, or --attributions of a folder. */
int eg_compare_check_user(const struct eg_compare_options *options, struct eg_error *error);

/* config["model"] ... = the files, with a hash of what is in them. */
int eg_compare_describe_user(const struct eg_compare_options *options, json_t *config,
                             struct eg_error *error);

/* Rows as they are, not standardised, and the model; eg_compare_finish_unit is still to do. Free the unit
 * after failure too. EG_DATA with the file's name when one does not fit. */
int eg_compare_load_user(struct eg_compare_unit *unit, const struct eg_compare_options *options,
                         size_t seed, struct eg_error *error);

#endif
