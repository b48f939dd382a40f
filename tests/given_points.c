/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "given_points.h"

#include <string.h>

#include <criterion/criterion.h>

enum { MOST = 64 };

/* A test runs in a process of its own. */
static double given_alpha[MOST];
static size_t given_count, given_k;

void give_points(const double *alpha, size_t count, size_t k)
{
    cr_assert_leq(count, MOST);
    memcpy(given_alpha, alpha, count * sizeof *alpha);
    given_count = count;
    given_k = k;
}

static size_t count_points(const struct eg_method_settings *settings, size_t background_rows)
{
    (void)settings;
    return background_rows == given_count ? given_k : 0;
}

static void draw_path(const struct eg_method_settings *settings, size_t n, size_t k,
                      size_t background_rows, struct eg_stream stream, struct eg_path *path)
{
    (void)settings;
    (void)background_rows;
    (void)stream;
    for (size_t point = 0; point < n * k; point++) {
        path->reference[point] = (uint32_t)point;
        path->alpha[point] = (real)given_alpha[point];
    }
    for (size_t s = 0; s < k; s++)
        path->coefficient[s] = 1 / (real)k;
}

const struct eg_method given_expected_gradients = {
    .name = "expected_gradients_of_the_oracle",
    .summary = "expected gradients at given points",
    .is_complete = 1,
    .is_stochastic = 1,
    .count_points = count_points,
    .draw_path = draw_path,
};
