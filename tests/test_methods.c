/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Attribution methods against closed forms on linear functions, and against their definitions. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/blas_threads.h"
#include "small_network.h"

enum { P = 6, N = 9, BACKGROUND = 8 };

static const enum eg_rule rules[] = {EG_RULE_LEFT, EG_RULE_RIGHT, EG_RULE_MIDPOINT,
                                     EG_RULE_TRAPEZOID, EG_RULE_RELEASED};

/* On w.x + b every rule gives w (x - x'). */
Test(methods, integrated_gradients_are_exact_on_linear_functions)
{
    struct eg_network network = draw_network(P, "dense 1", 1);
    struct eg_matrix x = draw_matrix(N, P, 2), baseline = draw_matrix(1, P, 3);
    for (size_t r = 0; r < 5; r++) {
        const struct eg_explainer explainer = {.network = &network,
                                               .method = &eg_integrated_gradients,
                                               .settings = {.samples = 7, .rule = rules[r]},
                                               .background = &baseline};
        struct eg_matrix phi = explain_or_abort(&explainer, &x, 0);
        for (size_t i = 0; i < N * P; i++)
            cr_expect_float_eq(phi.data[i],
                               network.theta[i % P] * (x.data[i] - baseline.data[i % P]), 1e-13);
        eg_matrix_free(&phi);
    }
    eg_matrix_free(&x);
    eg_matrix_free(&baseline);
    eg_network_free(&network);
}

/* On x^2-like functions the rules differ by their known errors; on a smooth network the trapezoid
 * and midpoint rules are of second order, left and right of first. */
Test(methods, rules_converge_at_their_order)
{
    struct eg_network network = draw_network(P, "dense 8, tanh, dense 1", 4);
    struct eg_matrix x = draw_matrix(N, P, 5), baseline = draw_matrix(1, P, 6);
    struct eg_explainer explainer = {.network = &network,
                                     .method = &eg_integrated_gradients,
                                     .settings = {.samples = 20000, .rule = EG_RULE_MIDPOINT},
                                     .background = &baseline};
    struct eg_matrix exact = explain_or_abort(&explainer, &x, 0);
    for (size_t r = 0; r < 4; r++) {
        double gap[2];
        for (int half = 0; half < 2; half++) {
            /* m points are m - 1 intervals for the trapezoid. */
            const size_t intervals = half ? 40 : 20;
            explainer.settings.samples = intervals + (rules[r] == EG_RULE_TRAPEZOID);
            explainer.settings.rule = rules[r];
            struct eg_matrix phi = explain_or_abort(&explainer, &x, 0);
            gap[half] = largest_gap(&phi, &exact);
            eg_matrix_free(&phi);
        }
        const int is_second = rules[r] == EG_RULE_MIDPOINT || rules[r] == EG_RULE_TRAPEZOID;
        cr_expect_float_eq(gap[0] / gap[1], is_second ? 4 : 2, 0.2, "rule %d: %g", (int)rules[r],
                           gap[0] / gap[1]);
    }
    eg_matrix_free(&exact);
    eg_matrix_free(&x);
    eg_matrix_free(&baseline);
    eg_network_free(&network);
}

/* phi = mean over k of (x - x'_k) grad at the point, one gradient call at a time. */
static void check_by_definition(size_t k, const char *text)
{
    struct eg_network network = draw_network(P, text, 7);
    struct eg_matrix x = draw_matrix(N, P, 8), background = draw_matrix(BACKGROUND, P, 9);
    const struct eg_explainer eg = {.network = &network,
                                    .method = &eg_expected_gradients,
                                    .settings = {.samples = k},
                                    .background = &background};
    const struct eg_explainer grad = {.network = &network, .method = &eg_gradients};
    struct eg_matrix phi = explain_or_abort(&eg, &x, 11);
    struct eg_attribution attribution;
    cr_assert_eq(eg_attribution_alloc(&attribution, &eg, N, 0, NULL), EG_OK);
    eg_attribution_explain(&attribution, N, x.data, NULL,
                           eg_stream_make(11, 0, EG_PURPOSE_EXPLAIN, 0, 0), phi.data, NULL, NULL);
    for (size_t i = 0; i < N; i++) {
        double expected[P] = {0};
        for (size_t s = 0; s < k; s++) {
            const real *reference = eg_row(&background, attribution.path.reference[i * k + s]);
            const double alpha = attribution.path.alpha[i * k + s];
            real point[P];
            const struct eg_matrix one = {1, P, point};
            for (size_t j = 0; j < P; j++)
                point[j] = reference[j] + alpha * (eg_row(&x, i)[j] - reference[j]);
            struct eg_matrix gradient = explain_or_abort(&grad, &one, 0);
            for (size_t j = 0; j < P; j++)
                expected[j] += (eg_row(&x, i)[j] - reference[j]) * gradient.data[j] / (double)k;
            eg_matrix_free(&gradient);
        }
        for (size_t j = 0; j < P; j++)
            cr_expect_float_eq(eg_row(&phi, i)[j], expected[j], 1e-12, "K = %zu", k);
    }
    eg_attribution_free(&attribution);
    eg_matrix_free(&phi);
    eg_matrix_free(&x);
    eg_matrix_free(&background);
    eg_network_free(&network);
}

