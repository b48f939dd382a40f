/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/numpy_stream.h"

#include <math.h>

enum { WORDS = EG_NUMPY_WORDS, SHIFT = 397 };

void eg_numpy_seed(struct eg_numpy_stream *stream, uint32_t seed)
{
    stream->words[0] = seed;
    for (uint32_t i = 1; i < WORDS; i++) {
        const uint32_t before = stream->words[i - 1];
        stream->words[i] = 1812433253u * (before ^ (before >> 30)) + i;
    }
    stream->position = WORDS;
    stream->has_normal = 0;
    stream->normal = 0;
}

static void make_block(struct eg_numpy_stream *stream)
{
    uint32_t *words = stream->words;
    for (unsigned i = 0; i < WORDS; i++) {
        const uint32_t joined = (words[i] & 0x80000000u) | (words[(i + 1) % WORDS] & 0x7fffffffu);
        const uint32_t twist = (joined & 1u) ? 0x9908b0dfu : 0u;
        words[i] = words[(i + SHIFT) % WORDS] ^ (joined >> 1) ^ twist;
    }
    stream->position = 0;
}

uint32_t eg_numpy_u32(struct eg_numpy_stream *stream)
{
    if (stream->position == WORDS)
        make_block(stream);
    uint32_t word = stream->words[stream->position++];
    word ^= word >> 11;
    word ^= (word << 7) & 0x9d2c5680u;
    word ^= (word << 15) & 0xefc60000u;
    return word ^ (word >> 18);
}

double eg_numpy_uniform(struct eg_numpy_stream *stream)
{
    const uint32_t high = eg_numpy_u32(stream) >> 5;
    const uint32_t low = eg_numpy_u32(stream) >> 6;
    return (high * 0x1p26 + low) * 0x1p-53;
}

double eg_numpy_normal(struct eg_numpy_stream *stream)
{
    if (stream->has_normal) {
        stream->has_normal = 0;
        return stream->normal;
    }
    double x, y, square;
    do {
        x = 2.0 * eg_numpy_uniform(stream) - 1.0;
        y = 2.0 * eg_numpy_uniform(stream) - 1.0;
        square = x * x + y * y;
    } while (square >= 1.0 || square == 0.0);
    const double factor = sqrt(-2.0 * log(square) / square);
    stream->normal = factor * x;
    stream->has_normal = 1;
    return factor * y;
}

uint32_t eg_numpy_bounded(struct eg_numpy_stream *stream, uint32_t max_inclusive)
{
    if (max_inclusive == 0)
        return 0;
    const uint32_t mask = UINT32_MAX >> __builtin_clz(max_inclusive);
    uint32_t draw;
    do
        draw = eg_numpy_u32(stream) & mask;
    while (draw > max_inclusive);
    return draw;
}

void eg_numpy_shuffle(struct eg_numpy_stream *stream, size_t *index, size_t count)
{
    for (size_t last = count; last > 1; last--) {
        const size_t pick = eg_numpy_bounded(stream, (uint32_t)(last - 1));
        const size_t kept = index[last - 1];
        index[last - 1] = index[pick];
        index[pick] = kept;
    }
}

void eg_numpy_permutation(struct eg_numpy_stream *stream, size_t *index, size_t count)
{
    for (size_t i = 0; i < count; i++)
        index[i] = i;
    eg_numpy_shuffle(stream, index, count);
}
