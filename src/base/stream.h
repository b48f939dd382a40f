/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counter-based random streams: Philox4x64-10 (Salmon et al. 2011) from
 * Random123. A stream is named by (seed, experiment) in the key and (purpose,
 * replicate, item) in the counter, so any draw can be made again at any time,
 * in any order, by any thread. A stream is a small value: copy it freely.
 */
#ifndef EG_BASE_STREAM_H
#define EG_BASE_STREAM_H

#include <stddef.h>
#include <stdint.h>

/* What a stream is for; two purposes never share a draw. Only ever append. */
enum eg_purpose {
    EG_PURPOSE_DATA = 1,
    EG_PURPOSE_SPLIT,
    EG_PURPOSE_WEIGHTS,
    EG_PURPOSE_SHUFFLE,
    EG_PURPOSE_DROPOUT,
    EG_PURPOSE_TRAIN_ATTRIBUTION,
    EG_PURPOSE_EXPLAIN,
    EG_PURPOSE_BOOTSTRAP,
    EG_PURPOSE_MASKING,
    EG_PURPOSE_RANDOM_ATTRIBUTION,
    EG_PURPOSE_AUGMENT,
    EG_PURPOSE_CORRUPT,
    EG_PURPOSE_GRAPH,
    EG_PURPOSE_PERMUTE,
    EG_PURPOSE_OTHER_WEIGHTS /* of a network that a trained one is compared with */
};

struct eg_stream {
    uint64_t key[2];     /* seed, experiment */
    uint64_t counter[4]; /* 2^32 step + block, purpose, replicate, item */
    uint64_t block[4];   /* the block being given out */
    unsigned left;       /* words of it not yet given out */
    int has_normal;      /* the second normal of a pair is waiting */
    double normal;
};

/* The stream of that name, at its start. experiment: any number, 0 where there is none. */
struct eg_stream eg_stream_make(uint64_t seed, uint64_t experiment, enum eg_purpose purpose,
                                uint64_t replicate, uint64_t item);

/* The same stream for another item, at its start: one stream per sample, reference or cell. */
struct eg_stream eg_stream_item(const struct eg_stream *stream, uint64_t item);

/* The same stream for another step of a training, at its start. Its items keep the step, so they are others than
 * those of every other step, as long as step and the blocks drawn of an item stay under 2^32. */
struct eg_stream eg_stream_step(const struct eg_stream *stream, uint64_t step);

uint64_t eg_stream_u64(struct eg_stream *stream);

/* Uniform on the open interval (0,1), 53 bits. */
double eg_stream_uniform(struct eg_stream *stream);

/* Standard normal, Box-Muller. */
double eg_stream_normal(struct eg_stream *stream);

/* Uniform on 0 .. bound-1 without bias; bound >= 1. */
uint64_t eg_stream_below(struct eg_stream *stream, uint64_t bound);

/* Shuffles index[0..count-1] in place (Fisher-Yates). */
void eg_stream_shuffle(struct eg_stream *stream, size_t *index, size_t count);

#endif
