/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a sweep of nn/winograd.h keeps in its scratch, and its transforms. */
#ifndef EG_NN_WINOGRAD_DESK_H
#define EG_NN_WINOGRAD_DESK_H

#include "base/sizes.h"
#include "nn/winograd.h"

/* Sizes in numbers, of a sweep of `terms` channels in to `channels` out. */
struct eg_winograd_plan {
    size_t block;                     /* tiles at a time */
    size_t group;                     /* channels out at a time */
    size_t depth;                     /* terms whose weights are transformed at a time */
    size_t left_stride, left_plane;   /* from a tile, and from a point, to the next, in left */
    size_t right_stride, right_plane; /* in right */
    size_t weights_stride;            /* from a channel out to the next in a gradient */
    size_t weights_plane;             /* from a point to the next in weights */
};

struct eg_winograd_desk {
    const struct eg_winograd *winograd;
    const struct eg_tile_product *product;
    struct eg_winograd_plan plan;
    size_t points;     /* of a square */
    real *panel;       /* taps x terms x columns of a tile: weights as they are */
    real *weights;     /* points x group x terms: transformed weights, or a gradient of them */
    real *left;        /* points x block x terms: transformed tiles of what comes in */
    real *right;       /* points x block x group: and of what goes out */
    const real **rows; /* block: pointers to rows of left */
    real *zeros;       /* a pixel of the padding */
    real *sink;        /* a pixel of the outcome beyond the image */
};

struct eg_winograd_desk eg_winograd_lay_out(const struct eg_sweep *sweep,
                                            const struct eg_tile_product *product, size_t terms,
                                            size_t channels, size_t tiles);

/* planes[point] = where the point's number lies of what begins at `first` */
void eg_winograd_find_planes(const struct eg_winograd_desk *desk, real *first, size_t plane,
                             real **planes);

/* The map of squares of `count` numbers next to each other: struct eg_tile_product's squares for all of
 * them. The squares have from_count and to_count elements. */
void eg_winograd_transform(const struct eg_winograd_desk *desk, enum eg_winograd_map map,
                           size_t count, size_t from_count, const real *const *from,
                           const real *const *added, size_t to_count, real *const *to);

#endif
