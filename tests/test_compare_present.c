/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Truth: rows of cells written by hand, and what they must come to. */
#define _GNU_SOURCE /* open_memstream */
#include "bench/compare/compare_present.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bench/compare/compare_cell.h"
#include "bench/compare/compare_options.h"
#include "tests/scratch_folder.h"

/* values: taken over. */
static void append_row(json_t *rows, struct eg_compare_cell cell, json_t *values)
{
    cell.dataset = "interactions";
    cell.data = "hash";
    cell.protocol = "fixed";
    cell.scale = "smoke";
    json_t *config = eg_fields_pack(eg_compare_fields, &cell, NULL);
    cr_assert_eq(
        json_array_append_new(rows, json_pack("{s:o, s:o}", "config", config, "values", values)),
        0);
}

/* A cell as the store has it; retrained: of remove and retrain alone. */
static void add_row(json_t *rows, const char *method, int split, int model, int is_retrained,
                    double score)
{
    json_t *values = is_retrained
                         ? json_pack("{s:f, s:i, s:i, s:i}", "retrain_keep", score, "n_train", 900,
                                     "n_test", 100, "test_rows", 20)
                         : json_pack("{s:f, s:i, s:i, s:i, s:i, s:f, s:{s:f, s:f}}", "KPM", score,
                                     "n_train", 900, "n_test", 100, "test_rows", 20,
                                     "gradient_evaluations", 30, "randomisation", 0.25 * split,
                                     "timing", "seconds", 0.5, "peak_bytes", 4096.0);
    const struct eg_compare_cell cell = {.method = method,
                                         .unit = (size_t)split,
                                         .initialisation = (size_t)model,
                                         .measure = is_retrained ? "retrain" : NULL};
    append_row(rows, cell, values);
}

/* The lines that are printed, an array; owned by the caller. */
static json_t *present(json_t *array)
{
    struct eg_compare_options options = {.models = 1};
    const struct scratch scratch = make_scratch();
    const struct eg_run run = {.out = scratch.folder, .own = &options};
    const struct eg_rows rows = {.array = array};
    struct eg_error error = {0};
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    cr_assert_eq(eg_compare_present(&run, &rows, 1, out, &error), EG_OK, "%s", error.message);
    fclose(out);
    remove_scratch(&scratch);
    json_t *lines = json_array();
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
        json_array_append_new(lines, json_loads(line, 0, NULL));
    free(text);
    return lines;
}

/* The line of that kind about that method and, where not NULL, metric; borrowed. */
static const json_t *find(const json_t *lines, const char *kind, const char *method,
                          const char *metric)
{
    size_t i;
    const json_t *line;
    json_array_foreach((json_t *)lines, i, line)
    {
        const char *of = json_string_value(json_object_get(line, "metric"));
        if (strcmp(json_string_value(json_object_get(line, "kind")), kind) == 0 &&
            strcmp(json_string_value(json_object_get(line, "method")), method) == 0 &&
            (!metric || strcmp(of, metric) == 0))
            return line;
    }
    cr_assert_fail("no %s of %s on %s", kind, method, metric ? metric : "all");
    return NULL;
}

static double number_of(const json_t *line, const char *field)
{
    return json_number_value(json_object_get(line, field));
}

Test(compare_present, retrained_cells_join_the_others)
{
    json_t *rows = json_array();
    for (int split = 0; split < 2; split++) {
        add_row(rows, "expected_gradients", split, 0, 0, 1);
        add_row(rows, "gradients", split, 0, 0, 3 + split);
        add_row(rows, "gradients", split, 0, 1, 0.25);
    }
    json_t *lines = present(rows);
    const json_t *plain = find(lines, "score", "gradients", "KPM"),
                 *retrained = find(lines, "score", "gradients", "retrain_keep"),
                 *whole = find(lines, "method", "gradients", NULL);
    cr_expect_eq(number_of(plain, "value"), 3.5);
    cr_expect(number_of(plain, "pairs") == 2 && number_of(plain, "difference") == 2.5);
    cr_expect(number_of(retrained, "value") == 0.25 && number_of(retrained, "n") == 2);
    cr_expect(number_of(retrained, "pairs") == 0, "the reference was not retrained");
    cr_expect_eq(number_of(whole, "missing"), 0);
    cr_expect_eq(number_of(whole, "gradient_evaluations"), 600, "30 for each of 20 rows");
    cr_expect(number_of(whole, "seconds") == 0.5 && number_of(whole, "bytes") == 4096);
    cr_expect_eq(number_of(whole, "randomisation"), 0.125);
    cr_expect_eq(number_of(whole, "ignores_model"), 1);
    json_decref(lines);
    json_decref(rows);
}

/* Two models on each of two splits: numbers count splits, whose models are averaged. */
Test(compare_present, models_of_a_split_are_one_number)
{
    json_t *rows = json_array();
    for (int split = 0; split < 2; split++)
        for (int model = 0; model < 2; model++)
            add_row(rows, "expected_gradients", split, model, 0, 10 * split + model);
    json_t *lines = present(rows);
    const json_t *score = find(lines, "score", "expected_gradients", "KPM");
    cr_expect(number_of(score, "value") == 5.5 && number_of(score, "n") == 2);
    cr_expect_float_eq(number_of(score, "se"), 5, 1e-12, "of 0.5 and 10.5, not of four numbers");
    cr_expect_eq(number_of(score, "missing"), 0);
    json_decref(lines);
    json_decref(rows);
}

/* A row of a method from outside. */
static void add_outside(json_t *rows, const char *files, int split, double asked, double score)
{
    json_t *values = json_pack("{s:f, s:i, s:i, s:i, s:s, s:{s:s}, s:{s:f, s:s}}", "KPM", score,
                               "n_train", 900, "n_test", 100, "test_rows", 20, "terms",
                               "slopes from zero", "skipped", "KAM", "no two labels differ",
                               "timing", "asked", asked, "watched", "a.py");
    append_row(rows,
               (struct eg_compare_cell){
                   .method = "mine", .unit = (size_t)split, .command = "a.py", .files = files},
               values);
}

static int has_remark(const json_t *lines, const char *words)
{
    size_t i;
    const json_t *line;
    json_array_foreach((json_t *)lines, i, line)
    {
        const char *text = json_string_value(json_object_get(line, "text"));
        if (text && strstr(text, words))
            return 1;
    }
    return 0;
}

/* Of a method of an earlier run, the version that was asked last stands, on the units that it has. */
Test(compare_present, a_changed_method_is_its_last_version)
{
    json_t *rows = json_array();
    for (int split = 0; split < 2; split++)
        add_row(rows, "expected_gradients", split, 0, 0, 1);
    add_outside(rows, "old", 0, 1000, 5);
    add_outside(rows, "old", 1, 1000, 5);
    add_outside(rows, "new", 0, 86400, 7);
    json_t *lines = present(rows);
    const json_t *score = find(lines, "score", "mine", "KPM");
    cr_expect(number_of(score, "value") == 7 && number_of(score, "n") == 1);
    cr_expect(
        has_remark(lines, "mine: slopes from zero, asked 1970-01-02 00:00 UTC; watched: a.py"));
    cr_expect(has_remark(lines, "KAM of mine: skipped: no two labels differ"));
    json_decref(lines);
    json_decref(rows);
}
