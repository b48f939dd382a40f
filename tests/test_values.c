/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/values.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

Test(values, come_back_to_the_last_bit)
{
    const double numbers[] = {0.1, -0.0, M_PI, DBL_MIN / 3, DBL_MAX, 1e22, -3, NAN, INFINITY};
    double back[9], single;
    struct eg_error error = {0};
    json_t *values = json_object();
    cr_assert_eq(eg_values_set_array(values, "curve", 9, numbers, &error), EG_OK);
    cr_assert_eq(eg_values_set(values, "auc", -INFINITY, &error), EG_OK);
    cr_assert(eg_values_have_null(values));
    char *text = json_dumps(values, JSON_COMPACT | JSON_REAL_PRECISION(17));
    json_t *read = json_loads(text, 0, NULL);
    cr_assert_eq(eg_values_get_array(read, "curve", 9, back, &error), EG_OK);
    cr_assert_eq(memcmp(back, numbers, 7 * sizeof *back), 0);
    cr_assert(isnan(back[7]) && isnan(back[8]));
    cr_assert_eq(eg_values_get(read, "auc", &single, &error), EG_OK);
    cr_assert(isnan(single));
    free(text);
    json_decref(read);
    json_decref(values);
}

Test(values, missing_ones_are_named)
{
    double numbers[2];
    struct eg_error error = {0};
    json_t *values = json_pack("{s:[f,f,f], s:s}", "curve", 1.0, 2.0, 3.0, "name", "x");
    cr_assert_not(eg_values_have_null(values));
    cr_assert_eq(eg_values_get(values, "auc", numbers, &error), EG_DATA);
    cr_assert(strstr(error.message, "\"auc\"") && strstr(error.message, "--force"));
    cr_assert_eq(eg_values_get(values, "name", numbers, &error), EG_DATA);
    cr_assert_eq(eg_values_get_array(values, "curve", 2, numbers, &error), EG_DATA);
    cr_assert(strstr(error.message, "\"curve\" of 2 numbers"));
    json_decref(values);
}
