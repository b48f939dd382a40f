/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Batch norm where there is no batch to speak of: priors see it on its running
 * averages, held fixed, and a batch of one row has no variance.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "layer_probe.h"
#include "nn/backprop.h"
#include "prior/terms.h"
#include "small_network.h"

enum { ROWS = 4, P = 4 * 4 * 2 };

static const char *const normed[] = {
    "image 4x4x2, conv 3x3x3 same, batchnorm, tanh, pool 2, flatten, dense 5, batchnorm, softplus, "
    "dense 3",
    "image 4x4x2, batchnorm, tanh, conv 2x2x3, batchnorm 0.5, mean_pool 2 same, dense 3",
    "image 4x4x2, conv 2x2x3 stride 2, batchnorm, relu, dense 3, batchnorm",
    "dense 7, batchnorm, tanh, dense 3, batchnorm",
    "batchnorm, dense 6, softplus, batchnorm, dense 3",
};

static struct eg_network draw_normed(const char *text, char *is_statistic)
{
    struct eg_network network = draw_network(P, text, 3);
    memset(is_statistic, 0, network.parameters);
    for (size_t l = 0; l < network.layer_count; l++) {
        const struct eg_layer *layer = &network.layers[l];
        const size_t c = layer->parameters / 4;
        real *theta = network.theta + layer->offset;
        if (layer->type != &eg_batch_norm)
            continue;
        memset(is_statistic + layer->offset + 2 * c, 1, 2 * c);
        for (size_t i = 0; i < c; i++) {
            theta[i] = (real)(0.7 + 0.2 * sin((double)i + 1));
            theta[c + i] = (real)(0.3 * cos((double)(3 * i)));
            theta[2 * c + i] = (real)(0.2 * sin((double)(5 * i) + 2));
            theta[3 * c + i] = (real)(0.2 + 0.1 * (double)(i + 1));
        }
    }
    return network;
}

static double omega_of(struct eg_prior_term *term, const struct eg_network *network,
                       const struct eg_batch *batch, real *gradient)
{
    const struct eg_objective_term as_term = eg_prior_as_term(term, 1);
    memset(gradient, 0, network->parameters * sizeof *gradient);
    return as_term.add(as_term.context, network, batch, 1, gradient);
}

/* Every slope of Omega alone; running averages have none, by decree. */
static void check_slopes(struct eg_network *network, struct eg_prior_term *term,
                         const struct eg_batch *batch, const char *is_statistic, const char *text)
{
    const double step = 1e-5;
    real *gradient = malloc(2 * network->parameters * sizeof *gradient);
    real *unused = gradient + network->parameters;
    omega_of(term, network, batch, gradient);
    for (size_t i = 0; i < network->parameters; i++) {
        const real kept = network->theta[i];
        if (is_statistic[i]) {
            cr_expect_eq(gradient[i], 0, "%s: statistic %zu", text, i);
            continue;
        }
        network->theta[i] = (real)(kept + step);
        const double above = omega_of(term, network, batch, unused);
        network->theta[i] = (real)(kept - step);
        const double below = omega_of(term, network, batch, unused);
        network->theta[i] = kept;
        const double slope = (above - below) / (2 * step);
        cr_expect_float_eq(gradient[i], slope, 1e-7 * (1 + fabs(slope)),
                           "%s: parameter %zu: %.12g and %.12g", text, i, gradient[i], slope);
    }
    free(gradient);
}

static void check_prior(const char *text, const struct eg_method *method, enum eg_target_kind kind,
                        const struct eg_prior *prior)
{
    char is_statistic[4096];
    struct eg_network network = draw_normed(text, is_statistic);
    struct eg_matrix x = draw_matrix(ROWS, P, 4), background = draw_matrix(5, P, 5);
    const real classes[ROWS] = {0, 2, 1, 1};
    real mask[P];
    for (size_t i = 0; i < P; i++)
        mask[i] = (real)(i % 3);
    const struct eg_prior_settings settings = {.image = {4, 4, 2}, .mask = mask, .mask_rows = 1};
    const struct eg_explainer explainer = {.network = &network,
                                           .method = method,
                                           .settings = {.samples = 3},
                                           .target = {.kind = kind},
                                           .background = &background,
                                           .threads = 2};
    const struct eg_batch batch = {ROWS, x.data, classes,
                                   eg_stream_make(1, 0, EG_PURPOSE_TRAIN_ATTRIBUTION, 0, 0)};
    struct eg_prior_term term;
    struct eg_error error = {0};
    cr_assert_eq(eg_prior_term_alloc(&term, prior, &settings, &explainer, ROWS, &error), EG_OK,
                 "%s", error.message);
    check_slopes(&network, &term, &batch, is_statistic, text);
    eg_prior_term_free(&term);
    eg_matrix_free(&x);
    eg_matrix_free(&background);
    eg_network_free(&network);
}

Test(batch_norm_prior, gradient_of_a_prior_equals_differences)
{
    for (size_t i = 0; i < sizeof normed / sizeof *normed; i++) {
        check_prior(normed[i], &eg_expected_gradients, EG_TARGET_OUTPUT, &eg_mask_prior);
        check_prior(normed[i], &eg_expected_gradients, EG_TARGET_LOG_PROBABILITY_SUM,
                    &eg_total_variation_prior);
        check_prior(normed[i], &eg_gradients, EG_TARGET_LOG_PROBABILITY_SUM, &eg_mask_prior);
    }
}

