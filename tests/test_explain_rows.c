/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What holds for every method that does not come from gradients: what it costs, threads, errors. */
#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/blas_threads.h"
#include "attribution/explain_task.h"
#include "small_network.h"

enum { P = 6, N = 7, ROWS = 4, CLASSES = 3, SAMPLES = 40 };

static struct eg_explainer explainer_of(const struct eg_method *method,
                                        const struct eg_network *network,
                                        const struct eg_matrix *background)
{
    return (struct eg_explainer){.network = network,
                                 .method = method,
                                 .settings = {.samples = SAMPLES},
                                 .background = background};
}

static struct eg_explanation explain(const struct eg_explainer *explainer,
                                     const struct eg_matrix *x, const real *y)
{
    struct eg_explanation explanation;
    struct eg_error error;
    cr_assert_eq(eg_explain(explainer, x, y, eg_stream_make(5, 0, EG_PURPOSE_EXPLAIN, 0, 0),
                            &explanation, &error),
                 EG_OK, "%s", error.message);
    return explanation;
}

Test(explain_rows, threads_do_not_change_a_bit)
{
    struct eg_network network = draw_network(P, "dense 12, relu, dense 9, tanh, dense 3", 1);
    struct eg_matrix x = draw_matrix(N, P, 2), background = draw_matrix(ROWS, P, 3);
    const real labels[N] = {0, 1, 2, 2, 1, 0, 1};
    cr_assert_eq(eg_blas_take_one_thread(NULL), EG_OK); /* as programs do */
    for (size_t m = 0; eg_methods[m]; m++) {
        struct eg_explanation one, several;
        struct eg_explainer explainer = explainer_of(eg_methods[m], &network, &background);
        one = explain(&explainer, &x, labels);
        explainer.threads = 3;
        several = explain(&explainer, &x, labels);
        cr_expect_arr_eq(several.phi.data, one.phi.data, N * P * sizeof(real), "%s",
                         eg_methods[m]->name);
        cr_expect_arr_eq(several.standard_error.data, one.standard_error.data,
                         N * P * sizeof(real));
        cr_expect_arr_eq(several.residual, one.residual, N * sizeof(double));
        eg_explanation_free(&one);
        eg_explanation_free(&several);
    }
    eg_matrix_free(&x);
    eg_matrix_free(&background);
    eg_network_free(&network);
}

/* Takes 1000 numbers, gives them back, and then has 500 and 300 at once, 500 and 500 for the last sample. */
static int explain_by_memory(struct eg_explain_task *task, struct eg_error *error)
{
    double *first = eg_task_take(task, 1000, sizeof *first, error);
    cr_assert(first && (uintptr_t)first % 64 == 0 && first[999] == 0);
    first[999] = 1;
    eg_task_give(task, first);
    float *second = eg_task_take(task, 1000, sizeof *second, error),
          *third = eg_task_take(task, task->x[0] > 0 ? 1000 : 600, sizeof *third, error);
    cr_assert(second && third && second[999] == 0);
    eg_task_give(task, second);
    eg_task_give(task, third);
    eg_task_give(task, NULL);
    eg_task_note(task, 4000);
    cr_expect_eq(task->bytes, 2 * P * sizeof(double), "what the task itself has");
    return EG_OK;
}

static size_t count_one(const struct eg_method_settings *settings, size_t background_rows)
{
    (void)settings;
    (void)background_rows;
    return 1;
}

