/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which images are trained on, chosen by and tested on; with Debian's Fashion-MNIST. */
#include "bench/image/image_data.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

Test(image_data, the_last_training_images_are_kept_to_choose_by)
{
    const struct eg_image_sizes sizes = {.train = 30, .validation = 20, .test = 10};
    struct eg_error error = {0};
    const struct eg_image_data *data = eg_cached_image_data("fashion_mnist", NULL, &sizes, &error);
    cr_assert_not_null(data, "%s", error.message);
    const struct eg_image_set *set = data->set;
    cr_assert_eq(data->train.x.rows, 30);
    cr_assert_eq(data->validation.x.rows, 20);
    cr_assert_eq(data->test.x.rows, 10);
    for (size_t i = 0; i < 20; i++)
        cr_expect_eq(data->validation.y[i], set->train_labels[set->train_n - 20 + i]);
    for (size_t i = 0; i < 10; i++) {
        cr_expect_eq(data->train.y[i], set->train_labels[i]);
        cr_expect_eq(data->test.y[i], set->test_labels[i]);
        for (size_t j = 0; j < 784; j++)
            cr_expect_float_eq(eg_row(&data->test.x, i)[j],
                               set->test_pixels[i * 784 + j] / 255.0 - 0.5, 1e-12);
    }
    cr_expect_eq(eg_cached_image_data("fashion_mnist", NULL, &sizes, &error), data, "made once");
}

Test(image_data, standardised_as_the_training_images_taken_are)
{
    const struct eg_image_sizes sizes = {
        .train = 50, .validation = 5, .test = 5, .standardising = EG_IMAGE_BY_CHANNEL};
    const struct eg_image_data *data = eg_cached_image_data("fashion_mnist", NULL, &sizes, NULL);
    cr_assert_not_null(data);
    double sum = 0, square = 0;
    for (size_t i = 0; i < 50 * 784; i++) {
        sum += data->train.x.data[i];
        square += data->train.x.data[i] * data->train.x.data[i];
    }
    cr_expect_float_eq(sum / (50 * 784), 0, 1e-9);
    cr_expect_float_eq(square / (50 * 784), 1, 1e-9);
}

Test(image_data, all_that_is_not_for_choosing_and_no_more)
{
    const struct eg_image_sizes all = {.validation = 59990, .test = 1},
                                too_many = {.train = 20, .validation = 59990, .test = 1};
    struct eg_error error = {0};
    const struct eg_image_data *data = eg_cached_image_data("fashion_mnist", NULL, &all, &error);
    cr_assert_not_null(data, "%s", error.message);
    cr_expect_eq(data->train.x.rows, 10);
    cr_expect_null(eg_cached_image_data("fashion_mnist", NULL, &too_many, &error));
    cr_expect_eq(error.status, EG_DATA);
    cr_expect(strstr(error.message, "too few for 20 to train on"), "%s", error.message);
}
