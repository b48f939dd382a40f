/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/numpy_stream.h"

#include <math.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "tests/oracle_file.h"

static struct eg_numpy_stream seeded(uint32_t seed)
{
    struct eg_numpy_stream stream;
    eg_numpy_seed(&stream, seed);
    return stream;
}

/* The C++ standard fixes the 10000th word of mt19937 with its default seed, 5489. */
Test(numpy_stream, ten_thousandth_word_is_the_standards)
{
    struct eg_numpy_stream stream = seeded(5489);
    uint32_t word = 0;
    for (int i = 0; i < 10000; i++)
        word = eg_numpy_u32(&stream);
    cr_assert_eq(word, 4123659995u);
}

static void compare_uniforms(const char *name, uint32_t seed)
{
    size_t count;
    double *expected = read_oracle(name, &count, NULL);
    struct eg_numpy_stream stream = seeded(seed);
    for (size_t i = 0; i < count; i++)
        cr_assert_eq(eg_numpy_uniform(&stream), expected[i], "%s[%zu]", name, i);
    free(expected);
}

Test(numpy_stream, uniforms_equal_numpy)
{
    compare_uniforms("metrics/chk_rand0_first20", 0);
    compare_uniforms("metrics/chk_const_rand60_seed0", 0);
    compare_uniforms("metrics/chk_const_rand60_seed1", 1);
    compare_uniforms("metrics/chk_noise_const_rand60", 23980);
}

Test(numpy_stream, normals_equal_numpy)
{
    size_t count;
    double *expected = read_oracle("metrics/chk_randn0_first20", &count, NULL);
    struct eg_numpy_stream stream = seeded(0);
    for (size_t i = 0; i < count; i++) {
        const double normal = eg_numpy_normal(&stream); /* the macro takes its argument twice */
        cr_assert_float_eq(normal, expected[i], 1e-15, "normal %zu", i);
    }
    free(expected);
}

Test(numpy_stream, seeding_drops_the_waiting_normal)
{
    struct eg_numpy_stream stream = seeded(3);
    const double first = eg_numpy_normal(&stream);
    eg_numpy_seed(&stream, 3);
    cr_assert_eq(eg_numpy_normal(&stream), first);
}

Test(numpy_stream, permutation_equals_numpy)
{
    size_t count;
    double *expected = read_oracle("metrics/chk_perm1000_seed0", &count, NULL);
    size_t *index = malloc(count * sizeof *index);
    struct eg_numpy_stream stream = seeded(0);
    eg_numpy_permutation(&stream, index, count);
    for (size_t i = 0; i < count; i++)
        cr_assert_eq((double)index[i], expected[i], "entry %zu", i);
    free(index);
    free(expected);
}

static void compare_bounded(const char *name, uint32_t seed, uint32_t max_inclusive)
{
    size_t count;
    double *expected = read_oracle(name, &count, NULL);
    struct eg_numpy_stream stream = seeded(seed);
    for (size_t i = 0; i < count; i++)
        cr_assert_eq((double)eg_numpy_bounded(&stream, max_inclusive), expected[i], "%s[%zu]", name,
                     i);
    free(expected);
}

Test(numpy_stream, bounded_integers_equal_numpy)
{
    compare_bounded("metrics/chk_resample_inds_split0", 0, 99);
    compare_bounded("metrics/chk_resample_inds_split1", 1, 99);
    compare_bounded("metrics/chk_resample_inds_split9", 9, 99);
    compare_bounded("metrics/rep_init_seeds", 3293, 9999999);
}

Test(numpy_stream, bounded_integers_keep_to_their_range)
{
    struct eg_numpy_stream stream = seeded(11), untouched = stream;
    cr_assert_eq(eg_numpy_bounded(&stream, 0), 0);
    cr_assert_eq(stream.position, untouched.position, "a bound of 0 must draw nothing");
    cr_assert_eq(eg_numpy_bounded(&stream, UINT32_MAX), eg_numpy_u32(&untouched));
    unsigned seen = 0;
    for (int i = 0; i < 200; i++) {
        const uint32_t draw = eg_numpy_bounded(&stream, 4);
        cr_assert_leq(draw, 4);
        seen |= 1u << draw;
    }
    cr_assert_eq(seen, 31u, "all of 0..4 come up");
}

/* The same array shuffled twice by one running stream, as a training loop does. */
Test(numpy_stream, shuffles_accumulate_as_in_numpy)
{
    size_t count;
    double *first = read_oracle("metrics/rep_epoch1_order", &count, NULL);
    double *second = read_oracle("metrics/rep_epoch2_order", NULL, NULL);
    struct eg_numpy_stream stream = seeded(3293);
    for (int i = 0; i < 4; i++)
        eg_numpy_bounded(&stream, 9999999);
    size_t *index = malloc(count * sizeof *index);
    eg_numpy_permutation(&stream, index, count);
    for (size_t i = 0; i < count; i++)
        cr_assert_eq((double)index[i], first[i], "epoch 1, entry %zu", i);
    eg_numpy_shuffle(&stream, index, count);
    for (size_t i = 0; i < count; i++)
        cr_assert_eq((double)index[i], second[i], "epoch 2, entry %zu", i);
    free(index);
    free(first);
    free(second);
}
