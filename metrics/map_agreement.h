/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How much of one map of importances is left in another of the same features: what attacks on
 * attributions are measured by (Ghorbani et al. 2019, Chen et al. 2019). Importance is the
 * magnitude.
 */
#ifndef EG_METRICS_MAP_AGREEMENT_H
#define EG_METRICS_MAP_AGREEMENT_H

#include "base/error.h"
#include "base/real.h"
#include "metrics/metric_info.h"
#include "nn/image.h"

/* What top and kendall say of a method whose rows are moved a little. */
extern const struct eg_metric_info eg_robust_top_info, eg_robust_order_info, eg_robust_rank_info;

/* All are 0 where the magnitudes of a map are all equal: it says nothing. */
struct eg_map_agreement {
    double top;       /* share of the strongest features of the one among those of the other */
    double top_local; /* the same where a pixel counts that is no further than one of the 8 pixels
                         around it from one of the other's strongest; without an image as top */
    double kendall;   /* tau-b of the magnitudes (Kendall 1945) */
    double spearman;  /* rho of the magnitudes, ties at their mean rank */
};

/*
 * Of before and after (p numbers each) the agreement of the `strongest` features; where
 * magnitudes are equal the first feature is the stronger. image: how the features lie, the
 * strongest being pixels when its channels are 1; NULL: they are in no place. EG_USAGE unless
 * strongest is 1 to p and the image, where there is one, has p numbers in one channel;
 * EG_INTERNAL when memory is short.
 */
int eg_map_agreement(size_t p, size_t strongest, const struct eg_image *image, const real *before,
                     const real *after, struct eg_map_agreement *agreement, struct eg_error *error);

/* is_strong (p) = 1 at the `strongest` features of map (p), 0 at the others; of equal magnitudes
 * the first feature is the stronger. EG_USAGE and EG_INTERNAL as above. */
int eg_strongest_features(size_t p, size_t strongest, const real *map, char *is_strong,
                          struct eg_error *error);

struct eg_tau_pair {
    double a, b;
};

/* Kendall's tau-b of a and b (count each) by sorting (Knight 1966); 0 when all of a or of b are
 * equal. work: 2 count pairs. */
double eg_kendall_tau(size_t count, const double *a, const double *b, struct eg_tau_pair *work);

#endif
