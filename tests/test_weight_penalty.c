/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "prior/weight_penalty.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "gradient_fixture.h"
#include "tests/small_network.h"

static void check_against_oracle(const struct eg_weight_penalty *penalty, const char *oracle)
{
    struct gradient_fixture fixture;
    double scratch[FIXTURE_P];
    fixture_load(&fixture, "relu");
    real *gradient = calloc(fixture.network.parameters, sizeof *gradient);
    const double value = penalty->add(&fixture.network, 1, gradient, scratch);
    cr_expect_lt(fabs(value - oracle_value(oracle)), 1e-12 * fabs(value), "%s: %.15g, oracle %.15g",
                 oracle, value, oracle_value(oracle));
    const double distance = gradient_distance(&fixture, oracle, gradient);
    cr_expect_lt(distance, 1e-12, "%s: gradient off by %.3g", oracle, distance);
    free(gradient);
    fixture_free(&fixture);
}

Test(weight_penalty, equals_the_oracle)
{
    check_against_oracle(&eg_l1_all, "l1w");
    check_against_oracle(&eg_sgl_first, "sglfirst");
    check_against_oracle(&eg_sgl_all, "sglall");
}

/* A penalty's slope along a direction, against central differences. */
static void check_against_differences(const struct eg_weight_penalty *penalty,
                                      struct eg_network *network)
{
    const double step = 1e-6, strength = 2.5;
    const size_t count = network->parameters;
    double *scratch = calloc(eg_network_width(network), sizeof *scratch);
    real *gradient = calloc(3 * count, sizeof *gradient), *direction = gradient + count;
    real *unused = direction + count;
    penalty->add(network, strength, gradient, scratch);
    double along = 0, ends[2];
    for (size_t i = 0; i < count; i++) {
        direction[i] = sin(1.0 + (double)i);
        along += gradient[i] * direction[i];
    }
    for (int end = 0; end < 2; end++) {
        for (size_t i = 0; i < count; i++)
            network->theta[i] += (end ? 2 : -1) * step * direction[i];
        ends[end] = penalty->add(network, 0, unused, scratch);
    }
    const double slope = strength * (ends[1] - ends[0]) / (2 * step);
    cr_expect_lt(fabs(slope - along), 1e-6 * fabs(slope) + 1e-12, "%s: %.10g, differences %.10g",
                 penalty->name, along, slope);
    free(gradient);
    free(scratch);
}

Test(weight_penalty, slopes_equal_finite_differences)
{
    for (size_t i = 0; eg_weight_penalties[i]; i++) {
        struct gradient_fixture fixture;
        fixture_load(&fixture, "relu");
        check_against_differences(eg_weight_penalties[i], &fixture.network);
        fixture_free(&fixture);
    }
}

enum { IMAGE = 6 * 6 * 2 };
static const char image_text[] =
    "image 6x6x2, batchnorm, conv 3x3x4 same, batchnorm, relu, pool 2, "
    "flatten, dense 5, tanh, dense 3";

Test(weight_penalty, slopes_hold_for_layers_on_images)
{
    struct eg_network network = draw_network(IMAGE, image_text, 3);
    for (size_t i = 0; eg_weight_penalties[i]; i++)
        check_against_differences(eg_weight_penalties[i], &network);
    eg_network_free(&network);
}

/* Of 1 and 2 and so on, half the sum of squares is n (n + 1) (2 n + 1) / 12. */
Test(weight_penalty, weight_decay_meets_its_closed_form)
{
    struct eg_network network = draw_network(4, "dense 5, relu, dense 2", 1);
    real *gradient = calloc(network.parameters, sizeof *gradient);
    double w = 0, scratch[5];
    for (size_t l = 0; l < 2; l++)
        for (size_t i = 0; i < network.layers[l].weights; i++)
            network.theta[network.layers[l].offset + i] = (real)++w;
    cr_assert_eq(w, 30);
    cr_expect_eq(eg_weight_decay.add(&network, 0.5, gradient, scratch), 30 * 31 * 61 / 12.0);
    for (size_t l = 0; l < 2; l++) {
        const struct eg_layer *layer = &network.layers[l];
        for (size_t i = 0; i < layer->parameters; i++)
            cr_expect_eq(gradient[layer->offset + i],
                         i < layer->weights ? network.theta[layer->offset + i] / 2 : 0);
    }
    free(gradient);
    eg_network_free(&network);
}

/* The mean over 90 weights and 10 biases, whose slopes are all alike in size. */
Test(weight_penalty, l1_of_biases_too_is_a_mean_over_all)
{
    struct eg_network network = draw_network(9, "dense 9, relu, dense 1", 3);
    double sum = 0, *scratch = calloc(eg_network_width(&network), sizeof *scratch);
    real *gradient = calloc(network.parameters, sizeof *gradient);
    cr_assert_eq(network.parameters, 100);
    for (size_t i = 0; i < 100; i++) {
        network.theta[i] = (real)((i % 2 ? 1.0 : -1.0) * (double)(i + 1));
        sum += (double)(i + 1);
    }
    const double value = eg_l1_biased.add(&network, 3, gradient, scratch);
    cr_expect_float_eq(value, sum / 100, 1e-12);
    for (size_t i = 0; i < 100; i++)
        cr_expect_float_eq(gradient[i], i % 2 ? 0.03 : -0.03, 1e-15);
    free(scratch);
    free(gradient);
    eg_network_free(&network);
}

/* None moves a batch norm, one a bias of a window; only sgl passes over the window's weights. */
Test(weight_penalty, touches_weights_of_images_only)
{
    struct eg_network network = draw_network(IMAGE, image_text, 3);
    double *scratch = calloc(eg_network_width(&network), sizeof *scratch);
    for (size_t k = 0; eg_weight_penalties[k]; k++) {
        const struct eg_weight_penalty *penalty = eg_weight_penalties[k];
        real *gradient = calloc(network.parameters, sizeof *gradient);
        const double value = penalty->add(&network, 1, gradient, scratch);
        const int is_sgl = strncmp(penalty->name, "sgl", 3) == 0;
        const int is_first = strstr(penalty->name, "first") != NULL;
        cr_expect(isfinite(value) && (value > 0) == !(is_sgl && is_first), "%s: %g", penalty->name,
                  value);
        for (size_t l = 0; l < network.layer_count; l++) {
            const struct eg_layer *layer = &network.layers[l];
            const int dense = layer->type == &eg_dense;
            const int wanted = dense ? !is_first : !is_sgl;
            for (size_t i = 0; i < layer->parameters; i++)
                if (i < layer->weights)
                    cr_expect((gradient[layer->offset + i] != 0) == wanted, "%s, layer %zu",
                              penalty->name, l);
                else if (!dense)
                    cr_expect_eq(gradient[layer->offset + i] != 0,
                                 penalty == &eg_l1_biased && layer->weights &&
                                     network.theta[layer->offset + i] != 0,
                                 "%s, layer %zu", penalty->name, l);
        }
        free(gradient);
    }
    free(scratch);
    eg_network_free(&network);
}