Test(explain_rows, count_the_most_memory_at_once)
{
    const struct eg_method by_memory = {
        .name = "by_memory", .count_points = count_one, .explain = explain_by_memory};
    struct eg_network network = draw_network(P, "dense 5, relu, dense 1", 4);
    struct eg_matrix x = draw_matrix(N, P, 5), background = draw_matrix(ROWS, P, 6);
    for (size_t i = 0; i < N; i++)
        x.data[i * P] = i + 1 == N;
    struct eg_explainer explainer = explainer_of(&by_memory, &network, &background);
    struct eg_explanation explanation = explain(&explainer, &x, NULL);
    cr_expect_eq(explanation.bytes, 2 * P * sizeof(double) + 8000, "%zu", explanation.bytes);
    eg_explanation_free(&explanation);
    explainer.threads = 2;
    explanation = explain(&explainer, &x, NULL);
    cr_expect_eq(explanation.bytes, 2 * (2 * P * sizeof(double) + 8000), "a sample a thread");
    eg_explanation_free(&explanation);
    /* What no method can do without. */
    const struct {
        const struct eg_method *method;
        size_t least, most;
    } bounds[] = {{&eg_shapley_exact, (1 << P) * (P + sizeof(double)), 200000},
                  {&eg_lime, SAMPLES * P * (sizeof(double) + sizeof(real)), 100000},
                  {&eg_deeplift, SAMPLES * (P + 2 * (5 + 1)) * sizeof(real), 120000},
                  {&eg_random_attribution, 0, 200},
                  {&eg_expected_gradients, P * sizeof(real), 300000}};
    for (size_t b = 0; b < sizeof bounds / sizeof *bounds; b++) {
        explainer = explainer_of(bounds[b].method, &network, &background);
        explanation = explain(&explainer, &x, NULL);
        cr_expect(explanation.bytes > bounds[b].least && explanation.bytes < bounds[b].most,
                  "%s: %zu", bounds[b].method->name, explanation.bytes);
        eg_explanation_free(&explanation);
    }
    eg_matrix_free(&x);
    eg_matrix_free(&background);
    eg_network_free(&network);
}

/* Rows at which g is asked for, of one sample. */
Test(explain_rows, count_what_they_cost)
{
    const struct {
        const struct eg_method *method;
        size_t model, gradient;
    } costs[] = {{&eg_random_attribution, 0, 0},
                 {&eg_occlusion, P + 1, 0},
                 {&eg_shapley_exact, ((1 << P) - 1) * ROWS + 1, 0},
                 {&eg_shapley_sampling, SAMPLES * (P + 1), 0},
                 {&eg_kernel_shap, (SAMPLES + 1) * ROWS + 1, 0},
                 {&eg_lime, SAMPLES, 0},
                 {&eg_deeplift, 1, SAMPLES},
                 {&eg_expected_gradients, 0, SAMPLES}};
    struct eg_network network = draw_network(P, "dense 5, relu, dense 1", 4);
    struct eg_matrix x = draw_matrix(N, P, 5), background = draw_matrix(ROWS, P, 6);
    for (size_t c = 0; c < sizeof costs / sizeof *costs; c++) {
        const struct eg_explainer explainer = explainer_of(costs[c].method, &network, &background);
        struct eg_explanation explanation = explain(&explainer, &x, NULL);
        cr_expect_eq(explanation.model_evaluations, costs[c].model, "%s: %zu",
                     costs[c].method->name, explanation.model_evaluations);
        cr_expect_eq(explanation.gradient_evaluations, costs[c].gradient, "%s: %zu",
                     costs[c].method->name, explanation.gradient_evaluations);
        eg_explanation_free(&explanation);
    }
    eg_matrix_free(&x);
    eg_matrix_free(&background);
    eg_network_free(&network);
}

/* What is promised sums to g(x) less its mean over the background; the others promise nothing. */
Test(explain_rows, are_complete_where_promised)
{
    struct eg_network network = draw_network(P, "dense 9, tanh, dense 5, relu, dense 3", 7);
    struct eg_matrix x = draw_matrix(N, P, 8), background = draw_matrix(ROWS, P, 9);
    const real labels[N] = {2, 1, 0, 0, 1, 2, 2};
    size_t promised = 0;
    for (size_t m = 0; eg_methods[m]; m++) {
        if (!eg_methods[m]->explain)
            continue;
        struct eg_explainer explainer = explainer_of(eg_methods[m], &network, &background);
        explainer.settings.references = EG_REFERENCES_ALL;
        struct eg_explanation explanation = explain(&explainer, &x, labels);
        for (size_t i = 0; i < N; i++)
            cr_expect(eg_methods[m]->is_complete ? fabs(explanation.residual[i]) < 1e-9
                                                 : isnan(explanation.residual[i]),
                      "%s: %g", eg_methods[m]->name, explanation.residual[i]);
        promised += eg_methods[m]->is_complete != 0;
        eg_explanation_free(&explanation);
    }
    cr_expect_eq(promised, 4);
    eg_matrix_free(&x);
    eg_matrix_free(&background);
    eg_network_free(&network);
}

