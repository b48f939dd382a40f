/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Threads, and whether hidden values are kept or computed again, change memory and time alone. */
#include "base/blas_threads.h"
#include "attribution/attribution.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <omp.h>

#include "small_network.h"

enum { ROWS = 40, SHARE_OF_V = 7 };

struct outcome {
    real *phi, *gradient;
    double *variance, total_variance[ROWS];
    size_t bytes, piece_workers;
    int stores;
};

/* Explains ROWS rows and pulls a v of whole numbers back. */
static struct outcome run(const struct eg_explainer *explainer, const struct eg_matrix *x)
{
    struct eg_attribution attribution;
    struct eg_error error = {0};
    const size_t count = ROWS * x->cols;
    struct outcome outcome = {.phi = calloc(count, sizeof(real)),
                              .gradient = calloc(explainer->network->parameters, sizeof(real)),
                              .variance = calloc(count, sizeof(double))};
    real *v = calloc(count, sizeof *v);
    for (size_t i = 0; i < count; i++)
        v[i] = (real)(i % SHARE_OF_V) - 3;
    cr_assert_eq(eg_attribution_alloc(&attribution, explainer, ROWS, 1, &error), EG_OK, "%s",
                 error.message);
    eg_attribution_explain(&attribution, ROWS, x->data, NULL,
                           eg_stream_make(5, 0, EG_PURPOSE_EXPLAIN, 0, 0), outcome.phi,
                           outcome.variance, outcome.total_variance);
    eg_attribution_pull_back(&attribution, ROWS, v, outcome.gradient);
    outcome.bytes = eg_attribution_bytes(&attribution);
    outcome.piece_workers = attribution.piece_workers;
    outcome.stores = attribution.stores;
    eg_attribution_free(&attribution);
    free(v);
    return outcome;
}

static void drop(struct outcome *outcome)
{
    free(outcome->phi);
    free(outcome->gradient);
    free(outcome->variance);
}

static void expect_same(const struct outcome *a, const struct outcome *b, size_t inputs,
                        size_t parameters, const char *what)
{
    const size_t count = ROWS * inputs;
    cr_expect_eq(memcmp(a->phi, b->phi, count * sizeof(real)), 0, "phi, %s", what);
    cr_expect_eq(memcmp(a->variance, b->variance, count * sizeof(double)), 0, "variance, %s", what);
    cr_expect_eq(memcmp(a->total_variance, b->total_variance, sizeof a->total_variance), 0,
                 "total variance, %s", what);
    cr_expect_eq(memcmp(a->gradient, b->gradient, parameters * sizeof(real)), 0, "gradient, %s",
                 what);
}

/* Every number of threads, with and without kept values, against one thread that keeps them. */
static void check(size_t inputs, const char *text, const struct eg_method *method,
                  struct eg_method_settings settings)
{
    cr_assert_eq(eg_blas_take_one_thread(NULL), EG_OK); /* as programs do */
    struct eg_network network = draw_network(inputs, text, 3);
    struct eg_matrix x = draw_matrix(ROWS, inputs, 4);
    struct eg_explainer explainer = {.network = &network,
                                     .method = method,
                                     .settings = settings,
                                     .background = &x,
                                     .threads = 1};
    struct outcome plain = run(&explainer, &x);
    size_t most_workers = 0;
    cr_expect(plain.stores);
    for (size_t threads = 1; threads <= 4; threads++)
        for (size_t memory = 0; memory < 2; memory++) {
            char what[128];
            explainer.threads = threads;
            explainer.memory = memory;
            struct outcome other = run(&explainer, &x);
            snprintf(what, sizeof what, "%s on %zu threads, %s", text, threads,
                     memory ? "computed again" : "kept");
            expect_same(&plain, &other, inputs, network.parameters, what);
            cr_expect_eq(other.stores, !memory);
            most_workers = other.piece_workers > most_workers ? other.piece_workers : most_workers;
            drop(&other);
        }
    cr_expect_gt(most_workers, 1, "%s: never on several workers", text);
    drop(&plain);
    eg_matrix_free(&x);
    eg_network_free(&network);
}

