/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a cell gives back: numbers by name, some of them under the name of a part (a method or model). Setting never
 * fails before the cell's end: the first failure is kept, and who runs the cell asks for it once.
 */
#ifndef EG_RUN_ROW_H
#define EG_RUN_ROW_H

#include <stddef.h>

#include <jansson.h>

#include "base/error.h"

struct eg_row {
    json_t *values; /* an object */
    int *failed;    /* becomes 1 when memory is short; that of the whole row */
};

/* row[name] = number; one that is not finite is stored as null. */
void eg_row_set(const struct eg_row *row, const char *name, double number);

/* row[name] = count, stored as a whole number */
void eg_row_set_count(const struct eg_row *row, const char *name, size_t count);

/* row[name] = numbers[0 .. count-1] */
void eg_row_set_array(const struct eg_row *row, const char *name, size_t count,
                      const double *numbers);

/* row[name] = a text */
void eg_row_set_text(const struct eg_row *row, const char *name, const char *text);

/* row[name] = texts[0 .. count-1] */
void eg_row_set_texts(const struct eg_row *row, const char *name, size_t count,
                      const char *const *texts);

/* row[name] = value, which is taken over; NULL where memory is short */
void eg_row_set_json(const struct eg_row *row, const char *name, json_t *value);

/* The part of that name, made where it is not there: what is set in it is row[name][...]. */
struct eg_row eg_row_part(const struct eg_row *row, const char *name);

/* What differs from run to run goes here: digests and comparisons leave it out. */
struct eg_row eg_row_timing(const struct eg_row *row);

/* The cell is stored as "skip: why", without values. */
void eg_row_skip(const struct eg_row *row, const char *why);

/* --- reading stored values --- */

/* The number at values[part][name] (values[name] where part is NULL); NAN where there is none. */
double eg_row_number(const json_t *values, const char *part, const char *name);

/* Element `at` of the array there; NAN where there is none. */
double eg_row_element(const json_t *values, const char *part, const char *name, size_t at);

/* How many elements the array there has; 0 where there is none. */
size_t eg_row_length(const json_t *values, const char *part, const char *name);

/* Makes '?' of each byte beyond ASCII. JSON takes UTF-8 only, and a message may quote any file name or be cut in the
 * middle of a letter. */
void eg_make_ascii(char *text);

/* Whether anything in value, at any depth, is null: a number that was not finite. */
int eg_row_has_null(const json_t *value);

#endif
