/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Internal to attribution/: how a piece of points goes through the network.
 */
#ifndef EG_ATTRIBUTION_SWEEP_H
#define EG_ATTRIBUTION_SWEEP_H

#include "attribution/attribution.h"

/* What goes through the network at once. */
struct eg_piece {
    real *points, *weights; /* piece x p, piece x the attribution's columns */
    real *t[EG_LAYERS_MAX]; /* tangents, piece x outputs; with one lane two of them in turn */
    real *c[EG_LAYERS_MAX]; /* s'' q e, piece x outputs; NULL where nothing is curved */
    real *adjoint[2];       /* piece x width, in turn */
    size_t first, count;    /* the points of the piece: first counts over all samples */
    size_t sample, samples; /* the samples they belong to */
    real *h[EG_LAYERS_MAX], *d[EG_LAYERS_MAX]; /* the piece's hidden values and deltas */
};

/* Pieces have whole samples, or a part of one: where the piece that begins at point first ends, of n
 * samples. */
size_t eg_piece_end(const struct eg_attribution *attribution, size_t n, size_t first);

/* Points the piece at `count` points from number `first` on. */
void eg_piece_locate(const struct eg_attribution *attribution, size_t first, size_t count);

/* The attribution as one lane sees it: with the lane's space, on one thread. With one lane, it is the
 * attribution itself. */
struct eg_attribution eg_attribution_lane(const struct eg_attribution *attribution, size_t lane);

/* The rows that references count through, for n samples. */
size_t eg_count_references(const struct eg_attribution *attribution, size_t n);

/* Whether the first layer's map is interpolated between x and the references: it is dense, and they
 * are fewer than the points between them. */
int eg_is_interpolated(const struct eg_attribution *attribution);

/* points and weights of the piece, each only where the pointer is not NULL; there must be room for
 * weights of all p columns */
void eg_piece_place(const struct eg_attribution *attribution, real *points, real *weights);

/* Fills h and d of the piece: forward sweep and deltas. */
void eg_piece_sweep(const struct eg_attribution *attribution);

#endif
