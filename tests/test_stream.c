/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/stream.h"

#include <math.h>
#include <string.h>

#include <criterion/criterion.h>

/* The known answers that Random123 publishes for philox4x64-10 (its file kat_vectors). */
static const struct {
    uint64_t counter[4], key[2], block[4];
} known[] = {
    {{0, 0, 0, 0},
     {0, 0},
     {0x16554d9eca36314c, 0xdb20fe9d672d0fdc, 0xd7e772cee186176b, 0x7e68b68aec7ba23b}},
    {{UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX},
     {UINT64_MAX, UINT64_MAX},
     {0x87b092c3013fe90b, 0x438c3c67be8d0224, 0x9cc7d7c69cd777b6, 0xa09caebf594f0ba0}},
    {{0x243f6a8885a308d3, 0x13198a2e03707344, 0xa4093822299f31d0, 0x082efa98ec4e6c89},
     {0x452821e638d01377, 0xbe5466cf34e90c6c},
     {0xa528f45403e61d95, 0x38c72dbd566e9788, 0xa5a1610e72fd18b5, 0x57bd43b5e52b7fe6}},
};

Test(stream, equals_the_known_answers_of_random123)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        struct eg_stream stream = {0};
        memcpy(stream.counter, known[i].counter, sizeof stream.counter);
        memcpy(stream.key, known[i].key, sizeof stream.key);
        for (int word = 0; word < 4; word++)
            cr_assert_eq(eg_stream_u64(&stream), known[i].block[word], "vector %zu, word %d", i,
                         word);
    }
}

Test(stream, name_goes_into_key_and_counter)
{
    const struct eg_stream stream = eg_stream_make(11, 22, EG_PURPOSE_SPLIT, 33, 44);
    const uint64_t key[] = {11, 22}, counter[] = {0, EG_PURPOSE_SPLIT, 33, 44};
    cr_assert_arr_eq(stream.key, key, sizeof key);
    cr_assert_arr_eq(stream.counter, counter, sizeof counter);
}

Test(stream, any_part_of_the_name_makes_other_draws)
{
    struct eg_stream streams[] = {
        eg_stream_make(1, 1, EG_PURPOSE_DATA, 1, 1), eg_stream_make(2, 1, EG_PURPOSE_DATA, 1, 1),
        eg_stream_make(1, 2, EG_PURPOSE_DATA, 1, 1), eg_stream_make(1, 1, EG_PURPOSE_SPLIT, 1, 1),
        eg_stream_make(1, 1, EG_PURPOSE_DATA, 2, 1), eg_stream_make(1, 1, EG_PURPOSE_DATA, 1, 2),
    };
    enum { STREAMS = sizeof streams / sizeof *streams, DRAWS = 100 };
    uint64_t draws[STREAMS * DRAWS];
    for (size_t i = 0; i < STREAMS * DRAWS; i++)
        draws[i] = eg_stream_u64(&streams[i / DRAWS]);
    for (size_t i = 0; i < STREAMS * DRAWS; i++)
        for (size_t j = 0; j < i; j++)
            cr_assert_neq(draws[i], draws[j], "draws %zu and %zu", i, j);
}

Test(stream, an_item_starts_anew_whatever_was_drawn)
{
    struct eg_stream used = eg_stream_make(5, 6, EG_PURPOSE_EXPLAIN, 7, 8);
    eg_stream_normal(&used);
    eg_stream_u64(&used);
    struct eg_stream item = eg_stream_item(&used, 9);
    struct eg_stream fresh = eg_stream_make(5, 6, EG_PURPOSE_EXPLAIN, 7, 9);
    cr_assert_eq(eg_stream_normal(&item), eg_stream_normal(&fresh));
    for (int i = 0; i < 9; i++)
        cr_assert_eq(eg_stream_u64(&item), eg_stream_u64(&fresh));
}

Test(stream, an_item_keeps_the_step_and_a_step_starts_anew)
{
    struct eg_stream used = eg_stream_make(5, 6, EG_PURPOSE_TRAIN_ATTRIBUTION, 7, 8);
    eg_stream_normal(&used);
    const struct eg_stream step = eg_stream_step(&used, 3);
    struct eg_stream item = eg_stream_item(&step, 9);
    eg_stream_u64(&item);
    item = eg_stream_item(&item, 9);
    const uint64_t counter[] = {(uint64_t)3 << 32, EG_PURPOSE_TRAIN_ATTRIBUTION, 7, 9};
    cr_expect_arr_eq(item.counter, counter, sizeof counter);
    struct eg_stream first = eg_stream_step(&step, 0),
                     fresh = eg_stream_make(5, 6, EG_PURPOSE_TRAIN_ATTRIBUTION, 7, 8);
    for (int i = 0; i < 9; i++)
        cr_expect_eq(eg_stream_u64(&first), eg_stream_u64(&fresh));
}