/* Pieces hold 128 points: fewer, as many, more, and no whole number of them. */
Test(methods, expected_gradients_are_their_definition)
{
    const size_t counts[] = {1, 3, 128, 129, 300};
    for (size_t i = 0; i < 5; i++) {
        check_by_definition(counts[i], "dense 7, relu, dense 5, relu, dense 1");
        check_by_definition(counts[i], "dense 4, softplus, dense 1, sigmoid");
    }
}

static void count_references(enum eg_references references, size_t n, size_t k, size_t *count)
{
    struct eg_path path = {.reference = calloc(n * k, sizeof *path.reference),
                           .alpha = calloc(n * k, sizeof *path.alpha),
                           .coefficient = calloc(k, sizeof *path.coefficient)};
    const struct eg_method_settings settings = {.samples = k, .references = references};
    memset(count, 0, BACKGROUND * sizeof *count);
    eg_expected_gradients.draw_path(&settings, n, k, BACKGROUND,
                                    eg_stream_make(1, 0, EG_PURPOSE_EXPLAIN, 0, 0), &path);
    for (size_t i = 0; i < n * k; i++)
        count[path.reference[i]]++;
    free(path.reference);
    free(path.alpha);
    free(path.coefficient);
}

Test(methods, references_are_drawn_as_asked)
{
    size_t count[BACKGROUND];
    double chi_square = 0;
    count_references(EG_REFERENCES_WITHOUT_REPLACEMENT, 16, BACKGROUND, count);
    for (size_t i = 0; i < BACKGROUND; i++)
        cr_expect_eq(count[i], 16);
    count_references(EG_REFERENCES_ALL, 5, 3 * BACKGROUND, count);
    for (size_t i = 0; i < BACKGROUND; i++)
        cr_expect_eq(count[i], 15);
    count_references(EG_REFERENCES_RANDOM, 100, 80, count);
    for (size_t i = 0; i < BACKGROUND; i++)
        chi_square += pow((double)count[i] - 1000, 2) / 1000;
    /* 7 degrees of freedom: the upper 0.1 per cent begins at 24.3; exactly even would be without replacement. */
    cr_expect(chi_square > 0.1 && chi_square < 24.3, "%g", chi_square);
}

Test(methods, strata_hold_one_alpha_each)
{
    enum { K = 10 };
    uint32_t reference[K];
    real alpha[K], coefficient[K];
    struct eg_path path = {.reference = reference, .alpha = alpha, .coefficient = coefficient};
    struct eg_method_settings settings = {.samples = K, .alphas = EG_ALPHAS_STRATIFIED};
    const struct eg_stream stream = eg_stream_make(1, 0, EG_PURPOSE_EXPLAIN, 0, 0);
    eg_expected_gradients.draw_path(&settings, 1, K, BACKGROUND, stream, &path);
    for (size_t s = 0; s < K; s++)
        cr_expect_eq((size_t)(alpha[s] * K), s);
    settings.alphas = EG_ALPHAS_MIDPOINT;
    eg_expected_gradients.draw_path(&settings, 1, K, BACKGROUND, stream, &path);
    for (size_t s = 0; s < K; s++)
        cr_expect_float_eq(alpha[s], ((double)s + 0.5) / K, 1e-15);
}

