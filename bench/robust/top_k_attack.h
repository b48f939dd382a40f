/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The top-k attack on attributions (Ghorbani et al. 2019) as Chen et al. (2019) use it: an image
 * within `radius` of the given one, pixel by pixel, that keeps its class and whose map has lost the
 * pixels that were strongest. The map is integrated gradients of the class's logit from a black
 * image, in magnitudes scaled to the sum p,
 *
 *     M_i(x) = p |phi_i(x)| / sum over j of |phi_j(x)|
 *
 * and the attack takes signed steps down D(x) = sum over the strongest of M_i(x), of a copy of the
 * network with softplus in place of ReLU, whose second derivative is not zero: the first of several
 * attacks from the image itself, the others from random points of the box. Of all images on the way
 * that the network itself gives the class, the one stands whose map, of the network itself, has the
 * least of Kendall's rank correlation with the first.
 */
#ifndef EG_BENCH_TOP_K_ATTACK_H
#define EG_BENCH_TOP_K_ATTACK_H

#include "attribution/attribution.h"
#include "metrics/map_agreement.h"

struct eg_top_k_attack {
    double radius, step; /* in units of x, whose pixels are 0 (black) to 1 */
    size_t steps;        /* 0: random points of the box alone, one an attack */
    size_t attacks;      /* starts of each image */
    size_t strongest;    /* pixels attacked */
    size_t compared;     /* strongest pixels whose intersection is measured */
    size_t points;       /* of integrated gradients, equally weighted, at k/points, k from 1 */
    struct eg_image shape;
    size_t threads;
    struct eg_stream stream; /* its item becomes the image's number and the attack's */
};

/* A copy of the network, which borrows its weights, with softplus for each ReLU. Not to be
 * freed. */
struct eg_network eg_soften(const struct eg_network *network);

/*
 * Of an explanation phi (n x p) that was just made with a pull-back to follow: D of each row into
 * *sums (n), and slope (n x p) = dD/dx. is_strong (n x p): the strongest. v: room for n x p.
 */
void eg_top_k_slope(struct eg_attribution *attribution, size_t n, const real *phi,
                    const char *is_strong, real *v, double *sums, real *slope);

struct eg_top_k_outcome {
    struct eg_map_agreement mean; /* over all images; one that no attack has an image for that keeps
                                     its class agrees with itself */
    size_t moved;                 /* images that an attack has such an image for */
};

/*
 * Attacks n images x (n x p) of classes y (n), which the network classifies so. The random points of an image go
 * by its number in numbers (n). EG_USAGE when the settings do not fit, EG_INTERNAL when memory is short.
 */
int eg_top_k_attack(const struct eg_top_k_attack *attack, const struct eg_network *network,
                    size_t n, const real *x, const real *y, const size_t *numbers,
                    struct eg_top_k_outcome *outcome, struct eg_error *error);

#endif
