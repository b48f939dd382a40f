/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Truth: Student's intervals by hand, read off the figure by its ticks. */
#include <math.h>

#include <criterion/criterion.h>

#include "bench/compare/verdict_parts.h"
#include "tests/made_contest.h"

enum { METHODS = 3, UNITS = 6 };

static const char *const methods[METHODS] = {"expected_gradients", "a", "b"};
static const struct eg_score_metric metrics[] = {{"KPM", 0, 0}};

/* Ranks of a: 2 1 2 1 2 2, of b: 3 throughout. */
static const double scores[METHODS * UNITS] = {5, 5, 5, 5, 5, 5, 4, 6, 4,
                                               6, 4, 4, 3, 3, 3, 3, 3, 3};

/* 97.5 % of Student's t with 5 degrees of freedom. */
static const double t5 = 2.570581835636314;

/* The figure of the first so many units; seconds: of a. */
static json_t *draw(size_t units, const double *seconds, int by_gradients)
{
    double first[METHODS * UNITS];
    struct eg_unit_cost costs[METHODS * UNITS];
    for (size_t i = 0; i < METHODS * units; i++) {
        const size_t method = i / units, unit = i % units;
        first[i] = scores[method * UNITS + unit];
        costs[i] = (struct eg_unit_cost){method == 1 ? seconds[unit] : 0.01, 200, NAN};
    }
    struct eg_score_table table = make_table(methods, METHODS, metrics, 1, units, first);
    table.costs = costs;
    struct eg_contest contest = judge(&table);
    json_t *figure = eg_tradeoff_data(&contest, by_gradients);
    eg_contest_free(&contest);
    return figure;
}

static double number(const json_t *item, const char *name)
{
    return json_number_value(json_object_get(item, name));
}

static int is_true(const json_t *item, const char *name)
{
    return json_is_true(json_object_get(item, name));
}

/* Of methods; the reference is drawn last. */
static const json_t *point_of(const json_t *figure, size_t method)
{
    return json_array_get(json_object_get(figure, "points"), (method + METHODS - 1) % METHODS);
}

/* What is there along an axis of ticks, each with its place and value. */
static double read_off(const json_t *figure, const char *ticks, const char *place, double pixel)
{
    const json_t *list = json_object_get(figure, ticks);
    const json_t *first = json_array_get(list, 0),
                 *last = json_array_get(list, json_array_size(list) - 1);
    double low = number(first, "value"), high = number(last, "value");
    const int is_log = place[0] == 'x';
    low = is_log ? log(low) : low;
    high = is_log ? log(high) : high;
    const double value = low + (high - low) * (pixel - number(first, place)) /
                                   (number(last, place) - number(first, place));
    return is_log ? exp(value) : value;
}

Test(verdict_tradeoff, a_point_has_its_intervals)
{
    static const double seconds[UNITS] = {1, 2, 3, 4, 5, 6};
    json_t *figure = draw(UNITS, seconds, 0);
    const json_t *a = point_of(figure, 1), *b = point_of(figure, 2);
    const json_t *cost = json_object_get(a, "cost_whisker"),
                 *rank = json_object_get(a, "quality_whisker");
    const double share = t5 * sqrt(3.5 / 6) / 3.5; /* of the mean 3.5, its logarithm's half width */
    cr_assert(is_true(figure, "has_intervals") && is_true(cost, "has_start") &&
              is_true(cost, "has_end"));
    cr_expect_float_eq(read_off(figure, "across", "x", number(a, "x")), 3.5, 1e-9);
    cr_expect_float_eq(read_off(figure, "across", "x", number(cost, "from")), 3.5 * exp(-share),
                       1e-9);
    cr_expect_float_eq(read_off(figure, "across", "x", number(cost, "to")), 3.5 * exp(share), 1e-9);
    cr_expect_eq(number(cost, "middle"), number(a, "y"));
    const double half = t5 * sqrt(4.0 / 3 / 5 / 6); /* of four 2 and two 1 */
    cr_expect_float_eq(read_off(figure, "down", "y", number(a, "y")), 5.0 / 3, 1e-9);
    cr_expect_float_eq(read_off(figure, "down", "y", number(rank, "from")), 5.0 / 3 - half, 1e-9);
    cr_expect_float_eq(read_off(figure, "down", "y", number(rank, "to")), 5.0 / 3 + half, 1e-9);
    cr_expect(json_is_null(json_object_get(b, "cost_whisker")) &&
                  json_is_null(json_object_get(b, "quality_whisker")),
              "it is the same on all units");
    json_decref(figure);
}

Test(verdict_tradeoff, no_cost_is_below_zero_and_no_line_beyond_the_frame)
{
    static const double seconds[UNITS] = {1e-6, 10}; /* t of one degree of freedom: 12.7 */
    json_t *figure = draw(2, seconds, 0);
    const json_t *cost = json_object_get(point_of(figure, 1), "cost_whisker");
    const json_t *rank = json_object_get(point_of(figure, 1), "quality_whisker");
    cr_expect(!is_true(cost, "has_start") && !is_true(cost, "has_end"));
    cr_expect_eq(number(cost, "from"), number(figure, "left"));
    cr_expect_eq(number(cost, "to"), number(figure, "right"));
    cr_expect_float_eq(read_off(figure, "down", "y", number(rank, "from")), 1, 1e-9,
                       "no rank is above 1");
    cr_expect(number(rank, "to") <= number(figure, "bottom"));
    json_decref(figure);
}

Test(verdict_tradeoff, one_unit_has_none)
{
    static const double seconds[] = {1};
    json_t *figure = draw(1, seconds, 0), *point;
    size_t i;
    cr_expect(!is_true(figure, "has_intervals"));
    cr_expect_eq(json_array_size(json_object_get(figure, "points")), METHODS);
    json_array_foreach(json_object_get(figure, "points"), i, point)
        cr_expect(json_is_null(json_object_get(point, "cost_whisker")) &&
                  json_is_null(json_object_get(point, "quality_whisker")));
    json_decref(figure);
}

Test(verdict_tradeoff, equal_costs_have_none)
{
    static const double seconds[UNITS] = {1, 2, 3, 4, 5, 6};
    json_t *figure = draw(UNITS, seconds, 1);
    const json_t *a = point_of(figure, 1);
    cr_expect(json_is_null(json_object_get(a, "cost_whisker")));
    cr_expect(json_is_object(json_object_get(a, "quality_whisker")));
    json_decref(figure);
}
