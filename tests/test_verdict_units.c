/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said of networks and how they fit their rows, in every format that shows it. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <jansson.h>

#include "bench/compare/verdict_output.h"
#include "bench/compare/verdict_parts.h"
#include "bench/page/template.h"

enum { UNITS = 4 };

static const char *const methods[] = {"expected_gradients"};
static const struct eg_score_metric metrics[] = {{"KPM", 0, 0}};
static const double scores[UNITS] = {1, 2, 3, 4};

static void make(const struct eg_unit_fact *facts, struct eg_score_table *table,
                 struct eg_contest *comparison)
{
    *table = (struct eg_score_table){.dataset = "user",
                                     .methods = methods,
                                     .method_count = 1,
                                     .metrics = metrics,
                                     .metric_count = 1,
                                     .unit_count = UNITS,
                                     .scores = scores,
                                     .facts = facts,
                                     .floor = EG_NO_METHOD,
                                     .ceiling = EG_NO_METHOD,
                                     .flipped = EG_NO_METHOD,
                                     .candidate = 0,
                                     .resamples = 100};
    cr_assert_eq(eg_contest_make(table, comparison, NULL), EG_OK);
}

static void expect_units(const struct eg_unit_fact *facts, const char *expected)
{
    struct eg_score_table table;
    struct eg_contest comparison;
    make(facts, &table, &comparison);
    char *text = eg_contest_units_alloc(&comparison);
    cr_expect_str_eq(text, expected);
    free(text);
    eg_contest_free(&comparison);
}

Test(verdict_units, has_a_line_for_each_network)
{
    expect_units(NULL, "");
    expect_units((const struct eg_unit_fact[UNITS]){{0}}, "");
    expect_units((const struct eg_unit_fact[UNITS]){{"a", "dense 1", NULL, 0, 0.51234},
                                                    {"b", "dense 2, relu, dense 1", NULL, 0, 0},
                                                    {"c", "dense 1", NULL, 0, NAN},
                                                    {0}},
                 "Network: dense 1; its R2 on the rows explained: a 0.512, c -\n"
                 "Network: dense 2, relu, dense 1; its R2 on the rows explained: b 0\n");
    expect_units(
        (const struct eg_unit_fact[UNITS]){{"a", "dense 1", NULL, 1, 0.9},
                                           {"b", "dense 1", "labels turned", 1, 0.5},
                                           {"c", "dense 1", NULL, 0, 0.9},
                                           {"d", "dense 1", "labels turned", 1, 0.75}},
        "Network: dense 1; its ROC-AUC on the rows explained: a 0.9\n"
        "Network: dense 1; its ROC-AUC on the rows explained: b 0.5, d 0.75; labels turned\n"
        "Network: dense 1; its R2 on the rows explained: c 0.9\n");
}

static const struct eg_unit_fact misfits[UNITS] = {{"a<", "dense 1", NULL, 0, -1.96},
                                                   {"b", "dense 1", NULL, 1, 0.31},
                                                   {"c", "dense 1", NULL, 0, 0.1},
                                                   {"d", "dense 1", NULL, 1, 0.5}};

/* What is printed for a terminal, and the page; owned by the caller. */
static char *print_alloc(const struct eg_contest *comparison)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    cr_assert_eq(eg_contests_print(comparison, 1, out, NULL), EG_OK);
    fclose(out);
    return text;
}

static char *page_alloc(const struct eg_contest *comparison)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    json_t *data = eg_contests_data(comparison, 1);
    cr_assert_eq(eg_template_fill("comparison.html", data, out, NULL), EG_OK);
    json_decref(data);
    fclose(out);
    return text;
}

Test(verdict_units, warns_of_models_worse_than_a_constant)
{
    struct eg_score_table table;
    struct eg_contest comparison;
    make(misfits, &table, &comparison);
    char *units = eg_contest_units_alloc(&comparison);
    cr_expect(strstr(units, "Warning: worse than a constant: the model's R2 on these rows is -1.96 "
                            "(a<), b 0.31: are rows, labels and layers right?"),
              "%s", units);
    free(units);
    char *text = print_alloc(&comparison), *page = page_alloc(&comparison);
    cr_expect(strstr(text, "Network: dense 1; its R2 on the rows explained: a< -1.96, c 0.1"), "%s",
              text);
    cr_expect(strstr(text, "Warning: worse than a constant"), "%s", text);
    cr_expect(
        strstr(page, "<p>Network: dense 1; its R2 on the rows explained: a&lt; -1.96, c 0.1."));
    cr_expect(strstr(page, "<p class=v2>Warning: worse than a constant"));
    free(text);
    free(page);
    eg_contest_free(&comparison);
}

Test(verdict_units, has_a_line_of_json_for_each_unit)
{
    struct eg_score_table table;
    struct eg_contest comparison;
    char *text = NULL;
    size_t size, unit = 0;
    make(misfits, &table, &comparison);
    FILE *out = open_memstream(&text, &size);
    cr_assert_eq(eg_contests_print_json(&comparison, 1, out, NULL), EG_OK);
    fclose(out);
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        json_t *object = json_loads(line, 0, NULL);
        const char *kind = json_string_value(json_object_get(object, "kind"));
        if (strcmp(kind, "unit") == 0) {
            const struct eg_unit_fact *fact = &misfits[unit];
            cr_expect_str_eq(json_string_value(json_object_get(object, "unit")), fact->name);
            cr_expect_str_eq(json_string_value(json_object_get(object, "network")), "dense 1");
            cr_expect_str_eq(json_string_value(json_object_get(object, "score_name")),
                             fact->is_classes ? "roc_auc" : "r2");
            cr_expect_eq(json_number_value(json_object_get(object, "score")), fact->score);
            cr_expect_eq(json_integer_value(json_object_get(object, "worse_than_constant")),
                         unit++ < 2);
        }
        json_decref(object);
    }
    cr_expect_eq(unit, UNITS);
    free(text);
    eg_contest_free(&comparison);
}
