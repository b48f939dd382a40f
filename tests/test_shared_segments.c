/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Points of one sample and reference share a row of the first layer: the numbers must be those of the
 * same points with a reference each. */
#include <math.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "attribution/sweep.h"
#include "small_network.h"

enum { P = 7, N = 9, K = 20, SAME = 3, PARAMETERS_MOST = 512 };

/* The background has each of SAME rows N K / SAME times, one after the other, so that reference i of
 * all N K is the same row under two numbers: i, and i % SAME. */
static int draws_apart;

static size_t count_points(const struct eg_method_settings *settings, size_t background_rows)
{
    (void)background_rows;
    return settings->samples;
}

static void draw_path(const struct eg_method_settings *settings, size_t n, size_t k,
                      size_t background_rows, struct eg_stream stream, struct eg_path *path)
{
    (void)settings;
    (void)background_rows;
    for (size_t point = 0; point < n * k; point++) {
        const size_t row = (size_t)eg_stream_below(&stream, SAME);
        path->reference[point] = (uint32_t)(draws_apart ? point / SAME * SAME + row : row);
        path->alpha[point] = (real)eg_stream_uniform(&stream);
    }
    for (size_t s = 0; s < k; s++)
        path->coefficient[s] = (real)(s + 1) / (real)k;
}

static const struct eg_method method = {
    .name = "rays", .summary = "", .count_points = count_points, .draw_path = draw_path};

struct outcome {
    real phi[N * P], gradient[PARAMETERS_MOST], slope[N * P];
    size_t rows; /* of the last piece */
};

static struct outcome run(const struct eg_network *network, const struct eg_matrix *x,
                          const struct eg_matrix *background, size_t first, size_t features)
{
    struct outcome outcome = {.rows = 0};
    struct eg_attribution attribution;
    struct eg_matrix v = draw_matrix(N, P, 6);
    const struct eg_explainer explainer = {.network = network,
                                           .method = &method,
                                           .settings = {.samples = K},
                                           .background = background,
                                           .feature_first = first,
                                           .features = features};
    cr_assert_eq(eg_attribution_alloc(&attribution, &explainer, N, 1, NULL), EG_OK);
    eg_attribution_explain(&attribution, N, x->data, NULL,
                           eg_stream_make(7, 0, EG_PURPOSE_EXPLAIN, 0, 0), outcome.phi, NULL, NULL);
    eg_attribution_pull_back(&attribution, N, v.data, outcome.gradient);
    outcome.rows = attribution.space->rows;
    if (features == 0)
        eg_attribution_pull_back_input(&attribution, N, v.data, outcome.slope);
    eg_attribution_free(&attribution);
    eg_matrix_free(&v);
    return outcome;
}

static void expect_close(const real *a, const real *b, size_t count, const char *what)
{
    double size = 0;
    for (size_t i = 0; i < count; i++)
        size = fmax(size, fabs((double)a[i]));
    for (size_t i = 0; i < count; i++)
        cr_expect_float_eq(a[i], b[i], 1e-13 * size, "%s %zu: %g and %g", what, i, (double)a[i],
                           (double)b[i]);
}

static void check(size_t first, size_t features)
{
    struct eg_network network = draw_network(P, "dense 11, relu, dense 5, relu, dense 1", 2);
    struct eg_matrix x = draw_matrix(N, P, 3), same = draw_matrix(SAME, P, 4), apart;
    cr_assert_leq(network.parameters, PARAMETERS_MOST);
    cr_assert_eq(eg_matrix_alloc(&apart, N * K, P, NULL), EG_OK);
    for (size_t i = 0; i < N * K * P; i++)
        apart.data[i] = same.data[i % (SAME * P)];
    draws_apart = 0;
    const struct outcome shared = run(&network, &x, &same, first, features);
    draws_apart = 1;
    const struct outcome single = run(&network, &x, &apart, first, features);
    cr_expect_eq(shared.rows % SAME, 0, "each sample of a piece has all references");
    cr_expect_lt(shared.rows, single.rows);
    expect_close(shared.phi, single.phi, N * P, "phi");
    expect_close(shared.gradient, single.gradient, network.parameters, "gradient");
    expect_close(shared.slope, single.slope, N * P, "slope");
    eg_matrix_free(&x);
    eg_matrix_free(&same);
    eg_matrix_free(&apart);
    eg_network_free(&network);
}

Test(segments, give_the_same_as_single_points)
{
    check(0, 0);
}

Test(segments, give_the_same_for_some_features)
{
    check(2, 4);
}
