/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Expected gradients whose references are the explained rows themselves: the
 * s-th reference of row i is row (i + 1 + s) mod n. No background is read.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "prior/terms.h"
#include "small_network.h"

enum { N = 5, P = 32 };

static const char *const texts[] = {
    "dense 6, tanh, dense 1",
    "image 4x4x2, conv 3x3x3 same, softplus, pool 2, dense 1",
    "image 4x4x2, batchnorm, tanh, dense 1",
};

/* Row (i + 1 + s) mod n, written out, with the midpoints of k strata. */
static void draw_shifted(const struct eg_method_settings *settings, size_t n, size_t k,
                         size_t background_rows, struct eg_stream stream, struct eg_path *path)
{
    (void)settings;
    (void)background_rows;
    (void)stream;
    for (size_t i = 0; i < n; i++)
        for (size_t s = 0; s < k; s++) {
            path->reference[i * k + s] = (uint32_t)((i + 1 + s) % n);
            path->alpha[i * k + s] = (real)(((double)s + 0.5) / (double)k);
        }
    for (size_t s = 0; s < k; s++)
        path->coefficient[s] = 1 / (real)k;
}

static size_t count_shifted(const struct eg_method_settings *settings, size_t background_rows)
{
    return background_rows ? settings->samples : 0;
}

static const struct eg_method written_out = {
    .name = "rolled_references_written_out",
    .summary = "row i + 1 + s",
    .is_complete = 1,
    .is_stochastic = 1,
    .count_points = count_shifted,
    .draw_path = draw_shifted,
};

static struct eg_explainer explainer_of(const struct eg_network *network,
                                        const struct eg_method *method, size_t samples,
                                        const struct eg_matrix *background)
{
    return (struct eg_explainer){.network = network,
                                 .method = method,
                                 .settings = {.samples = samples,
                                              .references = EG_REFERENCES_SHIFTED,
                                              .alphas = EG_ALPHAS_MIDPOINT},
                                 .background = background};
}

/* phi of all rows at once, and the gradient of the sum of its squares */
static void run(const struct eg_explainer *explainer, const struct eg_matrix *x, real *phi,
                real *gradient)
{
    struct eg_attribution attribution;
    struct eg_error error = {0};
    real v[N * P];
    cr_assert_eq(eg_attribution_alloc(&attribution, explainer, x->rows, 1, &error), EG_OK, "%s",
                 error.message);
    eg_attribution_explain(&attribution, x->rows, x->data, NULL,
                           eg_stream_make(1, 0, EG_PURPOSE_EXPLAIN, 0, 0), phi, NULL, NULL);
    for (size_t i = 0; i < x->rows * x->cols; i++)
        v[i] = 2 * phi[i];
    eg_attribution_pull_back(&attribution, x->rows, v, gradient);
    eg_attribution_free(&attribution);
}

static double gap_between(size_t count, const real *a, const real *b)
{
    double largest = 0;
    for (size_t i = 0; i < count; i++)
        largest = fmax(largest, fabs(a[i] - b[i]) / (1 + fabs(b[i])));
    return largest;
}

static void check_samples(const char *text, size_t samples)
{
    struct eg_network network = draw_network(P, text, 1);
    struct eg_matrix x = draw_matrix(N, P, 2);
    real phi[2][N * P];
    real *gradient[2] = {calloc(network.parameters, sizeof(real)),
                         calloc(network.parameters, sizeof(real))};
    const struct eg_explainer shifted = explainer_of(&network, &eg_expected_gradients, samples,
                                                     NULL);
    const struct eg_explainer told = explainer_of(&network, &written_out, samples, &x);
    struct eg_explainer plain = told;
    plain.settings.references = EG_REFERENCES_RANDOM; /* which written_out does not read */
    run(&shifted, &x, phi[0], gradient[0]);
    run(&plain, &x, phi[1], gradient[1]);
    const double gap = gap_between(N * P, phi[0], phi[1]);
    const double slope_gap = gap_between(network.parameters, gradient[0], gradient[1]);
    cr_expect_lt(gap, 1e-13, "%s, %zu samples: off by %.3g", text, samples, gap);
    cr_expect_lt(slope_gap, 1e-12, "%s, %zu samples: off by %.3g", text, samples, slope_gap);
    free(gradient[0]);
    free(gradient[1]);
    eg_matrix_free(&x);
    eg_network_free(&network);
}

/* More samples than rows go round again, by way of the row itself. */
Test(shifted_references, are_the_next_rows)
{
    static const size_t samples[] = {1, 2, 3, 4, 5, 12};
    for (size_t t = 0; t < sizeof texts / sizeof *texts; t++)
        for (size_t s = 0; s < sizeof samples / sizeof *samples; s++)
            check_samples(texts[t], samples[s]);
}

