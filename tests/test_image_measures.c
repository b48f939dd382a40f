/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measures of image networks, on linear networks where they have closed forms. */
#include "bench/image/image_measures.h"

#include <math.h>
#include <stdlib.h>

#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>

#include "tests/small_network.h"

enum { IMAGES = 4000, CHANNELS = 3, PIXELS = 4, SIZE = PIXELS * CHANNELS };

/* Images of 2 x 2 x 3 whose first number alone says which of two classes they are of. */
struct made {
    struct eg_image_set set;
    struct eg_image_data data;
    struct eg_network network;
};

static struct made make_images(struct eg_image_scaling scaling)
{
    struct made made = {.set = {.shape = {2, 2, CHANNELS}}, .data = {.scaling = scaling}};
    struct eg_images *test = &made.data.test;
    struct eg_stream stream = eg_stream_make(3, 0, EG_PURPOSE_DATA, 0, 0);
    test->x = draw_matrix(IMAGES, SIZE, 1);
    test->y = calloc(IMAGES, sizeof *test->y);
    for (size_t i = 0; i < IMAGES; i++) {
        real *row = eg_row(&test->x, i);
        for (size_t j = 0; j < SIZE; j++)
            row[j] = (real)((eg_stream_uniform(&stream) - scaling.mean[j % CHANNELS]) /
                            scaling.sd[j % CHANNELS]);
        test->y[i] = (real)(i % 2);
        row[0] = (real)(((i % 2 ? 0.75 : 0.25) - scaling.mean[0]) / scaling.sd[0]);
    }
    return made;
}

/* Class 1 where the first number's pixel is above 0.5; the other weights are zero. */
static struct eg_image_meter meter_of(struct made *made, size_t threads)
{
    const struct eg_image_scaling *scaling = &made->data.scaling;
    struct eg_network *network = &made->network;
    cr_assert_eq(eg_network_alloc(network, SIZE, "dense 2", NULL), EG_OK);
    network->theta[SIZE] = 1;
    network->theta[2 * SIZE + 1] = (real)((scaling->mean[0] - 0.5) / scaling->sd[0]);
    made->data.set = &made->set;
    return (struct eg_image_meter){
        .network = network, .data = &made->data, .threads = threads, .seed = 5};
}

static void free_made(struct made *made)
{
    eg_matrix_free(&made->data.test.x);
    free(made->data.test.y);
    eg_network_free(&made->network);
}

static const struct eg_image_scaling standardised = {{0.4, 0.5, 0.6}, {0.2, 0.25, 0.3}};

Test(image_measures, accuracy_counts_what_is_right)
{
    struct made made = make_images(standardised);
    const struct eg_image_meter meter = meter_of(&made, 2);
    const struct eg_images *test = &made.data.test;
    double accuracy;
    cr_assert_eq(eg_image_accuracy(&meter, 777, test->x.data, test->y, &accuracy, NULL), EG_OK);
    cr_expect_eq(accuracy, 1);
    for (size_t i = 0; i < 100; i++)
        test->y[i] = 1 - test->y[i];
    cr_assert_eq(eg_image_accuracy(&meter, 800, test->x.data, test->y, &accuracy, NULL), EG_OK);
    cr_expect_float_eq(accuracy, 700.0 / 800, 1e-15);
    free_made(&made);
}

/* A pixel 0.25 from the threshold stays on its side of it with probability Phi(0.25 / sd); within four
 * standard errors. */
Test(image_measures, gaussian_noise_is_in_units_of_the_range_of_a_pixel)
{
    const double levels[] = {0, 0.1, 0.5, 2};
    struct made made = make_images(standardised);
    const struct eg_image_meter meter = meter_of(&made, 2);
    double accuracy[4];
    cr_assert_eq(eg_image_noise_curve(&meter, EG_IMAGE_GAUSSIAN, IMAGES, 4, levels, accuracy, NULL),
                 EG_OK);
    cr_expect_eq(accuracy[0], 1);
    for (size_t l = 1; l < 4; l++) {
        const double p = gsl_cdf_ugaussian_P(0.25 / levels[l]);
        cr_expect_float_eq(accuracy[l], p, 4 * sqrt(p * (1 - p) / IMAGES), "%g", levels[l]);
    }
    free_made(&made);
}

/* Half of what is flipped goes to the wrong side. */
Test(image_measures, flipped_pixels_are_wrong_half_of_the_time)
{
    const double levels[] = {0, 0.2, 1};
    struct made made = make_images(standardised);
    const struct eg_image_meter meter = meter_of(&made, 2);
    double accuracy[3];
    cr_assert_eq(eg_image_noise_curve(&meter, EG_IMAGE_FLIPPED, IMAGES, 3, levels, accuracy, NULL),
                 EG_OK);
    for (size_t l = 0; l < 3; l++) {
        const double p = 1 - levels[l] / 2;
        cr_expect_float_eq(accuracy[l], p, 4 * sqrt(p * (1 - p) / IMAGES) + 1e-12, "%g", levels[l]);
    }
    free_made(&made);
}

/* Replicates see other noise: the share of right answers varies between them as that of so many
 * independent images does. Networks of one replicate see the same. */
