/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/robust/top_k_attack.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/blas_threads.h"
#include "bench/image/image_measures.h"
#include "image_fixture.h"
#include "small_network.h"

enum { POINTS = 5, STRONGEST = 20 }; /* of the oracle */

static void alloc_or_abort(struct eg_attribution *attribution, const struct eg_network *network,
                           const struct eg_matrix *black, size_t n)
{
    struct eg_error error;
    const struct eg_explainer explainer = {.network = network,
                                           .method = &eg_integrated_gradients,
                                           .settings = {.samples = POINTS, .rule = EG_RULE_RIGHT},
                                           .background = black};
    cr_assert_eq(eg_attribution_alloc(attribution, &explainer, n, 1, &error), EG_OK, "%s",
                 error.message);
}

/* The network with ReLU is softened, and is then that of the oracle with softplus. */
Test(top_k_attack, slope_of_the_softened_network_equals_automatic_differentiation)
{
    struct image_fixture hard, soft;
    struct eg_attribution attribution;
    real phi[IMAGE_N * IMAGE_P], v[IMAGE_N * IMAGE_P], slope[IMAGE_N * IMAGE_P];
    real black_row[IMAGE_P] = {0}, logits[IMAGE_N * IMAGE_CLASSES];
    char is_strong[IMAGE_N * IMAGE_P];
    double sums[IMAGE_N], mean = 0;
    image_fixture_load(&hard, "relu");
    image_fixture_load(&soft, "softplus");
    const struct eg_network network = eg_soften(&hard.network);
    const struct eg_matrix black = {1, IMAGE_P, black_row};
    cr_assert_eq(eg_network_predict(&network, IMAGE_N, hard.x.data, logits, NULL), EG_OK);
    cr_expect_lt(image_logits_distance(&soft, logits), 1e-12);
    alloc_or_abort(&attribution, &network, &black, IMAGE_N);
    eg_attribution_explain(&attribution, IMAGE_N, hard.x.data, hard.labels, (struct eg_stream){0},
                           phi, NULL, NULL);
    for (size_t i = 0; i < IMAGE_N; i++)
        cr_assert_eq(eg_strongest_features(IMAGE_P, STRONGEST, phi + i * IMAGE_P,
                                           is_strong + i * IMAGE_P, NULL),
                     EG_OK);
    eg_top_k_slope(&attribution, IMAGE_N, phi, is_strong, v, sums, slope);
    for (size_t i = 0; i < IMAGE_N; i++)
        mean += sums[i] / IMAGE_N;
    cr_expect_float_eq(mean, image_oracle_value(&soft, "top_k"), 1e-11 * mean);
    const double distance = image_map_distance(&soft, "top_k_slope", slope);
    cr_expect_lt(distance, 1e-9, "off by %.3g", distance);
    eg_attribution_free(&attribution);
    image_fixture_free(&hard);
    image_fixture_free(&soft);
}

enum { SIDE = 8, P = SIDE * SIDE, N = 30, CLASSES = 3 };

struct made {
    struct eg_network network;
    struct eg_matrix x; /* N x P, in [0, 1] */
    real y[N];          /* the classes that the network gives */
    size_t numbers[N];
};

static void make(struct made *made)
{
    size_t classes[N];
    made->network = draw_network(
        P, "image 8x8x1, conv 3x3x4 same, relu, pool 2, dense 8, relu, dense 3", 1);
    made->x = draw_matrix(N, P, 2);
    for (size_t i = 0; i < N * P; i++)
        made->x.data[i] = (real)(0.5 + 0.5 * tanh((double)made->x.data[i]));
    cr_assert_eq(eg_image_classify_rows(&made->network, N, made->x.data, classes, NULL), EG_OK);
    for (size_t i = 0; i < N; i++) {
        made->y[i] = (real)classes[i];
        made->numbers[i] = i;
    }
}

static void free_made(struct made *made)
{
    eg_network_free(&made->network);
    eg_matrix_free(&made->x);
}

