/* SPDX-License-Identifier: GPL-3.0-or-later */
/** @file
 * Random numbers: counter-based streams, Philox4x64-10 (Salmon et al. 2011). Streams of different
 * seeds or numbers are independent, and the same stream gives the same draws on any machine and
 * thread. */
#ifndef EGBENCH_STREAM_H
#define EGBENCH_STREAM_H

#include "egbench_base.h"

/** A stream of random numbers. */
struct egbench_stream;

/** A stream at its start. number: any, for several streams of one seed. Returns EGBENCH_INTERNAL
 * when memory is short. */
EGBENCH_API int egbench_stream_alloc(struct egbench_stream **stream, uint64_t seed, uint64_t number,
                                     struct egbench_error *error);

/** Releases a stream; NULL is allowed. */
EGBENCH_API void egbench_stream_free(struct egbench_stream *stream);

/** Uniform on the open interval (0,1), 53 bits. */
EGBENCH_API double egbench_stream_uniform(struct egbench_stream *stream);

/** Standard normal, by Box and Muller's transformation. */
EGBENCH_API double egbench_stream_normal(struct egbench_stream *stream);

/** Uniform on 0 .. bound - 1 without bias; bound is at least 1. */
EGBENCH_API uint64_t egbench_stream_below(struct egbench_stream *stream, uint64_t bound);

/** Shuffles index (count numbers) in place, by Fisher and Yates' algorithm. */
EGBENCH_API void egbench_stream_shuffle(struct egbench_stream *stream, size_t count, size_t *index);

#endif
