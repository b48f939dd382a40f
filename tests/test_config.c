/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The readers of a cell's configuration, src/run/config.c. */
#include <string.h>

#include <criterion/criterion.h>

#include "run/experiment.h"

Test(config, reads_fields)
{
    struct eg_error error = {0};
    const char *text;
    size_t count;
    double number;
    json_t *config = json_pack("{s:s, s:i, s:f}", "name", "gini", "k", 200, "strength", 0.5);
    cr_assert_eq(eg_config_text(config, "name", &text, &error), EG_OK);
    cr_assert_eq(eg_config_count(config, "k", &count, &error), EG_OK);
    cr_assert_eq(eg_config_number(config, "strength", &number, &error), EG_OK);
    cr_assert(strcmp(text, "gini") == 0 && count == 200 && number == 0.5);
    cr_assert_eq(eg_config_number(config, "k", &number, &error), EG_OK);
    cr_assert_eq(number, 200);
    json_decref(config);
}

Test(config, names_the_field_that_is_wrong)
{
    struct eg_error error = {0};
    const char *text;
    size_t count;
    double number;
    json_t *config = json_pack("{s:s, s:i, s:f}", "name", "gini", "k", -1, "strength", 0.5);
    cr_assert_eq(eg_config_text(config, "method", &text, &error), EG_INTERNAL);
    cr_assert(strstr(error.message, "\"method\" is missing"));
    cr_assert_eq(eg_config_text(config, "k", &text, &error), EG_INTERNAL);
    cr_assert(strstr(error.message, "\"k\" is of another type"));
    cr_assert_eq(eg_config_count(config, "k", &count, &error), EG_INTERNAL);
    cr_assert_eq(eg_config_count(config, "strength", &count, &error), EG_INTERNAL);
    cr_assert_eq(eg_config_number(config, "name", &number, &error), EG_INTERNAL);
    json_decref(config);
}
