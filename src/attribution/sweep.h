/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Internal to attribution/: how a piece of points goes through the network.
 */
#ifndef EG_ATTRIBUTION_SWEEP_H
#define EG_ATTRIBUTION_SWEEP_H

#include "attribution/attribution.h"

/* What one worker needs for one piece. */
struct eg_shard_space {
    real *points, *weights; /* piece x p */
    real *t[EG_LAYERS_MAX]; /* tangents, piece x outputs */
    real *c[EG_LAYERS_MAX]; /* s'' q e, piece x outputs; NULL where nothing is curved */
    real *adjoint[2];       /* piece x width, in turn */
    real *gradient;         /* parameters; NULL with one shard, which writes to the caller's */
    size_t first, count;    /* the points of the piece: first counts over all samples */
    size_t sample, samples; /* the samples they belong to */
    real *h[EG_LAYERS_MAX], *d[EG_LAYERS_MAX]; /* the piece's hidden values and deltas */
};

/* Shards have whole samples, n of them in all; pieces have whole samples too, or a part of one. The
 * points of a shard begin at eg_shard_begin and end where the next one begins; eg_piece_end is where
 * the piece that begins at point first ends. */
static inline size_t eg_shard_begin(const struct eg_attribution *attribution, size_t n,
                                    size_t shard)
{
    return shard * n / attribution->shards * attribution->k;
}
size_t eg_piece_end(const struct eg_attribution *attribution, size_t n, size_t shard, size_t first);

/* Points the piece at `count` points from number `first` on. */
void eg_piece_locate(const struct eg_attribution *attribution, struct eg_shard_space *space,
                     size_t shard, size_t first, size_t count);

/* Whether the first layer's map is interpolated between x and the references. */
int eg_is_interpolated(const struct eg_attribution *attribution);

/* points and weights of the piece, each only where the pointer is not NULL */
void eg_piece_place(const struct eg_attribution *attribution, const struct eg_shard_space *space,
                    real *points, real *weights);

/* Fills h and d of the piece: forward sweep and deltas. */
void eg_piece_sweep(const struct eg_attribution *attribution, struct eg_shard_space *space);

#endif