/* phi alone is the same phi; only some features explained are the same there, and zero elsewhere. */
Test(explain_rows, explain_some_features)
{
    struct eg_network network = draw_network(P, "dense 9, tanh, dense 1", 10);
    struct eg_matrix x = draw_matrix(N, P, 11), background = draw_matrix(ROWS, P, 12);
    for (size_t m = 0; eg_methods[m]; m++) {
        if (!eg_methods[m]->explain)
            continue;
        struct eg_explainer explainer = explainer_of(eg_methods[m], &network, &background);
        struct eg_explanation all = explain(&explainer, &x, NULL);
        explainer.feature_first = 1;
        explainer.features = 3;
        struct eg_matrix some = explain_or_abort(&explainer, &x, 5);
        for (size_t i = 0; i < N * P; i++)
            cr_expect_eq(some.data[i], i % P >= 1 && i % P < 4 ? all.phi.data[i] : 0);
        eg_explanation_free(&all);
        eg_matrix_free(&some);
    }
    eg_matrix_free(&x);
    eg_matrix_free(&background);
    eg_network_free(&network);
}

static void expect_error(const struct eg_explainer *explainer, const struct eg_matrix *x,
                         int status, const char *says)
{
    struct eg_explanation explanation;
    struct eg_error error = {0};
    cr_expect_eq(eg_explain(explainer, x, NULL, (struct eg_stream){0}, &explanation, &error),
                 status, "%s: %s", explainer->method->name, error.message);
    cr_expect(strstr(error.message, says), "%s", error.message);
    cr_expect(strstr(error.message, explainer->method->name), "%s", error.message);
}

Test(explain_rows, refuse_what_does_not_fit)
{
    struct eg_network wide = draw_network(17, "dense 1", 13),
                      network = draw_network(P, "dense 1", 14);
    struct eg_network classes = draw_network(P, "dense 3", 15);
    struct eg_matrix of_wide = draw_matrix(N, 17, 16), x = draw_matrix(N, P, 17);
    const struct eg_explainer too_many = explainer_of(&eg_shapley_exact, &wide, &of_wide);
    expect_error(&too_many, &of_wide, EG_USAGE, "up to 16");
    for (size_t m = 0; eg_methods[m]; m++) {
        if (!eg_methods[m]->explain || eg_methods[m] == &eg_random_attribution)
            continue;
        struct eg_explainer explainer = explainer_of(eg_methods[m], &network, NULL);
        expect_error(&explainer, &x, EG_USAGE, "background");
        explainer.background = &x;
        expect_error(&explainer, &of_wide, EG_USAGE, "17 columns");
        explainer.network = &classes;
        expect_error(&explainer, &x, EG_USAGE, "labels");
    }
    struct eg_explainer sampling = explainer_of(&eg_shapley_sampling, &network, &x);
    sampling.settings.references = EG_REFERENCES_SHIFTED;
    expect_error(&sampling, &x, EG_USAGE, "takes no cyclic shifts");
    sampling.settings = (struct eg_method_settings){.samples = N, .references = EG_REFERENCES_ALL};
    expect_error(&sampling, &x, EG_USAGE, "give a multiple of");
    struct eg_explainer kernel = explainer_of(&eg_kernel_shap, &network, &x);
    kernel.settings.samples = 1;
    expect_error(&kernel, &x, EG_USAGE, "too few");
    eg_matrix_free(&of_wide);
    eg_matrix_free(&x);
    eg_network_free(&wide);
    eg_network_free(&network);
    eg_network_free(&classes);
}

/* A model that gives no number is an error of the data, whichever sample meets it and whatever asks. */
Test(explain_rows, say_when_the_model_is_not_finite)
{
    struct eg_network network = draw_network(P, "dense 4, tanh, dense 1", 18);
    struct eg_matrix x = draw_matrix(N, P, 19), background = draw_matrix(ROWS, P, 20);
    network.theta[network.parameters - 1] = NAN;
    for (size_t m = 0; eg_methods[m]; m++) {
        if (!eg_methods[m]->explain || eg_methods[m] == &eg_random_attribution)
            continue;
        struct eg_explainer explainer = explainer_of(eg_methods[m], &network, &background);
        explainer.threads = 2;
        expect_error(&explainer, &x, EG_DATA, "finite");
    }
    eg_matrix_free(&x);
    eg_matrix_free(&background);
    eg_network_free(&network);
}