Test(stream, a_copy_goes_on_alike)
{
    struct eg_stream stream = eg_stream_make(1, 0, EG_PURPOSE_WEIGHTS, 0, 0);
    eg_stream_normal(&stream);
    struct eg_stream copy = stream;
    for (int i = 0; i < 7; i++)
        cr_assert_eq(eg_stream_normal(&stream), eg_stream_normal(&copy));
}

/* The mean of n draws lies within 5 standard errors of the moment it estimates. */
static void assert_moment(double sum, double n, double moment, double variance)
{
    const double error = fabs(sum / n - moment), limit = 5 * sqrt(variance / n);
    cr_assert_lt(error, limit, "moment %g missed by %g > %g", moment, error, limit);
}

Test(stream, uniforms_have_the_moments_of_the_uniform_law)
{
    enum { N = 200000 };
    struct eg_stream stream = eg_stream_make(3, 0, EG_PURPOSE_DATA, 0, 0);
    double sums[4] = {0}, lagged = 0, last = 0.5;
    for (int i = 0; i < N; i++) {
        const double u = eg_stream_uniform(&stream);
        cr_assert(u > 0 && u < 1);
        lagged += (u - 0.5) * (last - 0.5);
        last = u;
        double power = u;
        for (int k = 0; k < 4; k++, power *= u)
            sums[k] += power;
    }
    for (int k = 1; k <= 4; k++)
        assert_moment(sums[k - 1], N, 1.0 / (k + 1), 1.0 / (2 * k + 1) - 1.0 / ((k + 1) * (k + 1)));
    assert_moment(lagged, N, 0, 1.0 / 144);
}

Test(stream, normals_have_the_moments_of_the_normal_law)
{
    enum { N = 200000 };
    const double moments[] = {0, 1, 0, 3}, variances[] = {1, 2, 15, 96};
    struct eg_stream stream = eg_stream_make(4, 0, EG_PURPOSE_DATA, 0, 0);
    double sums[4] = {0}, lagged = 0, last = 0;
    for (int i = 0; i < N; i++) {
        const double z = eg_stream_normal(&stream);
        lagged += z * last;
        last = z;
        double power = z;
        for (int k = 0; k < 4; k++, power *= z)
            sums[k] += power;
    }
    for (int k = 0; k < 4; k++)
        assert_moment(sums[k], N, moments[k], variances[k]);
    assert_moment(lagged, N, 0, 1);
}

Test(stream, bounded_draws_are_even)
{
    enum { N = 100000 };
    for (uint64_t bound = 1; bound <= 7; bound++) {
        struct eg_stream stream = eg_stream_make(bound, 0, EG_PURPOSE_SHUFFLE, 0, 0);
        double counts[7] = {0};
        for (int i = 0; i < N; i++) {
            const uint64_t draw = eg_stream_below(&stream, bound);
            cr_assert_lt(draw, bound);
            counts[draw]++;
        }
        const double share = 1.0 / (double)bound;
        for (uint64_t value = 0; bound > 1 && value < bound; value++)
            assert_moment(counts[value], N, share, share * (1 - share));
    }
}

/* With bound 3 * 2^62 the plain remainder would give the lowest third half of all draws. */
Test(stream, bounded_draws_are_even_where_the_remainder_is_not)
{
    enum { N = 100000 };
    const uint64_t third = UINT64_C(1) << 62;
    struct eg_stream stream = eg_stream_make(1, 0, EG_PURPOSE_SHUFFLE, 0, 0);
    double low = 0;
    for (int i = 0; i < N; i++)
        low += eg_stream_below(&stream, 3 * third) < third;
    assert_moment(low, N, 1.0 / 3, 2.0 / 9);
}

Test(stream, shuffle_is_a_permutation_and_all_are_equally_likely)
{
    enum { N = 120000 };
    struct eg_stream stream = eg_stream_make(2, 0, EG_PURPOSE_SHUFFLE, 0, 0);
    double counts[256] = {0};
    for (int i = 0; i < N; i++) {
        size_t index[4] = {0, 1, 2, 3};
        eg_stream_shuffle(&stream, index, 4);
        cr_assert_eq(1 << index[0] | 1 << index[1] | 1 << index[2] | 1 << index[3], 15);
        counts[index[0] << 6 | index[1] << 4 | index[2] << 2 | index[3]]++;
    }
    int seen = 0;
    for (int code = 0; code < 256; code++) {
        if (counts[code] == 0)
            continue;
        seen++;
        assert_moment(counts[code], N, 1.0 / 24, 23.0 / 576);
    }
    cr_assert_eq(seen, 24);
}

Test(stream, shuffle_of_nothing_and_of_one)
{
    struct eg_stream stream = eg_stream_make(2, 0, EG_PURPOSE_SHUFFLE, 0, 0);
    size_t one = 77;
    eg_stream_shuffle(&stream, NULL, 0);
    eg_stream_shuffle(&stream, &one, 1);
    cr_assert_eq(one, 77);
}