/* One row of plain features: its variance is zero, its output the shift, and n / (n - 1) has no value. */
Test(batch_norm_prior, a_batch_of_one_row_stays_finite)
{
    char is_statistic[4096];
    struct eg_network network = draw_normed("dense 7, batchnorm, tanh, dense 3", is_statistic);
    const struct eg_layer *norm = &network.layers[1];
    struct eg_matrix x = draw_matrix(1, P, 4);
    struct eg_backprop pass;
    const real class[] = {1};
    real *gradient = calloc(network.parameters, sizeof *gradient);
    cr_assert_eq(eg_backprop_alloc(&pass, &network, 1, 1, NULL), EG_OK);
    const double loss = eg_backprop_run(&pass, &network, &eg_softmax_cross_entropy, 1, x.data,
                                        class, NULL, gradient);
    cr_expect(isfinite(loss));
    for (size_t i = 0; i < 7; i++)
        cr_expect_float_eq(pass.h[1][i], tanh(network.theta[norm->offset + 7 + i]), 1e-14);
    for (size_t i = 0; i < network.layers[0].parameters; i++)
        cr_expect_float_eq(gradient[i], 0, 1e-12); /* what comes before has no effect */
    for (size_t i = 0; i < network.parameters; i++)
        cr_expect(isfinite(gradient[i]));
    eg_backprop_move_averages(&pass, &network, 1);
    for (size_t i = 0; i < network.parameters; i++)
        cr_expect(isfinite(network.theta[i]), "parameter %zu", i);
    for (size_t i = 0; i < 7; i++)
        cr_expect_gt(network.theta[norm->offset + 21 + i], 0);
    free(gradient);
    eg_backprop_free(&pass);
    eg_matrix_free(&x);
    eg_network_free(&network);
}

/* A channel of one large value has no variance; rounding must not make it less than that. */
Test(batch_norm_prior, constant_channels_stay_finite)
{
    enum { M = 7 };
    struct eg_network network;
    struct eg_backprop pass;
    real x[M * P], y[M] = {0};
    cr_assert_eq(eg_network_alloc(&network, P, "batchnorm, dense 2", NULL), EG_OK);
    for (size_t i = 0; i < M * P; i++)
        x[i] = (real)1e8 / (real)(3 + i % P);
    real *gradient = calloc(network.parameters, sizeof *gradient);
    cr_assert_eq(eg_backprop_alloc(&pass, &network, M, 1, NULL), EG_OK);
    eg_backprop_run(&pass, &network, &eg_softmax_cross_entropy, M, x, y, NULL, gradient);
    eg_backprop_move_averages(&pass, &network, M);
    for (size_t i = 0; i < M * P; i++)
        cr_expect(isfinite(pass.h[0][i]), "number %zu", i);
    for (size_t i = 0; i < P; i++)
        cr_expect_geq(network.theta[3 * P + i], (real)0.9 - (real)1e-12);
    free(gradient);
    eg_backprop_free(&pass);
    eg_network_free(&network);
}

static void run_statistics(const struct layer_probe *probe, size_t parts, const real *gradient,
                           real *of_batch, real *d_in)
{
    const struct eg_layer *layer = probe->layer;
    real *scratch = malloc((layer->scratch + 1) * sizeof *scratch);
    for (size_t part = parts; part-- > 0;) {
        const struct eg_sweep sweep = {layer, probe->theta, probe->m, part, parts, scratch};
        memset(scratch, 0xff, (layer->scratch + 1) * sizeof *scratch);
        layer->type->statistics->measure(&sweep, probe->in, of_batch);
    }
    for (size_t part = parts; part-- > 0;) {
        const struct eg_sweep sweep = {layer, of_batch, probe->m, part, parts, scratch};
        memset(scratch, 0xff, (layer->scratch + 1) * sizeof *scratch);
        layer->type->statistics->correct(&sweep, probe->in, gradient, d_in);
    }
    free(scratch);
}

Test(batch_norm_prior, statistics_do_not_depend_on_parts)
{
    static const struct eg_image shapes[] = {{4, 3, 5}, {1, 1, 9}, {3, 3, 1}};
    static const size_t parts[] = {1, 2, 3, 8};
    for (size_t s = 0; s < 3; s++) {
        struct layer_probe probe;
        probe_open(&probe, shapes[s], "batchnorm", 5, 60);
        const size_t size = 5 * probe.layer->inputs, count = probe.layer->parameters;
        real *gradient = draw_normals(count, 4), *first[2] = {NULL, NULL};
        for (size_t p = 0; p < 4; p++) {
            real *of_batch = malloc(count * sizeof *of_batch), *d_in = draw_normals(size, 5);
            memset(of_batch, 0xff, count * sizeof *of_batch);
            run_statistics(&probe, parts[p], gradient, of_batch, d_in);
            if (p == 0) {
                first[0] = of_batch;
                first[1] = d_in;
                continue;
            }
            cr_expect_lt(gap_of(count, of_batch, first[0]), 1e-12, "%zu parts", parts[p]);
            cr_expect_lt(gap_of(size, d_in, first[1]), 1e-12, "%zu parts", parts[p]);
            free(of_batch);
            free(d_in);
        }
        cr_expect_arr_eq(first[0], probe.theta, count / 2 * sizeof(real)); /* scale and shift */
        free(first[0]);
        free(first[1]);
        free(gradient);
        probe_close(&probe);
    }
}