Test(methods, noisy_methods_without_noise_are_their_quiet_kin)
{
    struct eg_network network = draw_network(P, "dense 1", 12);
    struct eg_matrix x = draw_matrix(N, P, 13), background = draw_matrix(1, P, 14);
    const struct eg_explainer smooth = {
        .network = &network, .method = &eg_smoothgrad, .settings = {.samples = 5}};
    const struct eg_explainer shap = {.network = &network,
                                      .method = &eg_gradient_shap,
                                      .settings = {.samples = 5},
                                      .background = &background};
    struct eg_matrix smoothed = explain_or_abort(&smooth, &x, 0);
    struct eg_matrix shapped = explain_or_abort(&shap, &x, 0);
    for (size_t i = 0; i < N * P; i++) {
        const double w = network.theta[i % P];
        cr_expect_float_eq(smoothed.data[i], w, 1e-14);
        cr_expect_float_eq(shapped.data[i], w * (x.data[i] - background.data[i % P]), 1e-13);
    }
    eg_matrix_free(&smoothed);
    eg_matrix_free(&shapped);
    eg_matrix_free(&x);
    eg_matrix_free(&background);
    eg_network_free(&network);
}

/* E over e ~ N(0, s^2) of the slope of tanh(w x) at x + e, by a fine sum over e. */
Test(methods, smoothgrad_averages_over_its_noise)
{
    struct eg_network network = draw_network(1, "dense 1, tanh, dense 1", 15);
    const real at = 0.4;
    const struct eg_matrix x = {1, 1, (real[]){at}};
    const struct eg_explainer explainer = {.network = &network,
                                           .method = &eg_smoothgrad,
                                           .settings = {.samples = 40000, .noise = 0.8}};
    struct eg_matrix phi = explain_or_abort(&explainer, &x, 3);
    const double w = network.theta[0], b = network.theta[1], v = network.theta[2];
    double mean = 0, mass = 0;
    for (double e = -6; e <= 6; e += 1e-3) {
        const double t = tanh(w * (at + 0.8 * e) + b), density = exp(-e * e / 2);
        mean += density * v * w * (1 - t * t);
        mass += density;
    }
    cr_expect_float_eq(phi.data[0], mean / mass, 5 * fabs(v * w) / sqrt(40000));
    eg_matrix_free(&phi);
    eg_network_free(&network);
}

/* With one feature the path from x' to x + e gives g(x + e) - g(x'), whatever g: its mean over e and the
 * background, by a fine sum over e. */
Test(methods, gradient_shap_is_complete_over_its_noise)
{
    struct eg_network network = draw_network(1, "dense 1, tanh, dense 1", 15);
    const real at = 0.4, from[] = {-1.5, 0.9};
    const struct eg_matrix x = {1, 1, (real[]){at}}, background = {2, 1, (real *)from};
    const struct eg_explainer explainer = {.network = &network,
                                           .method = &eg_gradient_shap,
                                           .settings = {.samples = 40000, .noise = 0.8},
                                           .background = &background};
    struct eg_explanation explanation;
    cr_assert_eq(eg_explain(&explainer, &x, NULL, eg_stream_make(3, 0, EG_PURPOSE_EXPLAIN, 0, 0),
                            &explanation, NULL),
                 EG_OK);
    const double w = network.theta[0], b = network.theta[1], v = network.theta[2];
    double mean = 0, mass = 0;
    for (double e = -6; e <= 6; e += 1e-3) {
        const double density = exp(-e * e / 2);
        mean += density * v * tanh(w * (at + 0.8 * e) + b);
        mass += density;
    }
    const double expected = mean / mass - v * (tanh(w * from[0] + b) + tanh(w * from[1] + b)) / 2;
    const double error = explanation.standard_error.data[0];
    cr_expect_float_eq(explanation.phi.data[0], expected, 4 * error);
    cr_expect_lt(error, 0.01 * fabs(v * w));
    eg_explanation_free(&explanation);
    eg_network_free(&network);
}

