/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a cell gives back: numbers by name. JSON knows no NaN and no infinity;
 * they are stored as null, and read back as NaN.
 */
#ifndef EG_RUN_VALUES_H
#define EG_RUN_VALUES_H

#include <stddef.h>

#include <jansson.h>

#include "base/error.h"

/* values[field] = number. EG_INTERNAL when memory is short. */
int eg_values_set(json_t *values, const char *field, double number, struct eg_error *error);

/* values[field] = [numbers[0] .. numbers[count-1]] */
int eg_values_set_array(json_t *values, const char *field, size_t count, const double *numbers,
                        struct eg_error *error);

/* The number at values[field]; null gives NaN. EG_DATA when it is missing or no number. */
int eg_values_get(const json_t *values, const char *field, double *number, struct eg_error *error);

/* The count numbers of the array at values[field], which must have just so many. */
int eg_values_get_array(const json_t *values, const char *field, size_t count, double *numbers,
                        struct eg_error *error);

/* Whether anything in value, at any depth, is null: a number that was not finite. */
int eg_values_have_null(const json_t *value);

#endif
