/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/row.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

Test(row, numbers_come_back_to_the_last_bit)
{
    const double numbers[] = {0.1, -0.0, M_PI, DBL_MIN / 3, DBL_MAX, 1e22, -3, NAN, INFINITY};
    int failed = 0;
    json_t *values = json_object();
    const struct eg_row row = {values, &failed};
    const struct eg_row part = eg_row_part(&row, "gini");
    eg_row_set_array(&row, "curve", 9, numbers);
    eg_row_set(&row, "auc", -INFINITY);
    eg_row_set(&part, "score", 0.3);
    char *text = json_dumps(values, JSON_COMPACT | JSON_REAL_PRECISION(17));
    json_t *read = json_loads(text, 0, NULL);
    cr_assert(eg_row_has_null(values) && !failed);
    cr_assert_eq(eg_row_length(read, NULL, "curve"), 9);
    for (size_t i = 0; i < 7; i++) {
        const double back = eg_row_element(read, NULL, "curve", i);
        cr_assert_eq(memcmp(&back, &numbers[i], sizeof back), 0);
    }
    cr_assert(isnan(eg_row_element(read, NULL, "curve", 7)));
    cr_assert(isnan(eg_row_element(read, NULL, "curve", 9)));
    cr_assert(isnan(eg_row_number(read, NULL, "auc")));
    cr_assert(isnan(eg_row_number(read, NULL, "none")) &&
              isnan(eg_row_number(read, "no", "score")));
    cr_assert_eq(eg_row_number(read, "gini", "score"), 0.3);
    free(text);
    json_decref(read);
    json_decref(values);
}

Test(row, a_part_is_made_once)
{
    int failed = 0;
    json_t *values = json_object();
    const struct eg_row row = {values, &failed};
    for (int i = 0; i < 2; i++) {
        const struct eg_row part = eg_row_part(&row, "eg");
        eg_row_set(&part, i ? "second" : "first", i);
    }
    cr_assert_eq(json_object_size(json_object_get(values, "eg")), 2);
    cr_assert_not(eg_row_has_null(values));
    json_decref(values);
}

Test(row, what_cannot_be_kept_is_a_failure)
{
    int failed = 0;
    json_t *values = json_object();
    const struct eg_row row = {values, &failed};
    eg_row_set_text(&row, "name", "fine");
    cr_assert_not(failed);
    eg_row_set_text(&row, "name", "\xff no UTF-8");
    cr_assert_not(failed);
    cr_expect_str_eq(json_string_value(json_object_get(values, "name")), "? no UTF-8");
    eg_row_set(&row, "\xff", 1);
    cr_assert(failed);
    const struct eg_row part = eg_row_part(&row, "late");
    eg_row_set(&part, "score", 1); /* goes nowhere, and does no harm */
    eg_row_set_json(&part, "maps", json_array());
    json_decref(values);
    failed = 0;
    values = json_object();
    eg_row_set_json(&(struct eg_row){values, &failed}, "maps", json_pack("[[i]]", 7));
    cr_assert_not(failed);
    eg_row_set_json(&(struct eg_row){values, &failed}, "more", NULL);
    cr_assert(failed);
    cr_assert_eq(json_object_size(values), 1);
    json_decref(values);
}
