/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/max_sensitivity.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

#include "tests/plain_models.h"

enum { N = 2, P = 2 };

/* Training sd 3 and 0; rows (2, 7) and (-4, 7). */
static real train_data[] = {-3, 7, 3, 7}, x_data[] = {2, 7, -4, 7}, phi_data[] = {2, 0, -4, 0};
static struct eg_matrix train = {2, P, train_data}, x = {N, P, x_data}, phi = {N, P, phi_data};

static int explain_by_input(void *context, const struct eg_matrix *rows, struct eg_matrix *out,
                            struct eg_error *error)
{
    (void)error;
    double *furthest = context;
    for (size_t i = 0; i < N; i++) {
        eg_row(out, i)[0] = eg_row(rows, i)[0];
        cr_assert_eq(eg_row(rows, i)[1], 7, "a feature that does not vary does not move");
        *furthest = fmax(*furthest, fabs(eg_row(rows, i)[0] - eg_row(&x, i)[0]));
    }
    return EG_OK;
}

static int explain_alike(void *context, const struct eg_matrix *rows, struct eg_matrix *out,
                         struct eg_error *error)
{
    (void)rows;
    (void)error;
    const double *value = context;
    for (size_t i = 0; i < N * P; i++)
        out->data[i] = *value;
    return EG_OK;
}

static int explain_nothing(void *context, const struct eg_matrix *rows, struct eg_matrix *out,
                           struct eg_error *error)
{
    (void)context;
    (void)rows;
    (void)out;
    return eg_fail(error, EG_DATA, "cannot explain");
}

/* The features change places in the third of the draws alone. */
static int explain_in_turns(void *context, const struct eg_matrix *rows, struct eg_matrix *out,
                            struct eg_error *error)
{
    (void)rows;
    (void)error;
    const int is_third = ++*(int *)context == 3;
    for (size_t i = 0; i < N; i++) {
        eg_row(out, i)[is_third] = 2;
        eg_row(out, i)[!is_third] = -1;
    }
    return EG_OK;
}

Test(max_sensitivity, keeps_the_map_that_agrees_least)
{
    real map_data[] = {-2, 1, 2, 1};
    const struct eg_matrix map = view(N, P, map_data);
    int calls = 0;
    struct eg_max_sensitivity result;
    struct eg_max_sensitivity_input input = {.x_train = &train,
                                             .x = &x,
                                             .phi = &map,
                                             .context = &calls,
                                             .explain = explain_in_turns,
                                             .radius = 0.1,
                                             .draws = 5,
                                             .strongest = 1};
    cr_assert_eq(eg_max_sensitivity(&input, &result, NULL), EG_OK);
    cr_expect(calls == 5 && result.least.top == 0 && result.least.kendall == -1);
    calls = 3;
    cr_assert_eq(eg_max_sensitivity(&input, &result, NULL), EG_OK);
    cr_expect(result.least.top == 1 && result.least.kendall == 1);
    input.strongest = P + 1;
    cr_expect_eq(eg_max_sensitivity(&input, &result, NULL), EG_USAGE);
}

static struct eg_max_sensitivity
measure(int (*explain)(void *, const struct eg_matrix *, struct eg_matrix *, struct eg_error *),
        const struct eg_matrix *given, void *context, double radius)
{
    const struct eg_max_sensitivity_input input = {.x_train = &train,
                                                   .x = &x,
                                                   .phi = given,
                                                   .context = context,
                                                   .explain = explain,
                                                   .radius = radius,
                                                   .draws = 400,
                                                   .stream = {.key = {1, 2}}};
    struct eg_max_sensitivity result;
    struct eg_error error = {0};
    cr_assert_eq(eg_max_sensitivity(&input, &result, &error), EG_OK, "%s", error.message);
    return result;
}

/* phi = x moves by up to 0.1 * 3 where |phi| is 2 and 4: the mean of 0.15 and 0.075. */
Test(max_sensitivity, of_the_input_is_the_radius_over_its_size)
{
    double furthest = 0;
    const struct eg_max_sensitivity near = measure(explain_by_input, &phi, &furthest, 0.1);
    cr_expect_leq(near.mean, 0.1125 + 1e-12);
    cr_expect_gt(near.mean, 0.1125 * 0.97, "the largest of 400 uniform draws");
    cr_expect_leq(furthest, 0.3);
    const struct eg_max_sensitivity far = measure(explain_by_input, &phi, &furthest, 0.2);
    cr_expect_float_eq(far.mean, 2 * near.mean, 1e-12);
}

Test(max_sensitivity, rows_without_attributions)
{
    double one = 1, two = 2, zero = 0;
    real ones_data[] = {1, 1, 1, 1}, half_data[] = {1, 1, 0, 0}, zeros_data[] = {0, 0, 0, 0};
    const struct eg_matrix ones = view(N, P, ones_data), half = view(N, P, half_data),
                           zeros = view(N, P, zeros_data);
    struct eg_max_sensitivity result = measure(explain_alike, &ones, &one, 0.1);
    cr_expect(result.mean == 0 && result.undefined == 0);
    result = measure(explain_alike, &half, &one, 0.1);
    cr_expect(result.mean == 0 && result.undefined == 1, "0 here and not nearby: left out");
    result = measure(explain_alike, &half, &two, 0.1);
    cr_expect(result.mean == 1 && result.undefined == 1);
    result = measure(explain_alike, &zeros, &zero, 0.1);
    cr_expect(result.mean == 0 && result.undefined == 0, "0 everywhere");
    result = measure(explain_alike, &zeros, &one, 0.1);
    cr_expect(isnan(result.mean) && result.undefined == 2);
}

Test(max_sensitivity, passes_failures_on)
{
    struct eg_max_sensitivity_input input = {.x_train = &train,
                                             .x = &x,
                                             .phi = &phi,
                                             .explain = explain_nothing,
                                             .radius = 0.1,
                                             .draws = 3};
    double gap = NAN;
    struct eg_max_sensitivity result;
    struct eg_error error = {0};
    cr_expect_eq(eg_max_sensitivity(&input, &result, &error), EG_DATA);
    cr_expect_str_eq(error.message, "cannot explain");
    input.explain = explain_alike;
    input.context = &gap;
    cr_expect_eq(eg_max_sensitivity(&input, &result, &error), EG_DATA);
    cr_expect(strstr(error.message, "attributions nearby"), "%s", error.message);
    input.radius = 0;
    cr_expect_eq(eg_max_sensitivity(&input, &result, &error), EG_USAGE);
}
