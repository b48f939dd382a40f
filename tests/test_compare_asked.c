/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The measures of egbench-compare that run in cells of their own. */
#include "bench/compare/compare_asked.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/small_network.h"

enum { FEATURES = 12, ROWS = 30 };
static const char text[] = "dense 16, relu, dense 8, softplus, dense 1";

struct setting {
    struct eg_compare_unit unit;
    struct eg_compare_explainer made;
    struct eg_compare_asker asker;
    struct eg_matrix phi;
    json_t *values;
    int failed;
    struct eg_row row;
};

static int explain(void *context, const struct eg_network *network, const struct eg_matrix *x,
                   struct eg_matrix *phi, struct eg_error *error)
{
    const struct eg_compare_explainer *made = context;
    struct eg_explainer explainer = made->explainer;
    explainer.network = network;
    return eg_explain_phi(&explainer, x, NULL, made->stream, phi, error);
}

static void make(struct setting *s, const char *method)
{
    struct eg_error error = {0};
    *s = (struct setting){.unit = {.dataset = "made", .text = text, .seed = 3},
                          .values = json_object()};
    s->unit.train.x = draw_matrix(60, FEATURES, 1);
    s->unit.test.x = draw_matrix(ROWS, FEATURES, 2);
    s->unit.network = draw_network(FEATURES, text, 3);
    cr_assert_eq(eg_compare_explainer_make(&s->made, &s->unit, method, 50, 20, 1, &error), EG_OK,
                 "%s", error.message);
    s->asker = (struct eg_compare_asker){&s->made, 1, explain};
    s->row = (struct eg_row){s->values, &s->failed};
    cr_assert_eq(eg_matrix_alloc(&s->phi, ROWS, FEATURES, NULL), EG_OK);
    cr_assert_eq(explain(&s->made, &s->unit.network, &s->unit.test.x, &s->phi, &error), EG_OK);
}

static void release(struct setting *s)
{
    eg_compare_explainer_free(&s->made);
    eg_compare_unit_free(&s->unit);
    eg_matrix_free(&s->phi);
    json_decref(s->values);
}

static double ask(struct setting *s, const char *family, const char *measure)
{
    struct eg_error error = {0};
    const struct eg_asked asked = {&s->unit, &s->phi, &s->asker, &s->made, &s->row};
    cr_assert_eq(eg_compare_measure_asked(family, &asked, &error), EG_OK, "%s", error.message);
    return eg_row_number(s->values, NULL, measure);
}

/* A perturbation that is sought does more than the worst of ten drawn from the same box, and the same seed the same. */
Test(compare_asked, a_directed_perturbation_is_worse_than_drawn_ones)
{
    static const char *const methods[] = {"expected_gradients", "integrated_gradients",
                                          "gradients",          "gradient_x_input",
                                          "smoothgrad",         "gradient_shap"};
    for (size_t m = 0; m < sizeof methods / sizeof *methods; m++) {
        struct setting s;
        make(&s, methods[m]);
        cr_assert_eq(eg_compare_ask_again(&s.unit, &s.asker, &s.phi, &s.row, NULL), EG_OK);
        const double top = ask(&s, "directed", "directed_top"),
                     order = eg_row_number(s.values, NULL, "directed_order"),
                     rank = eg_row_number(s.values, NULL, "directed_rank");
        const double drawn_top = eg_row_number(s.values, NULL, "robust_top"),
                     drawn_order = eg_row_number(s.values, NULL, "robust_order"),
                     drawn_rank = eg_row_number(s.values, NULL, "robust_rank");
        cr_expect(top < drawn_top && order < drawn_order && rank < drawn_rank,
                  "%s: %g %g %g, drawn %g %g %g", methods[m], top, order, rank, drawn_top,
                  drawn_order, drawn_rank);
        cr_expect(top >= 0 && top <= 1 && order > 0, "%s: %g, %g", methods[m], top, order);
        cr_expect_eq(ask(&s, "directed", "directed_order"), order);
        release(&s);
    }
}

/* With all layers drawn anew the network is that of the measure "randomisation". */
Test(compare_asked, the_last_depth_of_layers_is_the_whole_randomisation)
{
    struct setting s;
    make(&s, "gradients");
    cr_assert_eq(eg_compare_ask_again(&s.unit, &s.asker, &s.phi, &s.row, NULL), EG_OK);
    const double mean = ask(&s, "layers", "randomisation_layers");
    const json_t *depths = json_object_get(s.values, "randomisation_depths");
    double sum = 0;
    cr_assert_eq(json_array_size(depths), 3, "a depth for each layer with weights");
    for (size_t d = 0; d < 3; d++)
        sum += json_number_value(json_array_get(depths, d));
    cr_expect_float_eq(mean, sum / 3, 1e-14);
    cr_expect_eq(json_number_value(json_array_get(depths, 2)),
                 eg_row_number(s.values, NULL, "randomisation"));
    cr_expect_lt(json_number_value(json_array_get(depths, 0)), 0.9, "one layer is not all");
    release(&s);
}

static const char *reason(const struct setting *s, const char *measure)
{
    const char *why = json_string_value(
        json_object_get(json_object_get(s->values, "skipped"), measure));
    return why ? why : "";
}

Test(compare_asked, what_cannot_be_asked_says_why)
{
    struct setting s;
    struct eg_error error = {0};
    make(&s, "occlusion");
    ask(&s, "directed", "directed_top");
    cr_expect(strstr(reason(&s, "directed_top"), "have no gradient"), "%s",
              reason(&s, "directed_top"));
    cr_expect_geq(ask(&s, "monotonicity", "monotonicity"), 0.5, "moving one feature at a time");
    const struct eg_asked numbers = {&s.unit, &s.phi, NULL, NULL, &s.row};
    cr_assert_eq(eg_compare_measure_asked("layers", &numbers, &error), EG_OK);
    cr_expect(strstr(reason(&s, "randomisation_layers"), "cannot be asked again"), "%s",
              reason(&s, "randomisation_layers"));
    release(&s);
}
