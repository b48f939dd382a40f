/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The random numbers of numpy's legacy RandomState, draw for draw: MT19937
 * (Matsumoto and Nishimura 1998), Marsaglia's polar normals, bounded integers
 * by mask and rejection. For what must equal numpy; all else uses base/stream.h.
 */
#ifndef EG_BASE_NUMPY_STREAM_H
#define EG_BASE_NUMPY_STREAM_H

#include <stddef.h>
#include <stdint.h>

#define EG_NUMPY_WORDS 624

struct eg_numpy_stream {
    uint32_t words[EG_NUMPY_WORDS];
    unsigned position; /* words of the block already given out */
    int has_normal;    /* the second normal of a pair is waiting */
    double normal;
};

/* numpy.random.RandomState(seed). */
void eg_numpy_seed(struct eg_numpy_stream *stream, uint32_t seed);

uint32_t eg_numpy_u32(struct eg_numpy_stream *stream);

/* Uniform on [0,1), 53 bits: random_sample(). */
double eg_numpy_uniform(struct eg_numpy_stream *stream);

/* Standard normal: randn(). */
double eg_numpy_normal(struct eg_numpy_stream *stream);

/* Uniform on 0 .. max_inclusive: randint(0, max_inclusive + 1), choice(max_inclusive + 1). Draws
 * nothing when max_inclusive is 0. */
uint32_t eg_numpy_bounded(struct eg_numpy_stream *stream, uint32_t max_inclusive);

/* Shuffles index[0..count-1] in place: shuffle(index); count <= 2^32. */
void eg_numpy_shuffle(struct eg_numpy_stream *stream, size_t *index, size_t count);

/* index[0..count-1] = permutation(count). */
void eg_numpy_permutation(struct eg_numpy_stream *stream, size_t *index, size_t count);

#endif
