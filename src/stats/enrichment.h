/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Gene set enrichment of a ranked list (Subramanian et al. 2005): do the members
 * of a set gather at the top?
 */
#ifndef EG_STATS_ENRICHMENT_H
#define EG_STATS_ENRICHMENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/stream.h"

/* A set of items by their numbers, ascending. */
struct eg_item_set {
    size_t count;
    const uint32_t *items;
};

struct eg_enrichment {
    double score;      /* the weighted Kolmogorov-Smirnov statistic, -1 to 1 */
    double normalised; /* over the mean |score| of permutations of its sign; NaN if none has it */
    double p;          /* (1 + permutations as far from 0) / (1 + all), of those of the same sign */
    double q;          /* Benjamini and Hochberg's, over all the sets given */
};

/*
 * Tests `count` sets of the `items` items with weights >= 0 (mean |phi|), ranked from the largest
 * down, ties by number. A running sum begins at 0, rises by weight / (weight of all members) at each
 * member and falls by 1 / (items - members) at each other item; the score is its extreme. Members
 * that all have weight 0 count alike. p is of the score's own sign: a set at the bottom has a small
 * one too. Permutations relabel the items; permutation r draws from item r of *stream, the same for
 * all sets, so that the outcome of a set does not depend on the others but for q. results has count
 * entries. EG_DATA for a weight that is negative or not finite, a set that is empty, that has all
 * items, or an item that is not there, comes twice or out of order.
 */
int eg_enrichment_test(size_t items, const double *weights, size_t count,
                       const struct eg_item_set *sets, size_t permutations,
                       const struct eg_stream *stream, struct eg_enrichment *results,
                       struct eg_error *error);

#endif