Test(attribution_workers, pieces_of_a_sample)
{
    check(12, "dense 30, relu, dense 9, relu, dense 1", &eg_expected_gradients,
          (struct eg_method_settings){.samples = 150,
                                      .references = EG_REFERENCES_WITHOUT_REPLACEMENT});
}

Test(attribution_workers, pieces_of_several_samples_shifted)
{
    check(12, "dense 30, relu, dense 1", &eg_expected_gradients,
          (struct eg_method_settings){.samples = 60, .references = EG_REFERENCES_SHIFTED});
}

Test(attribution_workers, convolutions)
{
    check(36, "image 6x6x1, conv 3x3x4 same, relu, pool 2, dense 1", &eg_expected_gradients,
          (struct eg_method_settings){.samples = 60});
}

Test(attribution_workers, curvature)
{
    check(12, "dense 30, softplus, dense 9, tanh, dense 1", &eg_expected_gradients,
          (struct eg_method_settings){.samples = 60});
}

Test(attribution_workers, points_that_the_method_places)
{
    check(12, "dense 30, relu, dense 1", &eg_smoothgrad,
          (struct eg_method_settings){.samples = 60, .noise = 0.2});
}

/* What a pull-back may keep does not grow with k beyond the bound; what is left are a reference and an
 * alpha for each point. */
Test(attribution_workers, memory_is_bounded_for_many_points)
{
    struct eg_network network = draw_network(12, "dense 64, relu, dense 1", 3);
    struct eg_matrix x = draw_matrix(ROWS, 12, 4);
    const size_t bound = 1 << 20, k = 2000, each = sizeof(uint32_t) + sizeof(real);
    struct eg_explainer explainer = {.network = &network,
                                     .method = &eg_expected_gradients,
                                     .settings = {.samples = k},
                                     .background = &x};
    struct outcome kept = run(&explainer, &x);
    explainer.memory = bound;
    struct outcome bounded = run(&explainer, &x);
    cr_expect_gt(kept.bytes, ROWS * k * 2 * 65 * sizeof(real));
    cr_expect_lt(bounded.bytes, bound + ROWS * k * each + eg_workers_bytes(&network, 1));
    expect_same(&kept, &bounded, 12, network.parameters, "2000 points");
    drop(&kept);
    drop(&bounded);
    eg_matrix_free(&x);
    eg_network_free(&network);
}

static int deepest;

/* A convolution that notes how many regions of OpenMP's it stands in. */
static void watch_forward(const struct eg_sweep *sweep, const real *in, real *out)
{
#pragma omp critical
    deepest = omp_get_level() > deepest ? omp_get_level() : deepest;
    eg_convolution.forward(sweep, in, out);
}

/* Only the threads of outermost regions stay ready: in an inner one they begin anew for each sweep. */
Test(attribution_workers, layers_stand_in_one_region)
{
    struct eg_network network = draw_network(1152, "image 12x12x8, conv 5x5x32 same, relu, dense 1",
                                             3);
    struct eg_layer_type watched = eg_convolution;
    watched.forward = watch_forward;
    network.layers[0].type = &watched;
    struct eg_matrix x = draw_matrix(ROWS, network.inputs, 4);
    const struct eg_explainer explainer = {.network = &network,
                                           .method = &eg_expected_gradients,
                                           .settings = {.samples = 1},
                                           .background = &x,
                                           .threads = 2};
    struct outcome outcome = run(&explainer, &x);
    cr_expect_eq(outcome.piece_workers, 1);
    cr_expect_eq(deepest, 1, "in %d regions", deepest);
    drop(&outcome);
    eg_matrix_free(&x);
    eg_network_free(&network);
}
