/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values of what templates are filled with, to stand as s:o in json_pack. All return NULL when memory is short. */
#ifndef EG_BENCH_VIEW_VALUES_H
#define EG_BENCH_VIEW_VALUES_H

#include <stdint.h>

#include <jansson.h>

/* Text whose bytes need not be UTF-8. */
json_t *eg_text(const char *text);

/* What eg_name_title makes of the name. */
json_t *eg_title(const char *name);

/* NaN is null, and infinity a text. */
json_t *eg_number(double number);

/* Its digits. */
json_t *eg_seed(uint64_t seed);

/* object with the fields of more; NULL, with both freed, where either is NULL. */
json_t *eg_merge(json_t *object, json_t *more);

/* Appends item and returns list; NULL, with both freed, where either is NULL. */
json_t *eg_append(json_t *list, json_t *item);

#endif
