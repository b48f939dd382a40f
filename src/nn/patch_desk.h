/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a sweep of nn/patch_sums.h keeps in its scratch. */
#ifndef EG_NN_PATCH_DESK_H
#define EG_NN_PATCH_DESK_H

#include "base/sizes.h"
#include "nn/patch_sums.h"

/* Numbers that are copied at once; places at a time: forward whole tiles of any height, whose patches stay
 * in the nearest cache; backward these, or one line of them. */
enum { EG_PATCH_STEP = 8, EG_PATCH_CHUNK = 96, EG_PATCH_BACK = 128 };

/* Pixels that are added to at once. */
enum { EG_PATCH_BLOCK = 16 };
typedef real real_block __attribute__((vector_size(EG_PATCH_BLOCK * sizeof(real))));

/* Sizes in numbers; the same for all processors. */
struct eg_patch_plan {
    size_t span, patch, stride; /* of a window's line, of a window, and from a patch to the next */
    size_t height, width;       /* of the image with its padding */
    /* backward: how long a line of the image is, and one of places with room for the window between it
     * and the next; lines at a time, and these in whole tiles */
    size_t pitch, line, lines, places;
};

struct eg_patch_desk {
    const struct eg_layer *layer;
    const struct eg_tile_product *product;
    struct eg_patch_plan plan;
    size_t image; /* the padded one */
    real *padded, *patches, *turned, *weights, *tile;
    const real **rows;
};

struct eg_patch_desk eg_patch_lay_out(const struct eg_sweep *sweep,
                                      const struct eg_tile_product *product);

#endif
