/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/map_agreement.h"

#include <math.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "base/stream.h"
#include "tests/oracle_file.h"

static struct eg_map_agreement agree(size_t p, size_t strongest, const struct eg_image *image,
                                     const real *before, const real *after)
{
    struct eg_map_agreement agreement;
    struct eg_error error = {0};
    cr_assert_eq(eg_map_agreement(p, strongest, image, before, after, &agreement, &error), EG_OK,
                 "%s", error.message);
    return agreement;
}

/* tau-b by its definition: every pair. */
static double tau_by_pairs(size_t count, const double *a, const double *b)
{
    double sum = 0, of_a = 0, of_b = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < i; j++) {
            const int x = (a[i] > a[j]) - (a[i] < a[j]), y = (b[i] > b[j]) - (b[i] < b[j]);
            sum += x * y;
            of_a += x * x;
            of_b += y * y;
        }
    return of_a > 0 && of_b > 0 ? sum / sqrt(of_a * of_b) : 0;
}

Test(map_agreement, kendall_is_that_of_all_pairs)
{
    enum { MOST = 60 };
    double a[MOST], b[MOST];
    struct eg_tau_pair work[2 * MOST];
    struct eg_stream stream = eg_stream_make(1, 0, EG_PURPOSE_DATA, 0, 0);
    for (size_t round = 0; round < 200; round++) {
        const size_t count = 2 + round % (MOST - 1);
        const double values = round % 3 ? 4 : 1e6; /* many ties, or none */
        for (size_t i = 0; i < count; i++) {
            a[i] = floor(values * eg_stream_uniform(&stream));
            b[i] = floor(values * eg_stream_uniform(&stream)) + (round % 2 ? a[i] : 0);
        }
        cr_expect_float_eq(eg_kendall_tau(count, a, b, work), tau_by_pairs(count, a, b), 1e-13);
    }
}

Test(map_agreement, kendall_of_orders_without_doubt)
{
    const double up[] = {1, 2, 3, 4}, down[] = {9, 8, 7, 6}, flat[] = {5, 5, 5, 5},
                 one[] = {1, 2, 4, 3};
    struct eg_tau_pair work[8];
    cr_expect_float_eq(eg_kendall_tau(4, up, up, work), 1, 1e-15);
    cr_expect_float_eq(eg_kendall_tau(4, up, down, work), -1, 1e-15);
    cr_expect_eq(eg_kendall_tau(4, up, flat, work), 0);
    cr_expect_float_eq(eg_kendall_tau(4, up, one, work), (5.0 - 1) / 6, 1e-15);
}

/* scipy.stats.kendalltau and spearmanr of the magnitudes, 2 x 40 numbers with ties and signs */
Test(map_agreement, equals_scipy)
{
    size_t rows, p;
    double *maps = read_oracle("metrics/maps", &rows, &p);
    double *scores = read_oracle("metrics/maps_scores", NULL, NULL);
    cr_assert_eq(rows, 2);
    const struct eg_map_agreement own = agree(p, 10, NULL, maps, maps + p);
    cr_expect_float_eq(own.kendall, scores[0], 1e-14);
    cr_expect_float_eq(own.spearman, scores[1], 1e-14);
    free(maps);
    free(scores);
}

Test(map_agreement, counts_the_strongest_by_magnitude)
{
    const real before[] = {5, -4, 0.1, 3, -0.2, 2}, after[] = {-5, 0.3, 4, -3, 0.2, 0};
    cr_expect_float_eq(agree(6, 3, NULL, before, after).top, 2.0 / 3, 1e-15);
    cr_expect_float_eq(agree(6, 3, NULL, after, before).top, 2.0 / 3, 1e-15);
    cr_expect_eq(agree(6, 6, NULL, before, after).top, 1);
    cr_expect_eq(agree(6, 2, NULL, before, before).top, 1);
    const real none[6] = {0};
    const struct eg_map_agreement empty = agree(6, 2, NULL, before, none);
    cr_expect(empty.top == 0 && empty.top_local == 0 && empty.kendall == 0 && empty.spearman == 0);
    const struct eg_map_agreement dead = agree(6, 2, NULL, none, none);
    cr_expect(dead.top == 0 && dead.kendall == 0, "two maps that say nothing");
}

/* A map that moves by one pixel has lost its pixels, and none of their neighbourhoods. */
Test(map_agreement, forgives_a_neighbour)
{
    enum { SIDE = 6, P = SIDE * SIDE };
    const struct eg_image image = {SIDE, SIDE, 1};
    real before[P] = {0}, near[P] = {0}, far[P] = {0};
    static const size_t strong[] = {0, 15, 24};
    for (size_t i = 0; i < 3; i++) {
        before[strong[i]] = 1;
        near[strong[i] + SIDE + 1] = 1;
        far[strong[i] + 2] = 1;
    }
    const struct eg_map_agreement by_one = agree(P, 3, &image, before, near),
                                  by_two = agree(P, 3, &image, before, far);
    cr_expect(by_one.top == 0 && by_one.top_local == 1);
    cr_expect(by_two.top == 0 && by_two.top_local == 0);
    /* the end of a line is no neighbour of the next line's first pixel */
    real end[P] = {0}, begin[P] = {0};
    end[2 * SIDE - 1] = begin[2 * SIDE] = 1;
    cr_expect_eq(agree(P, 1, &image, end, begin).top_local, 0);
    cr_expect_eq(agree(P, 1, NULL, before, near).top_local, agree(P, 1, NULL, before, near).top);
}

Test(map_agreement, refuses_what_is_not_there)
{
    const real map[4] = {1, 2, 3, 4};
    const struct eg_image colours = {1, 2, 2}, small = {1, 3, 1};
    struct eg_map_agreement agreement;
    struct eg_error error;
    cr_expect_eq(eg_map_agreement(4, 0, NULL, map, map, &agreement, &error), EG_USAGE);
    cr_expect_eq(eg_map_agreement(4, 5, NULL, map, map, &agreement, &error), EG_USAGE);
    cr_expect_eq(eg_map_agreement(4, 1, &colours, map, map, &agreement, &error), EG_USAGE);
    cr_expect_eq(eg_map_agreement(4, 1, &small, map, map, &agreement, &error), EG_USAGE);
}
