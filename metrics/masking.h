/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which features the Keep/Remove metrics hide: the feature counts of a curve,
 * the order of a row's features by attribution, and from both one mask for
 * each point of the six curves Keep/Remove x Positive/Negative/Absolute.
 */
#ifndef EG_METRICS_MASKING_H
#define EG_METRICS_MASKING_H

#include <stddef.h>

#include "base/error.h"
#include "base/real.h"

enum { EG_MASK_POINTS = 11 }; /* the most points a curve can have */

enum eg_mask_kind { EG_KEEP, EG_REMOVE, EG_MASK_KINDS };
enum eg_mask_sign { EG_POSITIVE, EG_NEGATIVE, EG_ABSOLUTE, EG_MASK_SIGNS };

/* A slot is a point of one of the six curves. Its number: */
enum { EG_MASK_SLOTS = EG_MASK_KINDS * EG_MASK_SIGNS * EG_MASK_POINTS };
static inline unsigned eg_mask_slot(unsigned kind, unsigned sign, unsigned point)
{
    return (kind * EG_MASK_SIGNS + sign) * EG_MASK_POINTS + point;
}

/* counts[0..n-1] = round(features * (10^(j/10) - 1) / 9) for j = 0 .. 10, each once, ascending from
 * 0 to features. Returns n. */
size_t eg_feature_counts(size_t features, size_t counts[EG_MASK_POINTS]);

/* The masks of one test row. */
struct eg_mask_set {
    size_t features, points;
    size_t counts[EG_MASK_POINTS];
    size_t *order[EG_MASK_SIGNS];           /* features, most important first */
    unsigned char *observed[EG_MASK_SLOTS]; /* 1: the feature stays, 0: it is masked */
    size_t kept[EG_MASK_SLOTS];             /* how many stay */
    unsigned char same[EG_MASK_SLOTS];      /* the first slot that has the same mask */
    double *key;                            /* what the features are ordered by */
};

/* Release with eg_mask_set_free(), after failure too. */
int eg_mask_set_alloc(struct eg_mask_set *set, size_t features, struct eg_error *error);
void eg_mask_set_free(struct eg_mask_set *set);

/*
 * Fills the masks for one row of attributions. Features are ordered by ascending
 * -a + 1e-6 noise, where a is the attribution, its negative or its absolute value; noise has one
 * number a feature. With clip_counts a point never takes more features than have a >= 0.
 */
void eg_mask_set_fill(struct eg_mask_set *set, const real *attribution, const double *noise,
                      int clip_counts);

#endif
