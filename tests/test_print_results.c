/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/print_results.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

static const char *const methods[] = {"expected gradients", "random", "never run", NULL};
static const char *const metrics[] = {"auc", "r2", NULL};
static const struct eg_table_spec tables[] = {{.id = "table-9",
                                               .title = "Table 9: a test",
                                               .methods = methods,
                                               .metrics = metrics,
                                               .digits = 3},
                                              {0}};
static const struct eg_experiment with_tables = {.name = "fake", .tables = tables};
static const struct eg_experiment without = {.name = "fake"};

static struct eg_results make_results(void)
{
    struct eg_results results = {0};
    struct eg_error error = {0};
    const struct eg_result items[] = {
        {"moons", "paper", "smoke", "expected gradients", "", "auc", "", "", NAN, 0.12345, 0.01, 5,
         7, 0, NULL, NULL, 0},
        {"moons", "paper", "smoke", "random", "", "auc", "", "", NAN, -1, NAN, 1, 7, 0, NULL, NULL,
         0},
        {"moons", "paper", "smoke", "random", "", "r2", "", "", NAN, NAN, NAN, 1, 7, 0, NULL, NULL,
         0},
        {"moons", "fixed", "smoke", "random", "", "r2", "", "", NAN, 0.5, NAN, 1, 7, 0, NULL, NULL,
         0},
        {"moons", "paper", "smoke", "random", "", "curve", "", "all", 0.1, 2, 1e300, 3, 7, 0, NULL,
         NULL, 0},
    };
    for (size_t i = 0; i < sizeof items / sizeof *items; i++)
        cr_assert_eq(eg_results_add(&results, &items[i], &error), EG_OK);
    return results;
}

Test(print_results, tables)
{
    struct eg_results results = make_results();
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    eg_print_tables(&with_tables, &results, out);
    fclose(out);
    cr_assert_str_eq(text, "Table 9: a test\n"
                           "[moons, protocol paper, scale smoke, seed 7]\n"
                           "method                        auc  r2\n"
                           "expected gradients  0.123 (0.010)   -\n"
                           "random                     -1.000   -\n"
                           "\n"
                           "Table 9: a test\n"
                           "[moons, protocol fixed, scale smoke, seed 7]\n"
                           "method     r2\n"
                           "random  0.500\n"
                           "\n");
    free(text);
    eg_results_free(&results);
}

Test(print_results, a_list_where_there_are_no_tables)
{
    struct eg_results results = make_results();
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    eg_print_tables(&without, &results, out);
    fclose(out);
    cr_assert(strstr(text, "moons\tpaper\trandom\t\tcurve\t\tall\t0.1\t2\t1e+300\t3\n"), "%s",
              text);
    free(text);
    eg_results_free(&results);
}

Test(print_results, json_is_one_object_a_line)
{
    struct eg_results results = make_results();
    struct eg_error error = {0};
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    cr_assert_eq(eg_print_json(&with_tables, &results, out, &error), EG_OK);
    fclose(out);
    char *line = text;
    for (size_t i = 0; i < results.count; i++) {
        const struct eg_result *result = &results.items[i];
        const size_t length = strcspn(line, "\n");
        json_t *object = json_loadb(line, length, 0, NULL);
        cr_assert(object);
        cr_assert_str_eq(json_string_value(json_object_get(object, "experiment")), "fake");
        cr_assert_str_eq(json_string_value(json_object_get(object, "method")), result->method);
        const json_t *value = json_object_get(object, "value");
        cr_assert(isnan(result->value) ? json_is_null(value)
                                       : json_number_value(value) == result->value);
        cr_assert(isnan(result->se) == json_is_null(json_object_get(object, "se")));
        cr_assert(isnan(result->x) == json_is_null(json_object_get(object, "x")));
        cr_assert_eq(json_integer_value(json_object_get(object, "n")), (json_int_t)result->n);
        cr_assert_eq(json_integer_value(json_object_get(object, "seed")), 7);
        json_decref(object);
        line += length + 1;
    }
    cr_assert_eq(*line, '\0');
    free(text);
    eg_results_free(&results);
}
