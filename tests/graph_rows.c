/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/graph_rows.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bench/frame/view.h"
#include "bench/graph/graph_cell.h"

void add_graph_row(json_t *rows, const char *family, int split, int replicate, int setting,
                   const char *values, ...)
{
    const struct eg_graph_cell cell = {.dataset = "cohort",
                                       .data = "",
                                       .sets = "",
                                       .protocol = "both",
                                       .scale = "scale",
                                       .seed = 3,
                                       .family = family,
                                       .split = (size_t)split,
                                       .replicate = (size_t)replicate,
                                       .setting = (size_t)setting};
    char text[1024];
    json_error_t problem;
    va_list arguments;
    va_start(arguments, values);
    vsnprintf(text, sizeof text, values, arguments);
    va_end(arguments);
    for (char *c = text; *c; c++)
        *c = *c == '\'' ? '"' : *c;
    json_t *parsed = json_loads(text, 0, &problem);
    cr_assert(parsed, "%s: %s", text, problem.text);
    json_object_set_new(parsed, "data",
                        json_pack("{s:i, s:i, s:i, s:i}", "samples", 100, "train_samples", 10,
                                  "validation_samples", 16, "test_samples", 20));
    json_array_append_new(rows, json_pack("{s:o, s:o}", "config",
                                          eg_fields_pack(eg_graph_fields, &cell, NULL), "values",
                                          parsed));
}

struct eg_results summarise_graph_rows(json_t *rows)
{
    const struct eg_rows all = {.array = rows};
    struct eg_results results = {0};
    struct eg_error error = {0};
    cr_assert_eq(eg_summarise(&graph_prior_experiment, &all, &results, &error), EG_OK, "%s",
                 error.message);
    json_decref(rows);
    return results;
}

static struct eg_result find_one(const struct eg_results *results, const char *protocol,
                                 const struct eg_result_name *name)
{
    struct eg_result found = {.value = NAN};
    size_t times = 0;
    for (size_t i = 0; i < results->count; i++) {
        const struct eg_result *result = &results->items[i];
        if (strcmp(result->protocol, protocol) == 0 && strcmp(result->method, name->method) == 0 &&
            strcmp(result->versus, name->versus) == 0 &&
            strcmp(result->metric, name->metric) == 0 &&
            strcmp(result->statistic, name->statistic) == 0) {
            found = *result;
            times++;
        }
    }
    cr_assert_leq(times, 1, "%s, %s, %s: %zu times", name->method, name->metric, name->statistic,
                  times);
    return found;
}

struct eg_result find_graph_result(const struct eg_results *results, const char *protocol,
                                   const char *model, const char *metric)
{
    return find_one(results, protocol, &(struct eg_result_name){model, "", metric, ""});
}

struct eg_result find_graph_test(const struct eg_results *results, const char *protocol,
                                 const char *of, const char *versus, const char *statistic)
{
    return find_one(results, protocol, &(struct eg_result_name){of, versus, "test_r2", statistic});
}
