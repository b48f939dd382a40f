/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/relevance.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/plain_models.h"
#include "tests/small_network.h"

static struct eg_relevance measure(const struct eg_matrix *phi, const char *planted)
{
    struct eg_relevance result;
    struct eg_error error = {0};
    cr_assert_eq(eg_relevance(phi, planted, (struct eg_stream){.key = {5}}, &result, &error), EG_OK,
                 "%s", error.message);
    return result;
}

/* Of |phi| 3, 1, 2, 2 the first and the second are planted: mass 4/8, one of the two strongest. */
Test(relevance, by_hand)
{
    real numbers[] = {-3, 1, 2, -2};
    const struct eg_matrix phi = view(1, 4, numbers);
    const char planted[] = {1, 1, 0, 0};
    const struct eg_relevance result = measure(&phi, planted);
    cr_expect_float_eq(result.mass, 0.5, 1e-14);
    cr_expect_float_eq(result.rank, 0.5, 1e-14);
    numbers[2] = numbers[3] = 0;
    cr_expect_float_eq(measure(&phi, planted).mass, 1, 1e-14);
    cr_expect_float_eq(measure(&phi, planted).rank, 1, 1e-14);
}

/* What says nothing gets the share that is planted: exactly for zeros' mass, else on average. */
Test(relevance, of_what_says_nothing_is_the_share_planted)
{
    enum { N = 2000, P = 8 };
    const char planted[P] = {1, 0, 0, 1};
    struct eg_matrix phi = draw_matrix(N, P, 3);
    const struct eg_relevance unrelated = measure(&phi, planted);
    cr_expect_float_eq(unrelated.mass, 0.25, 0.02);
    cr_expect_float_eq(unrelated.rank, 0.25, 0.03);
    memset(phi.data, 0, N * P * sizeof *phi.data);
    const struct eg_relevance nothing = measure(&phi, planted);
    cr_expect_float_eq(nothing.mass, 0.25, 1e-12);
    cr_expect_float_eq(nothing.rank, 0.25, 0.03);
    eg_matrix_free(&phi);
}

Test(relevance, refuses_what_has_no_other_side)
{
    real numbers[] = {1, 2};
    const struct eg_matrix phi = view(1, 2, numbers);
    const char all[] = {1, 1}, none[] = {0, 0};
    struct eg_relevance result;
    struct eg_error error = {0};
    cr_expect_eq(eg_relevance(&phi, all, (struct eg_stream){0}, &result, &error), EG_DATA);
    cr_expect(strstr(error.message, "2 of 2 features are planted"), "%s", error.message);
    cr_expect_eq(eg_relevance(&phi, none, (struct eg_stream){0}, &result, &error), EG_DATA);
    numbers[1] = NAN;
    cr_expect_eq(eg_relevance(&phi, (const char[]){1, 0}, (struct eg_stream){0}, &result, &error),
                 EG_DATA);
}
