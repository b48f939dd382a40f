/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Truth: units that are test rows of one model are called so in every format, and no test is corrected for training
 * rows that nothing was trained on anew; units with a model each are splits, and corrected. */
#define _GNU_SOURCE /* open_memstream */
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bench/compare/compare_cell.h"
#include "bench/compare/compare_options.h"
#include "bench/compare/compare_present.h"
#include "tests/scratch_folder.h"

enum { UNITS = 6 };

static const char *const models[UNITS] = {"m0", "m1", "m2", "m3", "m4", "m5"};
static const char *const parts[UNITS] = {"t0", "t1", "t2", "t3", "t4", "t5"};

/* model, x_test: of each unit; number: of its model. */
static void add(json_t *rows, const char *method, struct eg_compare_cell cell, double score)
{
    cell.dataset = "user";
    cell.data = "hash";
    cell.protocol = "fixed";
    cell.scale = "smoke";
    cell.x_train = "x";
    cell.method = method;
    json_t *config = eg_fields_pack(eg_compare_fields, &cell, NULL);
    json_t *values = json_pack("{s:f, s:i, s:i, s:i}", "KPM", score, "n_train", 400, "n_test", 20,
                               "test_rows", 20);
    cr_assert_eq(
        json_array_append_new(rows, json_pack("{s:o, s:o}", "config", config, "values", values)),
        0);
}

/* Two methods on units of so many models and parts; by_class: the parts are those of one file. */
static json_t *make_rows(size_t model_count, size_t part_count, int has_numbers, const char *class)
{
    json_t *rows = json_array();
    for (size_t u = 0; u < UNITS; u++) {
        const size_t model = u % model_count;
        const struct eg_compare_cell cell = {.unit = has_numbers ? u / model_count : u,
                                             .initialisation = has_numbers ? model : 0,
                                             .model = models[model],
                                             .by_class = class,
                                             .x_test = parts[class ? 0 : u * part_count / UNITS]};
        add(rows, "expected_gradients", cell, 1);
        add(rows, "gradients", cell, 2 + 0.1 * (double)(u * u % 5));
    }
    return rows;
}

static char *read_alloc(const struct scratch *scratch, const char *name)
{
    char *text = calloc(1, 1 << 20);
    FILE *file = fopen(find_scratch(scratch, name).text, "r");
    cr_assert(file && fread(text, 1, (1 << 20) - 1, file) > 0, "%s", name);
    fclose(file);
    for (char *letter = text; *letter; letter++) /* whatever its lines */
        *letter = *letter == '\n' ? ' ' : *letter;
    return text;
}

static void expect_in(const struct scratch *scratch, const char *name, const char *words)
{
    char *text = read_alloc(scratch, name);
    cr_expect(strstr(text, words), "no '%s' in %s", words, name);
    free(text);
}

/* What is written says the words, and corrects the test or not. rows: taken over. */
static void expect(json_t *array, const char *title, const char *words, int is_corrected)
{
    struct eg_compare_options options = {.models = 1, .title = title};
    const struct scratch scratch = make_scratch();
    const struct eg_run run = {.out = scratch.folder, .own = &options};
    const struct eg_rows rows = {.array = array};
    struct eg_error error = {0};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    cr_assert_eq(eg_compare_present(&run, &rows, 1, out, &error), EG_OK, "%s", error.message);
    fclose(out);
    expect_in(&scratch, "report/comparison.html", words);
    expect_in(&scratch, "report/comparison.tex", words);
    char *line = strstr(text, "\"method\":\"gradients\",\"metric\":\"KPM\"");
    cr_assert_not_null(line);
    char *corrected = strstr(line, "\"corrected_p\":");
    cr_expect_eq(strncmp(corrected, "\"corrected_p\":null", 18) != 0, is_corrected, "%s", words);
    if (title) {
        expect_in(&scratch, "report/comparison.tex", "\\caption{Loans: attribution methods");
        expect_in(&scratch, "report/comparison.html", "<title>Loans</title>");
    } else
        expect_in(&scratch, "report/comparison.html",
                  "<title>Attribution methods compared</title>");
    free(text);
    remove_scratch(&scratch);
    json_decref(array);
}

Test(compare_parts, of_one_model_are_no_splits)
{
    expect(make_rows(1, UNITS, 0, NULL), "Loans",
           "6 units: disjoint parts of 120 test rows of one model; nothing is said about other "
           "models. ",
           0);
    expect(make_rows(1, UNITS, 0, NULL), NULL, "No model is trained anew from unit to unit, so ",
           0);
}

Test(compare_parts, may_be_classes)
{
    expect(make_rows(1, 1, 0, "label"), NULL,
           "6 units: classes of 120 test rows of one model; nothing is said about other models. ",
           0);
    json_t *rows = make_rows(2, 1, 1, "predicted");
    for (size_t i = 0; i < 2; i++) /* of the first class one model has no rows */
        json_array_remove(rows, 0);
    expect(rows, NULL, "5 units: classes of 60 test rows, of each of 2 models; nothing is said", 0);
}

Test(compare_parts, of_two_models_are_averaged)
{
    expect(make_rows(2, 3, 1, NULL), NULL,
           "6 units: disjoint parts of 60 test rows, of each of 2 models; nothing is said", 0);
}

Test(compare_parts, are_none_where_each_unit_has_its_model)
{
    expect(make_rows(UNITS, UNITS, 0, NULL), NULL,
           "6 units (a model on a split each). Differences are to ", 1);
    expect(make_rows(UNITS, UNITS, 0, NULL), "Loans",
           "Tests are corrected for the rows that splits share (400 to train on, 20 to test on)",
           1);
}

Test(compare_parts, are_none_on_the_same_test_rows)
{
    expect(make_rows(1, 1, 0, NULL), NULL, "6 units (a model on a split each)", 1);
}