/* D falls along its slope as fast as finite differences say. */
Test(top_k_attack, slope_is_that_of_finite_differences)
{
    struct made made;
    struct eg_attribution attribution;
    real black_row[P] = {0}, phi[P], v[P], slope[P], unused[P], moved[P];
    char is_strong[P] = {0};
    double sum, sums[2];
    static const real h = 1e-5;
    make(&made);
    const struct eg_network soft = eg_soften(&made.network);
    const struct eg_matrix black = {1, P, black_row};
    alloc_or_abort(&attribution, &soft, &black, 1);
    for (size_t i = 0; i < 9; i++)
        is_strong[7 * i] = 1;
    eg_attribution_explain(&attribution, 1, made.x.data, made.y, (struct eg_stream){0}, phi, NULL,
                           NULL);
    eg_top_k_slope(&attribution, 1, phi, is_strong, v, &sum, slope);
    for (size_t i = 0; i < P; i++) {
        for (size_t side = 0; side < 2; side++) {
            memcpy(moved, made.x.data, sizeof moved);
            moved[i] += side ? h : -h;
            eg_attribution_explain(&attribution, 1, moved, made.y, (struct eg_stream){0}, phi, NULL,
                                   NULL);
            eg_top_k_slope(&attribution, 1, phi, is_strong, v, &sums[side], unused);
        }
        const double difference = (sums[1] - sums[0]) / (2 * h);
        cr_expect_float_eq(slope[i], difference, 1e-5 * (1 + fabs(difference)), "%zu: %g, %g", i,
                           slope[i], difference);
    }
    eg_attribution_free(&attribution);
    free_made(&made);
}

static struct eg_top_k_outcome attack(const struct made *made, struct eg_top_k_attack settings)
{
    struct eg_top_k_outcome outcome;
    struct eg_error error = {0};
    settings.strongest = settings.compared = 10;
    settings.points = POINTS;
    settings.attacks = settings.attacks ? settings.attacks : 2;
    settings.shape = (struct eg_image){SIDE, SIDE, 1};
    settings.stream = eg_stream_make(3, 0, EG_PURPOSE_CORRUPT, 0, 0);
    cr_assert_eq(eg_top_k_attack(&settings, &made->network, N, made->x.data, made->y, made->numbers,
                                 &outcome, &error),
                 EG_OK, "%s", error.message);
    return outcome;
}

/* An attack finds what random points of the same box do not, more in a larger box and by more
 * starts. */
Test(top_k_attack, does_more_harm_than_chance)
{
    struct made made;
    make(&made);
    const struct eg_top_k_outcome
        random = attack(&made, (struct eg_top_k_attack){.radius = 0.1}),
        directed = attack(&made, (struct eg_top_k_attack){.radius = 0.1, .step = 0.03, .steps = 8}),
        narrow = attack(&made, (struct eg_top_k_attack){.radius = 0.02, .step = 0.006, .steps = 8}),
        once = attack(
            &made, (struct eg_top_k_attack){.radius = 0.1, .step = 0.03, .steps = 8, .attacks = 1}),
        still = attack(&made, (struct eg_top_k_attack){.radius = 1e-9});
    cr_expect_lt(directed.mean.top, random.mean.top - 0.05, "%g, %g", directed.mean.top,
                 random.mean.top);
    cr_expect_lt(directed.mean.kendall, random.mean.kendall - 0.03);
    cr_expect_lt(directed.mean.top, narrow.mean.top - 0.05);
    cr_expect_leq(directed.mean.kendall, once.mean.kendall);
    cr_expect_geq(directed.mean.top_local, directed.mean.top);
    cr_expect_float_eq(still.mean.top, 1, 1e-12);
    cr_expect_geq(still.mean.kendall, 0.999);
    cr_expect(directed.moved > N / 2 && directed.moved <= N && still.moved == N);
    free_made(&made);
}

/* Kendall's correlation of image `i` after one signed step of 0.03 from it down its slope; 1 where that
 * changes its class. */
