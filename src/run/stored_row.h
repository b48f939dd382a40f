/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a stored row says of itself.
 */
#ifndef EG_RUN_STORED_ROW_H
#define EG_RUN_STORED_ROW_H

#include <jansson.h>

#include "run/cell_key.h"
#include "run/experiment.h"

/* The outcome version that the row is of; 0 where it names none, as in stores from before there were any. */
int eg_row_version(const json_t *row);

/* "single" or "double"; "" where the row does not say. */
const char *eg_row_precision(const json_t *row);

/* Whether the row is of the experiment's outcome version and precision. */
int eg_row_is_current(const json_t *row, const struct eg_experiment *experiment);

/* What is wrong with the row's outcome version, precision or key, which is that of what the row says; NULL: nothing,
 * or it is of version 0, whose keys were others. */
const char *eg_row_identity_fault(const json_t *row);

/* The row's values without values["timing"]. A new reference, or NULL when memory is short. */
json_t *eg_steady_values(const json_t *row);

/* The kind of a cell, "dataset=nhanes1,penalty=gini,...": the text fields of its configuration, but for content
 * hashes; cells of one kind differ in numbers alone. Owned by the caller (free); NULL when memory is short. */
char *eg_cell_kind_alloc(const json_t *config);

/* The content hashes in a configuration, "data=0123...,sets=4567...": its text fields of 32 hexadecimal digits.
 * Owned by the caller (free); NULL when memory is short. */
char *eg_content_hashes_alloc(const json_t *config);

#endif