Test(image_measures, noise_is_drawn_anew_in_each_replicate)
{
    enum { REPLICATES = 40 };
    const double levels[] = {0, 0.3};
    struct made made = make_images(standardised);
    struct eg_image_meter meter = meter_of(&made, 2);
    const enum eg_image_noise kinds[] = {EG_IMAGE_GAUSSIAN, EG_IMAGE_FLIPPED};
    for (size_t k = 0; k < 2; k++) {
        const double p = k ? 0.85 : gsl_cdf_ugaussian_P(0.25 / 0.3);
        double chi_squared = 0, accuracy[2], again[2];
        for (meter.replicate = 0; meter.replicate < REPLICATES; meter.replicate++) {
            cr_assert_eq(eg_image_noise_curve(&meter, kinds[k], IMAGES, 2, levels, accuracy, NULL),
                         EG_OK);
            chi_squared += pow(accuracy[1] - p, 2) / (p * (1 - p) / IMAGES);
            cr_expect_eq(accuracy[0], 1);
        }
        cr_expect(chi_squared > 18 && chi_squared < 73.4, "%g", chi_squared); /* p = 0.001 */
        meter.replicate = REPLICATES - 1;
        cr_assert_eq(eg_image_noise_curve(&meter, kinds[k], IMAGES, 2, levels, again, NULL), EG_OK);
        cr_expect_eq(again[1], accuracy[1]);
    }
    free_made(&made);
}

Test(image_measures, threads_do_not_show)
{
    const double levels[] = {0.3, 0.7};
    double one[2], three[2];
    struct made made = make_images(standardised);
    struct eg_image_meter meter = meter_of(&made, 1);
    cr_assert_eq(eg_image_noise_curve(&meter, EG_IMAGE_GAUSSIAN, 999, 2, levels, one, NULL), EG_OK);
    meter.threads = 3;
    cr_assert_eq(eg_image_noise_curve(&meter, EG_IMAGE_GAUSSIAN, 999, 2, levels, three, NULL),
                 EG_OK);
    cr_expect_eq(one[0], three[0]);
    cr_expect_eq(one[1], three[1]);
    free_made(&made);
}

Test(image_measures, area_is_the_mean_height_of_straight_pieces)
{
    const double x[] = {0, 1, 3}, height[] = {1, 0.5, 0.1};
    cr_expect_float_eq(eg_image_area(3, x, height), (0.75 + 2 * 0.3) / 3, 1e-15);
    const double level[] = {0.8, 0.8, 0.8};
    cr_expect_float_eq(eg_image_area(3, x, level), 0.8, 1e-15);
}

static double pixel_of(const struct made *made, const real *x, size_t image, size_t j)
{
    const struct eg_image_scaling *scaling = &made->data.scaling;
    return (double)x[image * SIZE + j] * scaling->sd[j % CHANNELS] + scaling->mean[j % CHANNELS];
}

/* The loss of a linear network rises along the difference of its two classes' weights: the pixel that
 * matters goes `most` towards the other class, and no other one moves. */
static void expect_attacked(struct eg_image_attack attack)
{
    enum { N = 50 };
    struct made made = make_images(standardised);
    const struct eg_image_meter meter = meter_of(&made, 2);
    real *x = calloc((size_t)N * SIZE, sizeof *x);
    struct eg_error error = {0};
    cr_assert_eq(eg_image_attack(&meter, &attack, N, x, &error), EG_OK, "%s", error.message);
    for (size_t i = 0; i < N; i++) {
        const double was = i % 2 ? 0.75 : 0.25, to = fmin(1, fmax(0, was + (i % 2 ? -1 : 1) * 0.3));
        cr_expect_float_eq(pixel_of(&made, x, i, 0), to, 1e-12, "%zu", i);
        for (size_t j = 1; j < SIZE; j++) {
            const double other = pixel_of(&made, made.data.test.x.data, i, j);
            const double gap = fabs(pixel_of(&made, x, i, j) - other);
            cr_expect(attack.starts_anywhere ? gap <= 0.3 + 1e-12 : gap < 1e-12);
            cr_expect(pixel_of(&made, x, i, j) > -1e-12 && pixel_of(&made, x, i, j) < 1 + 1e-12);
        }
    }
    free(x);
    free_made(&made);
}

Test(image_measures, fgsm_goes_the_whole_way_at_once)
{
    expect_attacked((struct eg_image_attack){.most = 0.3, .step = 0.3, .steps = 1});
}

Test(image_measures, pgd_ends_in_the_same_corner)
{
    expect_attacked(
        (struct eg_image_attack){.most = 0.3, .step = 0.075, .steps = 10, .starts_anywhere = 1});
}

/* Two maps of 2 x 2: stripes of 0 and 3 have two steps of 3 and sd 1.5; a slope 0 1 1 2 has four steps of
 * 1 and sd sqrt(1/2). */
Test(image_measures, total_variation_is_the_mean_of_standardised_maps)
{
    const struct eg_image shape = {2, 2, 1};
    const real maps[] = {0, 3, 0, 3, 0, 1, 1, 2};
    double variation;
    cr_assert_eq(eg_image_total_variation(&shape, EG_STANDARDISE_SD, 2, maps, &variation, NULL),
                 EG_OK);
    cr_expect_float_eq(variation, (4 + 4 * sqrt(2)) / 2, 1e-12);
}

/* Expected gradients of a linear network are w (x - mean reference): with one training image and
 * any number of samples, w (x - reference) to the last digit. */
Test(image_measures, explains_the_class_against_the_training_images)
{
    struct made made = make_images(standardised);
    const struct eg_image_meter meter = meter_of(&made, 1);
    const struct eg_method_settings settings = {.samples = 7};
    real phi[2 * SIZE];
    made.data.train.x = draw_matrix(1, SIZE, 9);
    const struct eg_images *test = &made.data.test;
    cr_assert_eq(eg_image_explain(&meter, &eg_expected_gradients, &settings, 2, test, phi, NULL),
                 EG_OK);
    for (size_t j = 0; j < SIZE; j++) {
        cr_expect_float_eq(phi[j], 0, 1e-15);
        cr_expect_float_eq(phi[SIZE + j],
                           j ? 0 : eg_row(&test->x, 1)[0] - made.data.train.x.data[0], 1e-12);
    }
    eg_matrix_free(&made.data.train.x);
    free_made(&made);
}
