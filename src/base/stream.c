/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/stream.h"

#include <math.h>

#include <Random123/philox.h>

struct eg_stream eg_stream_make(uint64_t seed, uint64_t experiment, enum eg_purpose purpose,
                                uint64_t replicate, uint64_t item)
{
    return (struct eg_stream){.key = {seed, experiment},
                              .counter = {0, (uint64_t)purpose, replicate, item}};
}

struct eg_stream eg_stream_item(const struct eg_stream *stream, uint64_t item)
{
    return (struct eg_stream){
        .key = {stream->key[0], stream->key[1]},
        .counter = {stream->counter[0] >> 32 << 32, stream->counter[1], stream->counter[2], item}};
}

struct eg_stream eg_stream_step(const struct eg_stream *stream, uint64_t step)
{
    return (struct eg_stream){
        .key = {stream->key[0], stream->key[1]},
        .counter = {step << 32, stream->counter[1], stream->counter[2], stream->counter[3]}};
}

uint64_t eg_stream_u64(struct eg_stream *stream)
{
    if (stream->left == 0) {
        const philox4x64_key_t key = {{stream->key[0], stream->key[1]}};
        const philox4x64_ctr_t counter = {
            {stream->counter[0], stream->counter[1], stream->counter[2], stream->counter[3]}};
        const philox4x64_ctr_t block = philox4x64(counter, key);
        for (int i = 0; i < 4; i++)
            stream->block[i] = block.v[i];
        stream->counter[0]++;
        stream->left = 4;
    }
    return stream->block[4 - stream->left--];
}

double eg_stream_uniform(struct eg_stream *stream)
{
    return ((double)(eg_stream_u64(stream) >> 11) + 0.5) * 0x1p-53;
}

double eg_stream_normal(struct eg_stream *stream)
{
    if (stream->has_normal) {
        stream->has_normal = 0;
        return stream->normal;
    }
    const double radius = sqrt(-2.0 * log(eg_stream_uniform(stream)));
    const double angle = 2.0 * M_PI * eg_stream_uniform(stream);
    stream->normal = radius * sin(angle);
    stream->has_normal = 1;
    return radius * cos(angle);
}

uint64_t eg_stream_below(struct eg_stream *stream, uint64_t bound)
{
    /* Values under 2^64 mod bound, itself under bound, would favour the small remainders. */
    uint64_t draw;
    do
        draw = eg_stream_u64(stream);
    while (draw < bound && draw < -bound % bound);
    return draw % bound;
}

void eg_stream_shuffle(struct eg_stream *stream, size_t *index, size_t count)
{
    for (size_t last = count; last > 1; last--) {
        const size_t pick = (size_t)eg_stream_below(stream, last);
        const size_t kept = index[last - 1];
        index[last - 1] = index[pick];
        index[pick] = kept;
    }
}
