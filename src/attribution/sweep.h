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
    real *
        t[EG_LAYERS_MAX]; /* tangents, piece x outputs; two rooms in turn, marked layers have own */
    real *c[EG_LAYERS_MAX];    /* s'' q e, piece x outputs; NULL where nothing is curved */
    real *c_in[EG_LAYERS_MAX]; /* the map's own curve, piece x inputs; NULL where it has none */
    real *skip[EG_LAYERS_MAX]; /* piece x outputs of marked layers (nn/workers.h) */
    real *adjoint[2];          /* piece x width, in turn */
    real *tiles;               /* of narrow networks (narrow_sweep.h) */
    real *gradient;            /* parameters: a group's sum; NULL where there is one group */
    size_t first, count;       /* the points of the piece: first counts over all samples */
    size_t sample, samples;    /* the samples they belong to */
    real *h[EG_LAYERS_MAX], *d[EG_LAYERS_MAX]; /* the piece's hidden values and deltas */
    int by_segment; /* rows of weights and of the first deltas are segments', not points' */
    size_t rows;    /* of them */
    uint32_t *segment, *origin; /* each point's segment; each segment's first point in the piece */
    uint32_t *met;              /* references: the last segment from there */
};

/* The point of the piece that a row of weights belongs to, with shared segments the first one. */
static inline size_t eg_piece_point(const struct eg_piece *piece, size_t row)
{
    return piece->by_segment ? piece->origin[row] : row;
}

/* What a row of weights is made of on a path: coefficient * (x - reference), over the columns. */
struct eg_way {
    size_t sample;
    const real *x, *reference;
    real coefficient; /* 1 for a segment */
};

static inline struct eg_way eg_piece_way(const struct eg_attribution *attribution, size_t row)
{
    const struct eg_piece *piece = attribution->space;
    const struct eg_path *path = &attribution->path;
    const size_t point = piece->first + eg_piece_point(piece, row), k = attribution->k;
    const size_t p = attribution->explainer.network->inputs, column = attribution->column;
    return (struct eg_way){.sample = point / k,
                           .x = attribution->x + point / k * p + column,
                           .reference = attribution->references + path->reference[point] * p +
                                        column,
                           .coefficient = piece->by_segment ? 1 : path->coefficient[point % k]};
}

/* Pieces have whole samples, or a part of one: where the piece that begins at point first ends, of n
 * samples. */
size_t eg_piece_end(const struct eg_attribution *attribution, size_t n, size_t first);

/* Points that go together: a piece, or all of a sample where that has several pieces. */
size_t eg_attribution_unit(const struct eg_attribution *attribution);

/* Points the piece at `count` points from number `first` on. */
void eg_piece_locate(const struct eg_attribution *attribution, size_t first, size_t count);

/* The attribution as one worker sees it: with the worker's space, on one thread. With one worker, it is the
 * attribution itself. */
struct eg_attribution eg_attribution_worker(const struct eg_attribution *attribution,
                                            size_t worker);

/* The rows that references count through, for n samples. */
size_t eg_count_references(const struct eg_attribution *attribution, size_t n);

/* Whether the target or an activation has a second derivative. */
int eg_is_curved(const struct eg_attribution *attribution);

/* Whether the first layer's map is interpolated between x and the references: it is dense, and they
 * are fewer than the points between them. */
int eg_is_interpolated(const struct eg_attribution *attribution);

/*
 * Points between the same sample and the same reference are on one shared segment. Their weights are the same but
 * for the coefficient, and a dense first layer is linear, so that it takes one row for all of them: of
 * phi it gives W_1' (sum of coefficient * d_1), as a tangent coefficient * W_1 (v * (x - x')).
 *
 * find numbers the shared segments of the piece in the order of their first points; from then on weights are x - x'
 * of each segment. gather puts the segments' sums in place of the points' d_1, spread the points' tangents (t,
 * points x outputs) in place of the segments'.
 */
void eg_piece_find_segments(const struct eg_attribution *attribution);
void eg_piece_gather_deltas(const struct eg_attribution *attribution);
void eg_piece_spread_tangents(const struct eg_attribution *attribution, real *t);

/* points, and weights in their rows, each only where the pointer is not NULL; there must be room for
 * weights of all p columns */
void eg_piece_place(const struct eg_attribution *attribution, real *points, real *weights);

/* rows (count x outputs of the first layer) = its map at points from number `first` of the piece on: W_1 z is
 * linear in z, so that between x and x' it lies between W_1 x and W_1 x'. Only where eg_is_interpolated. */
void eg_piece_interpolate(const struct eg_attribution *attribution, size_t first, size_t count,
                          real *rows);

/* d = the target's slopes in the outputs h, both count x outputs, of the same points. */
void eg_piece_target_slopes(const struct eg_attribution *attribution, size_t first, size_t count,
                            const real *h, real *d);

/* Fills h and d of the piece: forward sweep and deltas. */
void eg_piece_sweep(const struct eg_attribution *attribution);

#endif
