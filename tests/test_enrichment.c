/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/enrichment.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

static struct eg_stream stream_of(uint64_t seed)
{
    return eg_stream_make(seed, 0, EG_PURPOSE_SHUFFLE, 0, 0);
}

static struct eg_enrichment test_one(size_t items, const double *weights, struct eg_item_set set,
                                     size_t permutations)
{
    struct eg_enrichment result;
    struct eg_error error = {0};
    const struct eg_stream stream = stream_of(1);
    cr_assert_eq(
        eg_enrichment_test(items, weights, 1, &set, permutations, &stream, &result, &error), EG_OK,
        "%s", error.message);
    return result;
}

static double score_of(size_t items, const double *weights, struct eg_item_set set)
{
    return test_one(items, weights, set, 0).score;
}

#define SET(...)                                                                                   \
    (struct eg_item_set)                                                                           \
    {                                                                                              \
        sizeof(uint32_t[]){__VA_ARGS__} / sizeof(uint32_t), (const uint32_t[])                     \
        {                                                                                          \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }

/* Weights 8 6 3 2 1 in rank order 4, 2, 0, 3, 1. Members 4 and 0: the sum goes 8/11, 8/11 - 1/3,
 * 2/3, 1/3, 0. Members 2 and 1: -1/3, 6/7 - 1/3, 6/7 - 2/3, -1/7, 0. Members 3 and 1: -1/3, -2/3,
 * -1, ... */
Test(enrichment, scores_as_by_hand)
{
    const double weights[] = {3, 1, 6, 2, 8};
    cr_expect_float_eq(score_of(5, weights, SET(0, 4)), 8.0 / 11, 1e-15);
    cr_expect_float_eq(score_of(5, weights, SET(1, 2)), 6.0 / 7 - 1.0 / 3, 1e-15);
    cr_expect_float_eq(score_of(5, weights, SET(1, 3)), -1, 1e-15);
    cr_expect_float_eq(score_of(5, weights, SET(2, 4)), 1, 1e-15);
    cr_expect_float_eq(score_of(5, weights, SET(1)), -1, 1e-15);
}

/* The definition, an item at a time; nan where highest and lowest are as far from 0. */
static double walk_all_items(size_t items, const double *weights, const char *in_set,
                             const size_t *order)
{
    double total = 0, outside = 0, sum = 0, highest = 0, lowest = 0;
    for (size_t i = 0; i < items; i++) {
        total += in_set[i] ? weights[i] : 0;
        outside += !in_set[i];
    }
    for (size_t rank = 0; rank < items; rank++) {
        const size_t item = order[rank];
        sum += in_set[item] ? weights[item] / total : -1 / outside;
        highest = fmax(highest, sum);
        lowest = fmin(lowest, sum);
    }
    if (fabs(highest + lowest) < 1e-12)
        return NAN;
    return highest > -lowest ? highest : lowest;
}

Test(enrichment, scores_as_the_definition)
{
    enum { FEW = 30 };
    double weights[FEW];
    size_t order[FEW], used = 0;
    for (size_t value = 7; value-- > 0;)
        for (size_t i = 0; i < FEW; i++)
            if (i * i % 7 == value) {
                weights[i] = (double)value / 3;
                order[used++] = i;
            }
    cr_assert_eq(used, FEW);
    for (uint64_t seed = 0; seed < 300; seed++) {
        struct eg_stream stream = stream_of(seed);
        char in_set[FEW] = {0};
        uint32_t members[FEW];
        struct eg_item_set set = {0, members};
        in_set[1] = 1; /* not all weights are zero */
        for (size_t i = 0; i < FEW - 1; i++)
            in_set[i] |= eg_stream_below(&stream, 3) == 0;
        for (uint32_t i = 0; i < FEW; i++)
            if (in_set[i])
                members[set.count++] = i;
        const double expected = walk_all_items(FEW, weights, in_set, order);
        if (!isnan(expected))
            cr_expect_float_eq(score_of(FEW, weights, set), expected, 1e-12);
    }
}

/* Weights 2 1 0 0: both members are worth nothing, so each is worth half: -1/2, -1, -1/2, 0. */
Test(enrichment, members_without_weight_count_alike)
{
    const double weights[] = {2, 1, 0, 0}, none[] = {0, 0, 0, 0};
    cr_expect_float_eq(score_of(4, weights, SET(2, 3)), -1, 1e-15);
    cr_expect_float_eq(score_of(4, none, SET(0, 2)), 0.5, 1e-15);
}

/* All orders of a set of 2 among 5 items are as likely: of 10 places of the pair, the best one alone
 * scores 1, so p is near (share that score 1) / (share that are positive). */
Test(enrichment, p_is_the_share_of_permutations)
{
    const double weights[] = {5, 4, 3, 2, 1};
    size_t positive = 0;
    double sum = 0;
    for (uint32_t i = 0; i < 5; i++)
        for (uint32_t j = i + 1; j < 5; j++) {
            const double score = score_of(5, weights, SET(i, j));
            positive += score > 0;
            sum += score > 0 ? score : 0;
        }
    enum { PERMUTATIONS = 20000 };
    const struct eg_enrichment best = test_one(5, weights, SET(0, 1), PERMUTATIONS);
    const double chance = 1 / (double)positive;
    cr_expect_eq(best.score, 1);
    cr_expect_float_eq(best.p, chance, 4 * sqrt(chance / PERMUTATIONS * 2), "%g for %g", best.p,
                       chance);
    cr_expect_float_eq(best.normalised, 1 / (sum * chance), 0.02, "%g", best.normalised);
    cr_expect_eq(best.q, best.p);
}

enum { ITEMS = 500, SETS = 400, MEMBERS = 20 };

/* MEMBERS of the items below `below` for each set. */
static void draw_sets(uint32_t (*members)[MEMBERS], struct eg_item_set *sets, size_t below)
{
    for (size_t s = 0; s < SETS; s++) {
        struct eg_stream stream = eg_stream_make(9, s, EG_PURPOSE_DATA, 0, 0);
        size_t count = 0;
        for (uint32_t i = 0; i < below; i++)
            if (eg_stream_below(&stream, below - i) < MEMBERS - count)
                members[s][count++] = i;
        sets[s] = (struct eg_item_set){MEMBERS, members[s]};
    }
}

static void draw_weights(double *weights)
{
    struct eg_stream stream = stream_of(5);
    for (size_t i = 0; i < ITEMS; i++)
        weights[i] = exp(eg_stream_normal(&stream));
}

static int compare_numbers(const void *a, const void *b)
{
    const double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* The largest distance of 400 p-values from uniform is above 0.0814 once in a hundred times. */
Test(enrichment, p_of_random_sets_is_uniform)
{
    uint32_t members[SETS][MEMBERS];
    struct eg_item_set sets[SETS];
    struct eg_enrichment results[SETS];
    double weights[ITEMS], p[SETS], distance = 0, least_q = 1;
    const struct eg_stream stream = stream_of(2);
    draw_weights(weights);
    draw_sets(members, sets, ITEMS);
    cr_assert_eq(eg_enrichment_test(ITEMS, weights, SETS, sets, 1000, &stream, results, NULL),
                 EG_OK);
    for (size_t s = 0; s < SETS; s++) {
        p[s] = results[s].p;
        least_q = fmin(least_q, results[s].q);
    }
    qsort(p, SETS, sizeof *p, compare_numbers);
    for (size_t s = 0; s < SETS; s++)
        distance = fmax(distance,
                        fmax(fabs(p[s] - (double)s / SETS), fabs(p[s] - (double)(s + 1) / SETS)));
    cr_expect_lt(distance, 0.0814, "%g", distance);
    cr_expect_gt(least_q, 0.05, "%g", least_q);
}

Test(enrichment, finds_a_planted_set)
{
    uint32_t members[SETS][MEMBERS];
    struct eg_item_set sets[SETS];
    struct eg_enrichment results[SETS];
    double weights[ITEMS];
    const struct eg_stream stream = stream_of(3);
    draw_weights(weights);
    draw_sets(members, sets, ITEMS);
    for (size_t i = 0; i < MEMBERS; i++)
        weights[members[17][i]] *= 6;
    cr_assert_eq(eg_enrichment_test(ITEMS, weights, SETS, sets, 2000, &stream, results, NULL),
                 EG_OK);
    cr_expect_gt(results[17].score, 0.3);
    cr_expect_gt(results[17].normalised, 1.5);
    cr_expect_lt(results[17].p, 0.002, "%g", results[17].p);
    for (size_t s = 0; s < SETS; s++)
        cr_expect_geq(results[s].q, results[s].p);
    /* Alone it has the same outcome, and its q is its p. */
    struct eg_enrichment alone;
    cr_assert_eq(eg_enrichment_test(ITEMS, weights, 1, &sets[17], 2000, &stream, &alone, NULL),
                 EG_OK);
    cr_expect(alone.score == results[17].score && alone.p == results[17].p &&
              alone.normalised == results[17].normalised && alone.q == alone.p);
}

static void refuse(const double *weights, struct eg_item_set set, const char *message)
{
    struct eg_enrichment result;
    struct eg_error error = {0};
    const struct eg_stream stream = stream_of(1);
    cr_expect_eq(eg_enrichment_test(4, weights, 1, &set, 10, &stream, &result, &error), EG_DATA);
    cr_expect_str_eq(error.message, message);
}

Test(enrichment, refuses_what_is_no_set)
{
    const double fine[] = {1, 2, 3, 4}, negative[] = {1, -2, 3, 4}, unknown[] = {1, 2, NAN, 4};
    refuse(negative, SET(1),
           "item 1 has weight -2; enrichment needs weights that are finite and not negative");
    refuse(unknown, SET(1),
           "item 2 has weight nan; enrichment needs weights that are finite and not negative");
    refuse(fine, (struct eg_item_set){0}, "set 0 is empty; leave it out");
    refuse(fine, SET(0, 1, 2, 3), "set 0 has all 4 items; leave it out");
    refuse(fine, SET(0, 4), "set 0 has item 4, but there are 4 items, from 0 on");
    refuse(fine, SET(2, 1), "set 0 has item 1 after item 2; give each once, ascending");
    refuse(fine, SET(1, 1), "set 0 has item 1 after item 1; give each once, ascending");
}