static double step_by_hand(const struct made *made, const struct eg_matrix *black, size_t i)
{
    struct eg_attribution own, softened;
    struct eg_map_agreement agreement = {.kendall = 1};
    const struct eg_image shape = {SIDE, SIDE, 1};
    const struct eg_network soft = eg_soften(&made->network);
    const real *const x = made->x.data + i * P, *const y = made->y + i;
    real before[P], phi[P], v[P], slope[P], moved[P], after[P];
    char is_strong[P];
    double sum;
    size_t class;
    alloc_or_abort(&own, &made->network, black, 1);
    alloc_or_abort(&softened, &soft, black, 1);
    eg_attribution_explain(&own, 1, x, y, (struct eg_stream){0}, before, NULL, NULL);
    cr_assert_eq(eg_strongest_features(P, 10, before, is_strong, NULL), EG_OK);
    eg_attribution_explain(&softened, 1, x, y, (struct eg_stream){0}, phi, NULL, NULL);
    eg_top_k_slope(&softened, 1, phi, is_strong, v, &sum, slope);
    for (size_t j = 0; j < P; j++)
        moved[j] = (real)fmin(fmax((double)x[j] - 0.03 * ((slope[j] > 0) - (slope[j] < 0)), 0), 1);
    eg_attribution_explain(&own, 1, moved, y, (struct eg_stream){0}, after, NULL, NULL);
    cr_assert_eq(eg_image_classify_rows(&made->network, 1, moved, &class, NULL), EG_OK);
    if (class == (size_t)*y)
        cr_assert_eq(eg_map_agreement(P, 10, &shape, before, after, &agreement, NULL), EG_OK);
    eg_attribution_free(&own);
    eg_attribution_free(&softened);
    return agreement.kendall;
}

Test(top_k_attack, one_step_from_the_image_is_the_one_by_hand)
{
    struct made made;
    real black_row[P] = {0};
    const struct eg_matrix black = {1, P, black_row};
    double mean = 0;
    make(&made);
    for (size_t i = 0; i < N; i++)
        mean += step_by_hand(&made, &black, i) / N;
    const struct eg_top_k_outcome outcome = attack(
        &made, (struct eg_top_k_attack){.radius = 0.1, .step = 0.03, .steps = 1, .attacks = 1});
    cr_expect_float_eq(outcome.mean.kendall, mean, 1e-12, "%.17g, by hand %.17g",
                       outcome.mean.kendall, mean);
    free_made(&made);
}

/* An image of another place among the test images starts elsewhere; the attack from the image itself
 * draws nothing. */
Test(top_k_attack, starts_go_by_the_number_of_the_image)
{
    struct made made;
    const struct eg_top_k_attack chance = {.radius = 0.1},
                                 from_image = {
                                     .radius = 0.1, .step = 0.03, .steps = 8, .attacks = 1};
    make(&made);
    const struct eg_top_k_outcome before[2] = {attack(&made, chance), attack(&made, from_image)};
    for (size_t i = 0; i < N; i++)
        made.numbers[i] = 5 + 2 * i;
    const struct eg_top_k_outcome after[2] = {attack(&made, chance), attack(&made, from_image)};
    cr_expect(before[0].mean.kendall != after[0].mean.kendall);
    cr_expect(before[1].mean.kendall == after[1].mean.kendall);
    free_made(&made);
}

Test(top_k_attack, threads_do_not_change_a_bit)
{
    struct made made;
    make(&made);
    cr_assert_eq(eg_blas_take_one_thread(NULL), EG_OK);
    const struct eg_top_k_attack settings = {.radius = 0.1, .step = 0.05, .steps = 3};
    struct eg_top_k_attack shared = settings;
    shared.threads = 2;
    const struct eg_top_k_outcome one = attack(&made, settings), two = attack(&made, shared);
    cr_expect(one.mean.top == two.mean.top && one.mean.kendall == two.mean.kendall &&
              one.mean.spearman == two.mean.spearman && one.moved == two.moved);
    free_made(&made);
}

Test(top_k_attack, refuses_more_pixels_than_there_are)
{
    struct made made;
    struct eg_top_k_outcome outcome;
    struct eg_error error = {0};
    make(&made);
    const struct eg_top_k_attack settings = {
        .radius = 0.1, .attacks = 1, .strongest = P + 1, .compared = 10, .points = POINTS};
    cr_expect_eq(eg_top_k_attack(&settings, &made.network, N, made.x.data, made.y, made.numbers,
                                 &outcome, &error),
                 EG_USAGE);
    free_made(&made);
}
