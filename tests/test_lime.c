/* SPDX-License-Identifier: GPL-3.0-or-later */
/* LIME against the slopes of linear functions, and the mean slope of a curved one. */
#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "small_network.h"

enum { P = 5, N = 3, ROWS = 30 };

static double measure_sd(const struct eg_matrix *background, size_t j)
{
    double mean = 0, squares = 0;
    for (size_t b = 0; b < background->rows; b++)
        mean += eg_row(background, b)[j] / (double)background->rows;
    for (size_t b = 0; b < background->rows; b++)
        squares += pow(eg_row(background, b)[j] - mean, 2) / (double)background->rows;
    return sqrt(squares);
}

/* w sd without a penalty, and a little less with the usual one; none for what does not vary. */
Test(lime, recovers_linear_slopes)
{
    struct eg_network network = draw_network(P, "dense 1", 1);
    struct eg_matrix x = draw_matrix(N, P, 2), background = draw_matrix(ROWS, P, 3);
    for (size_t b = 0; b < ROWS; b++) {
        eg_row(&background, b)[1] *= 10;
        eg_row(&background, b)[4] = 0.1;
    }
    struct eg_explainer explainer = {.network = &network,
                                     .method = &eg_lime,
                                     .settings = {.samples = 2000, .ridge = 1e-12},
                                     .background = &background};
    struct eg_matrix plain = explain_or_abort(&explainer, &x, 4);
    explainer.settings.ridge = 0;
    struct eg_matrix usual = explain_or_abort(&explainer, &x, 4);
    explainer.settings.ridge = 1e9;
    struct eg_matrix strong = explain_or_abort(&explainer, &x, 4);
    for (size_t i = 0; i < N * P; i++) {
        const size_t j = i % P;
        const double slope = network.theta[j] * (j == 4 ? 0 : measure_sd(&background, j));
        cr_expect_float_eq(plain.data[i], slope, 1e-10 + 1e-9 * fabs(slope));
        cr_expect_float_eq(usual.data[i], slope, 0.01 * fabs(slope) + 0.02);
        cr_expect(j == 4 || fabs(usual.data[i] - slope) > 1e-6);
        cr_expect_lt(fabs(strong.data[i]), 1e-4);
    }
    eg_matrix_free(&plain);
    eg_matrix_free(&usual);
    eg_matrix_free(&strong);
    eg_matrix_free(&x);
    eg_matrix_free(&background);
    eg_network_free(&network);
}

/*
 * Draws e ~ N(0, 1) with the weight exp(-e^2 / (2 w^2)) are e ~ N(0, s^2), 1/s^2 = 1 + 1/w^2, and
 * the slope of a regression on a normal e is the mean slope of g (Stein). By a fine sum over e.
 */
static void check_mean_slope(double width)
{
    struct eg_network network = draw_network(1, "dense 1, tanh, dense 1", 5);
    const double theta[] = {2, 0.3, 1.5, 0};
    memcpy(network.theta, theta, sizeof theta);
    const struct eg_matrix x = {1, 1, (real[]){0.4}}, background = {2, 1, (real[]){-0.8, 0.8}};
    const struct eg_explainer explainer = {.network = &network,
                                           .method = &eg_lime,
                                           .settings = {.samples = 200000, .kernel_width = width},
                                           .background = &background};
    struct eg_matrix phi = explain_or_abort(&explainer, &x, 6);
    const double w = width > 0 ? width : 0.75, s = 1 / sqrt(1 + 1 / (w * w));
    double mean = 0, mass = 0;
    for (double e = -8; e <= 8; e += 1e-3) {
        const double t = tanh(2 * (0.4 + 0.8 * e) + 0.3), density = exp(-e * e / (2 * s * s));
        mean += density * 0.8 * 1.5 * 2 * (1 - t * t);
        mass += density;
    }
    cr_expect_float_eq(phi.data[0], mean / mass, 0.01, "width %g: %g, not %g", width, phi.data[0],
                       mean / mass);
    eg_matrix_free(&phi);
    eg_network_free(&network);
}

Test(lime, gives_the_mean_slope_under_its_kernel)
{
    check_mean_slope(0); /* 0.75 sqrt(p) */
    check_mean_slope(0.3);
    check_mean_slope(3);
}

Test(lime, refuses_settings_that_make_no_sense)
{
    struct eg_network network = draw_network(P, "dense 1", 7);
    struct eg_matrix x = draw_matrix(N, P, 8), phi = draw_matrix(N, P, 0);
    const struct eg_matrix one = {1, P, x.data};
    const struct eg_explainer wrong[] = {
        {.settings = {.samples = 10, .kernel_width = -1}, .background = &x},
        {.settings = {.samples = 10, .kernel_width = NAN}, .background = &x},
        {.settings = {.samples = 10, .ridge = -1}, .background = &x},
        {.settings = {.samples = 10, .kernel_width = 1e-3}, .background = &x},
        {.settings = {.samples = 10}, .background = &one},
        {.settings = {.samples = 1}, .background = &x},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct eg_error error = {0};
        struct eg_explainer explainer = wrong[i];
        explainer.network = &network;
        explainer.method = &eg_lime;
        cr_expect_eq(eg_explain_phi(&explainer, &x, NULL, (struct eg_stream){0}, &phi, &error),
                     EG_USAGE, "case %zu", i);
        cr_expect(strstr(error.message, "lime"), "%s", error.message);
    }
    eg_matrix_free(&x);
    eg_matrix_free(&phi);
    eg_network_free(&network);
}
