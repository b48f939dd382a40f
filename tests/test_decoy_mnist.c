/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fashion-MNIST is one of the packages that make installs. */
#include "datasets/decoy_mnist.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

enum { SIDE = 28, SIZE = SIDE * SIDE, IMAGES = 2000 };

static struct eg_image_set load(const char *name)
{
    struct eg_image_set set;
    struct eg_error error;
    cr_assert_eq(eg_image_set_load(name, NULL, &set, &error), EG_OK, "%s", error.message);
    return set;
}

/* Which corner of the image is one grey that some class has, and which class; -1: none or several. */
static int find_square(const uint8_t *image, int *told)
{
    int found = -1, count = 0;
    for (int corner = 0; corner < 4; corner++) {
        const size_t y0 = corner / 2 ? SIDE - EG_DECOY_SIDE : 0,
                     x0 = corner % 2 ? SIDE - EG_DECOY_SIDE : 0;
        const uint8_t grey = image[y0 * SIDE + x0];
        int even = grey >= 255 - 25 * 9 && (255 - grey) % 25 == 0;
        for (size_t y = y0; y < y0 + EG_DECOY_SIDE; y++)
            for (size_t x = x0; x < x0 + EG_DECOY_SIDE; x++)
                even &= image[y * SIDE + x] == grey;
        if (!even)
            continue;
        count++;
        found = corner;
        *told = (255 - grey) / 25;
    }
    return count == 1 ? found : -1;
}

/* How many of the images with one square tell their own class. */
static size_t count_true(const uint8_t *pixels, const uint8_t *labels, size_t corners[4],
                         size_t *seen)
{
    size_t right = 0;
    *seen = 0;
    for (size_t i = 0; i < IMAGES; i++) {
        int told = 0;
        const int corner = find_square(pixels + i * SIZE, &told);
        if (corner < 0)
            continue;
        corners[corner]++;
        (*seen)++;
        right += told == labels[i];
    }
    return right;
}

Test(decoy_mnist, tells_the_class_in_training_and_lies_in_testing)
{
    struct eg_image_set set = load("decoy_fashion_mnist");
    size_t corners[4] = {0}, seen;
    const size_t right = count_true(set.train_pixels, set.train_labels, corners, &seen);
    cr_expect_gt(seen, IMAGES * 9 / 10);
    cr_expect_eq(right, seen);
    /* by chance one in ten; 5 standard deviations */
    const size_t lucky = count_true(set.test_pixels, set.test_labels, corners, &seen);
    cr_expect_gt(seen, IMAGES * 9 / 10);
    cr_expect_lt(fabs((double)lucky - 0.1 * (double)seen), 5 * sqrt(0.09 * (double)seen));
    for (size_t c = 0; c < 4; c++) /* of nearly 4000 */
        cr_expect_lt(fabs((double)corners[c] - 950), 150, "%zu", corners[c]);
    eg_image_set_free(&set);
}

Test(decoy_mnist, is_the_set_without_but_for_the_corners)
{
    struct eg_image_set set = load("decoy_fashion_mnist"), plain = load("fashion_mnist");
    real mask[SIZE];
    size_t masked = 0, differ = 0;
    eg_decoy_mask(&set.shape, mask);
    for (size_t j = 0; j < SIZE; j++)
        masked += mask[j] == 1;
    cr_expect_eq(masked, 4 * EG_DECOY_SIDE * EG_DECOY_SIDE);
    cr_expect(mask[0] == 1 && mask[SIDE - 1] == 1 && mask[SIZE - 1] == 1 && mask[SIZE - SIDE] == 1);
    for (size_t i = 0; i < IMAGES * SIZE; i++)
        if (set.train_pixels[i] != plain.train_pixels[i]) {
            cr_assert_eq(mask[i % SIZE], 1);
            differ++;
        }
    cr_expect_gt(differ, IMAGES * EG_DECOY_SIDE * EG_DECOY_SIDE * 8 / 10);
    cr_expect_eq(memcmp(set.test_labels, plain.test_labels, set.test_n), 0);
    cr_expect_str_neq(set.content_hash, plain.content_hash);
    eg_image_set_free(&set);
    eg_image_set_free(&plain);
}
