/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/graph_rows.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <criterion/criterion.h>

void add_graph_row(struct graph_rows *rows, const char *family, int split, int replicate,
                   int setting, const char *values, ...)
{
    char text[1024];
    json_error_t problem;
    va_list arguments;
    va_start(arguments, values);
    vsnprintf(text, sizeof text, values, arguments);
    va_end(arguments);
    for (char *c = text; *c; c++)
        *c = *c == '\'' ? '"' : *c;
    json_t *parsed = json_loads(text, 0, &problem);
    cr_assert(parsed && rows->count < GRAPH_ROWS_MAX, "%s: %s", text, problem.text);
    json_object_set_new(parsed, "data",
                        json_pack("{s:i, s:i}", "train_samples", 64, "test_samples", 20));
    json_t *row = json_pack("{s:{s:s, s:i, s:i, s:i}, s:o}", "config", "family", family, "split",
                            split, "replicate", replicate, "setting", setting, "values", parsed);
    rows->made[rows->count] = row;
    rows->rows[rows->count++] = row;
    rows->group = (struct eg_group){.dataset = "cohort",
                                    .protocol = "protocol",
                                    .scale = "scale",
                                    .seed = 3,
                                    .count = rows->count,
                                    .rows = rows->rows};
}

void free_graph_rows(struct graph_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        json_decref(rows->made[i]);
    rows->count = 0;
}

struct eg_graph_choice choose_graph_rows(const struct graph_rows *rows, int is_fixed)
{
    struct eg_graph_choice choice;
    struct eg_error error = {0};
    cr_assert_eq(eg_graph_choose(&rows->group, is_fixed, &choice, &error), EG_OK, "%s",
                 error.message);
    return choice;
}

struct eg_result find_graph_result(const struct eg_results *results, const char *model,
                                   const char *metric)
{
    struct eg_result found = {.value = NAN};
    size_t times = 0;
    for (size_t i = 0; i < results->count; i++)
        if (strcmp(results->items[i].method, model) == 0 &&
            strcmp(results->items[i].metric, metric) == 0) {
            found = results->items[i];
            times++;
        }
    cr_assert_leq(times, 1, "%s, %s: %zu times", model, metric, times);
    return found;
}
