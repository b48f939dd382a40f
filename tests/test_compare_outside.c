/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Truth: the program's own methods, whose numbers, given back as files, must score as they do inside. */
#include "bench/compare/compare_outside.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "attribution/explain.h"
#include "base/npy.h"
#include "bench/compare/compare_cell.h"
#include "bench/compare/compare_data.h"
#include "bench/compare/compare_methods.h"
#include "tests/scratch_folder.h"

enum { SAMPLES = 10, BACKGROUND = 12 };

static json_t *run_cell(const struct eg_compare_options *options, const char *method,
                        int is_outside)
{
    struct eg_error error = {0};
    const struct eg_run run = {
        .scale = "smoke", .protocol = "fixed", .own = options, .out = "nowhere", .threads = 1};
    const struct eg_compare_cell cell = {.dataset = "interactions",
                                         .method = method,
                                         .samples = SAMPLES,
                                         .background = BACKGROUND,
                                         .files = is_outside ? "hash" : NULL};
    json_t *values = json_object();
    int failed = 0;
    const struct eg_row row = {values, &failed};
    cr_assert_eq(eg_compare_run_cell(&run, &cell, &row, &error), EG_OK, "%s", error.message);
    cr_assert(!failed);
    return values;
}

static void write_rows(const char *path, const struct eg_matrix *x, size_t rows)
{
    const struct eg_npy array = {.ndim = 2, .shape = {rows, x->cols}, .data = x->data};
    cr_assert_eq(eg_npy_write(path, &array, EG_NPY_F8, NULL), EG_OK);
}

struct given {
    struct scratch scratch;
    struct eg_compare_unit unit;
};

static struct given make(void)
{
    struct given given = {.scratch = make_scratch()};
    struct eg_error error = {0};
    const struct eg_run run = {.scale = "smoke", .protocol = "fixed"};
    const struct eg_compare_source *source = eg_compare_find_source("interactions", 12, &error);
    cr_assert_eq(eg_compare_prepare(&given.unit, source, &run, 0, 0, 0, &error), EG_OK, "%s",
                 error.message);
    const struct scratch_path first = find_scratch(&given.scratch, "first.npy");
    write_rows(first.text, &given.unit.train.x, BACKGROUND);
    return given;
}

/* The numbers of a method as the file that --attributions looks for. */
static void export(const struct given *given, const char *method)
{
    struct eg_compare_explainer made = {0};
    struct eg_matrix phi;
    struct eg_error error = {0};
    const struct eg_matrix *x = &given->unit.test.x;
    const struct scratch_path path = find_scratch(&given->scratch, "interactions-0.npy");
    cr_assert_eq(eg_matrix_alloc(&phi, x->rows, x->cols, &error), EG_OK);
    cr_assert_eq(
        eg_compare_explainer_make(&made, &given->unit, method, SAMPLES, BACKGROUND, 1, &error),
        EG_OK, "%s", error.message);
    cr_assert_eq(eg_explain_phi(&made.explainer, x, NULL, made.stream, &phi, &error), EG_OK, "%s",
                 error.message);
    write_rows(path.text, &phi, phi.rows);
    eg_compare_explainer_free(&made);
    eg_matrix_free(&phi);
}

static void free_given(struct given *given)
{
    eg_compare_unit_free(&given->unit);
    remove_scratch(&given->scratch);
}

static struct eg_compare_options options_of(const struct given *given, const char *kind,
                                            const char *baseline)
{
    return (struct eg_compare_options){.methods = {{{.kind = EG_OUTSIDE_FILES,
                                                     .what = given->scratch.folder,
                                                     .name = "mine",
                                                     .phi_kind = kind,
                                                     .baseline = baseline}},
                                                   .count = 1},
                                       .split = EG_NO_SPLIT,
                                       .models = 1};
}

/* Every measure of numbers is the same number; those that ask the method again are of the inside alone. */
static void expect_same(const char *method, json_t *inside, json_t *outside)
{
    const char *name;
    json_t *value;
    size_t same = 0;
    json_object_foreach(inside, name, value)
    {
        if (strstr("timing gradient_evaluations model_evaluations max_sensitivity robust_top "
                   "robust_order robust_rank randomisation",
                   name))
            continue;
        cr_expect(json_equal(value, json_object_get(outside, name)), "%s of %s: %.17g, not %.17g",
                  name, method, json_number_value(json_object_get(outside, name)),
                  json_number_value(value));
        same++;
    }
    cr_expect_gt(same, 25);
    json_decref(inside);
    json_decref(outside);
}

Test(compare_outside, numbers_score_as_inside)
{
    struct given given = make();
    const struct scratch_path first = find_scratch(&given.scratch, "first.npy");
    const struct {
        const char *method, *kind, *baseline;
    } all[] = {{"gradients", "slopes", NULL},
               {"smoothgrad", "slopes", "rows"},
               {"expected_gradients", NULL, NULL},
               {"gradient_x_input", "shares", "rows"},
               {"integrated_gradients", NULL, "zero"},
               {"kernel_shap", "shares", first.text},
               {"deeplift", NULL, NULL}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const struct eg_compare_options options = options_of(&given, all[i].kind, all[i].baseline);
        export(&given, all[i].method);
        expect_same(all[i].method, run_cell(&options, all[i].method, 0),
                    run_cell(&options, "mine", 1));
    }
    free_given(&given);
}

/* What is not said by an option may be said beside the numbers, and an option goes before it. */
Test(compare_outside, numbers_say_what_they_are)
{
    struct given given = make();
    struct eg_outsiders found;
    struct eg_exchange_terms terms;
    struct eg_error error = {0};
    struct eg_compare_options options = options_of(&given, NULL, NULL);
    const char *const config = "{\"split\": 0, \"kind\": \"slopes\", \"baseline\": \"base.npy\"}";
    write_scratch(&given.scratch, "interactions-0/config.json", config, strlen(config));
    cr_assert_eq(eg_compare_find_outside(&options, &found, &error), EG_OK, "%s", error.message);
    cr_assert_eq(eg_compare_say_terms(&found.items[0], "interactions-0", &terms, &error), EG_OK);
    cr_expect_str_eq(terms.kind, "slopes");
    cr_expect_str_eq(terms.baseline, find_scratch(&given.scratch, "interactions-0/base.npy").text);
    cr_assert_eq(eg_compare_say_terms(&found.items[0], "interactions-1", &terms, &error), EG_OK);
    cr_expect(!*terms.kind && !*terms.baseline);
    options = options_of(&given, "shares", "mean");
    cr_assert_eq(eg_compare_find_outside(&options, &found, &error), EG_OK, "%s", error.message);
    cr_assert_eq(eg_compare_say_terms(&found.items[0], "interactions-0", &terms, &error), EG_OK);
    cr_expect_str_eq(terms.kind, "shares");
    cr_expect_str_eq(terms.baseline, "mean");
    free_given(&given);
}
