/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_RUN_MOVED_VALUE_H
#define EG_RUN_MOVED_VALUE_H

#include <jansson.h>

/* A value of a row that is another in the same cell's row by other code. */
struct eg_moved_value {
    char where[160];       /* "test_roc_auc", "expected_gradients.KPM", "curve[3]" */
    char was[40], now[40]; /* as JSON; "nothing" where there is none */
};

/* Whether the values of two rows (objects) differ, and where first. precision NULL: in any bit; else beyond the
 * tolerance of numbers of that precision (run/tolerance.h), that of an array's numbers by the largest of them. */
int eg_find_moved(const json_t *was, const json_t *now, const char *precision,
                  struct eg_moved_value *moved);

/* The same of two rows' values without values["timing"], by their receipts: in any bit where these are alike, else
 * by tolerance. A receipt that is NULL is like no other. */
int eg_row_moved(const json_t *was, const json_t *now, const json_t *receipt_was,
                 const json_t *receipt_now, struct eg_moved_value *moved);

#endif