/* On w.x + b, phi = w (x - mean of the references), whatever alpha: here of the four other rows. */
Test(shifted_references, meet_the_closed_form_on_a_linear_function)
{
    struct eg_network network = draw_network(P, "dense 1", 1);
    struct eg_matrix x = draw_matrix(N, P, 2);
    struct eg_explainer explainer = explainer_of(&network, &eg_expected_gradients, N - 1, NULL);
    explainer.settings.alphas = EG_ALPHAS_RANDOM;
    real phi[N * P];
    real *gradient = calloc(network.parameters, sizeof *gradient);
    run(&explainer, &x, phi, gradient);
    for (size_t j = 0; j < P; j++) {
        double sum = 0;
        for (size_t i = 0; i < N; i++)
            sum += x.data[i * P + j];
        for (size_t i = 0; i < N; i++) {
            const double own = x.data[i * P + j], others = (sum - own) / (N - 1);
            cr_expect_float_eq(phi[i * P + j], network.theta[j] * (own - others), 1e-13);
        }
    }
    free(gradient);
    eg_matrix_free(&x);
    eg_network_free(&network);
}

/* The last batch of an epoch is shorter: it rolls through its own rows. One row alone is its own
 * reference, which explains nothing. */
Test(shifted_references, roll_through_the_rows_that_are_there)
{
    struct eg_network network = draw_network(P, texts[0], 1);
    struct eg_matrix x = draw_matrix(N, P, 2);
    const struct eg_explainer shifted = explainer_of(&network, &eg_expected_gradients, 2, NULL);
    struct eg_attribution attribution;
    real whole[N * P], again[N * P], few[3 * P], gradient_unused[1024] = {0};
    struct eg_matrix first = {3, P, x.data};
    const struct eg_stream stream = eg_stream_make(1, 0, EG_PURPOSE_EXPLAIN, 0, 0);
    cr_assert_eq(eg_attribution_alloc(&attribution, &shifted, N, 0, NULL), EG_OK);
    run(&shifted, &first, few, gradient_unused);
    eg_attribution_explain(&attribution, N, x.data, NULL, stream, whole, NULL, NULL);
    eg_attribution_explain(&attribution, 3, x.data, NULL, stream, again, NULL, NULL);
    cr_expect_lt(gap_between(3 * P, again, few), 1e-13);
    cr_expect_gt(gap_between(3 * P, again, whole), 1e-3);
    eg_attribution_explain(&attribution, 1, x.data, NULL, stream, again, NULL, NULL);
    for (size_t i = 0; i < P; i++)
        cr_expect_eq(again[i], 0);
    eg_attribution_free(&attribution);
    eg_matrix_free(&x);
    eg_network_free(&network);
}

/* A background that is there is not read: NaN would show. */
Test(shifted_references, do_not_read_the_background)
{
    struct eg_network network = draw_network(P, texts[1], 1);
    struct eg_matrix x = draw_matrix(N, P, 2), background = draw_matrix(2, P, 3);
    real phi[2][N * P], gradient_unused[1024] = {0};
    for (size_t i = 0; i < 2 * P; i++)
        background.data[i] = (real)NAN;
    const struct eg_explainer without = explainer_of(&network, &eg_expected_gradients, 3, NULL);
    const struct eg_explainer with = explainer_of(&network, &eg_expected_gradients, 3, &background);
    run(&without, &x, phi[0], gradient_unused);
    run(&with, &x, phi[1], gradient_unused);
    cr_expect_arr_eq(phi[0], phi[1], sizeof phi[0]);
    eg_matrix_free(&x);
    eg_matrix_free(&background);
    eg_network_free(&network);
}

/* What the attributions of a linear function add up to is g(x) less g at the sample's own references. */
Test(shifted_references, are_the_base_of_an_explanation)
{
    struct eg_network network = draw_network(P, "dense 1", 1);
    struct eg_matrix x = draw_matrix(N, P, 2);
    struct eg_explainer explainer = explainer_of(&network, &eg_expected_gradients, 2, NULL);
    struct eg_explanation explanation;
    struct eg_error error = {0};
    real out[N];
    cr_assert_eq(eg_network_predict(&network, N, x.data, out, NULL), EG_OK);
    cr_assert_eq(eg_explain(&explainer, &x, NULL, eg_stream_make(1, 0, EG_PURPOSE_EXPLAIN, 0, 0),
                            &explanation, &error),
                 EG_OK, "%s", error.message);
    for (size_t i = 0; i < N; i++) {
        const double base = (out[(i + 1) % N] + out[(i + 2) % N]) / 2;
        cr_expect_float_eq(explanation.base[i], base, 1e-12);
        cr_expect_lt(fabs(explanation.residual[i]), 1e-12);
    }
    eg_explanation_free(&explanation);
    eg_matrix_free(&x);
    eg_network_free(&network);
}