/* v tanh(w.x + b) has the slopes v w (1 - tanh^2). */
Test(methods, gradients_alone_and_times_the_input)
{
    struct eg_network network = draw_network(P, "dense 1, tanh, dense 1", 18);
    struct eg_matrix x = draw_matrix(N, P, 19);
    const struct eg_explainer plain = {.network = &network, .method = &eg_gradients},
                              times = {.network = &network, .method = &eg_gradient_x_input};
    struct eg_matrix slopes = explain_or_abort(&plain, &x, 0),
                     products = explain_or_abort(&times, &x, 0);
    for (size_t i = 0; i < N; i++) {
        double sum = network.theta[P];
        for (size_t j = 0; j < P; j++)
            sum += network.theta[j] * eg_row(&x, i)[j];
        for (size_t j = 0; j < P; j++) {
            const double slope = network.theta[P + 1] * network.theta[j] *
                                 (1 - tanh(sum) * tanh(sum));
            cr_expect_float_eq(eg_row(&slopes, i)[j], slope, 1e-14);
            cr_expect_float_eq(eg_row(&products, i)[j], slope * eg_row(&x, i)[j], 1e-14);
        }
    }
    eg_matrix_free(&slopes);
    eg_matrix_free(&products);
    eg_matrix_free(&x);
    eg_network_free(&network);
}

Test(methods, random_attributions_are_standard_normal)
{
    struct eg_network network = draw_network(P, "dense 1", 16);
    struct eg_matrix x = draw_matrix(2000, P, 17);
    const struct eg_explainer explainer = {.network = &network, .method = &eg_random_attribution};
    struct eg_matrix phi = explain_or_abort(&explainer, &x, 0);
    double sum = 0, square = 0;
    const double count = 2000 * P;
    for (size_t i = 0; i < 2000 * P; i++) {
        sum += phi.data[i];
        square += phi.data[i] * phi.data[i];
    }
    cr_expect_lt(fabs(sum / count), 4 / sqrt(count));
    cr_expect_float_eq(square / count, 1, 4 * sqrt(2 / count));
    eg_matrix_free(&phi);
    eg_matrix_free(&x);
    eg_network_free(&network);
}

Test(methods, threads_do_not_change_a_bit_of_phi)
{
    struct eg_network network = draw_network(P, "dense 2048, relu, dense 1024, relu, dense 1", 18);
    struct eg_matrix x = draw_matrix(N, P, 19), phi[3];
    cr_assert_eq(eg_blas_take_one_thread(NULL), EG_OK); /* as programs do */
    for (size_t i = 0; i < 3; i++) {
        const struct eg_explainer explainer = {.network = &network,
                                               .method = &eg_expected_gradients,
                                               .settings = {.samples = 50},
                                               .background = &x,
                                               .threads = i + 1};
        phi[i] = explain_or_abort(&explainer, &x, 0);
        cr_expect_arr_eq(phi[i].data, phi[0].data, N * P * sizeof(real));
    }
    for (size_t i = 0; i < 3; i++)
        eg_matrix_free(&phi[i]);
    eg_matrix_free(&x);
    eg_network_free(&network);
}

Test(methods, settings_that_make_no_sense_are_refused)
{
    struct eg_network network = draw_network(P, "dense 1", 20);
    struct eg_matrix x = draw_matrix(N, P, 21), narrow = draw_matrix(N, P - 1, 22);
    const struct eg_explainer wrong[] = {
        {.network = &network, .method = &eg_expected_gradients, .background = &x},
        {.network = &network, .method = &eg_expected_gradients, .settings = {.samples = 5}},
        {.network = &network,
         .method = &eg_expected_gradients,
         .background = &x,
         .settings = {.samples = N + 1, .references = EG_REFERENCES_ALL}},
        {.network = &network,
         .method = &eg_integrated_gradients,
         .background = &x,
         .settings = {.samples = 1, .rule = EG_RULE_TRAPEZOID}},
        {.network = &network, .method = &eg_smoothgrad, .settings = {.samples = 5, .noise = -1}},
        {.network = &network,
         .method = &eg_expected_gradients,
         .background = &narrow,
         .settings = {.samples = 5}},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct eg_attribution attribution;
        struct eg_error error = {0};
        cr_expect_eq(eg_attribution_alloc(&attribution, &wrong[i], N, 0, &error), EG_USAGE);
        cr_expect(strstr(error.message, wrong[i].method->name), "%s", error.message);
    }
    struct eg_attribution attribution;
    struct eg_error error = {0};
    const struct eg_explainer random = {.network = &network, .method = &eg_random_attribution};
    cr_expect_eq(eg_attribution_alloc(&attribution, &random, N, 1, &error), EG_USAGE);
    cr_expect_null(eg_method_find("expected", &error));
    cr_expect(strstr(error.message, "choose one of expected_gradients"), "%s", error.message);
    eg_matrix_free(&x);
    eg_matrix_free(&narrow);
    eg_network_free(&network);
}
