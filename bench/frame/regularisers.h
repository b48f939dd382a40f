/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The penalties that the sparsity experiment compares (Supplement I.1), and the
 * strengths that each is tried at (Methods 6.3).
 */
#ifndef EG_BENCH_REGULARISERS_H
#define EG_BENCH_REGULARISERS_H

#include "prior/terms.h"

enum { EG_STRENGTHS_MAX = 121 };

/* One of: a weight penalty, an attribution prior on a method and target, dropout, nothing. */
struct eg_regulariser {
    const char *name;
    const char *title;
    const struct eg_weight_penalty *penalty;
    const struct eg_prior *prior;
    int prior_is_local; /* on phi itself, not on mean |phi| */
    const struct eg_method *method;
    enum eg_target_kind target;
    int is_dropout;
    int in_figure_4;
    double published; /* median of the strengths that the paper chose; 0: none */
    /* The median of what validation chose in 20 replicates at quick (of dropout's rates, the middle), where
     * it is not near the published one; and whether the choices spread over more than two decades. */
    double optimum;
    int is_flat;
};

/* NULL-terminated, in the paper's order. */
extern const struct eg_regulariser *const eg_regularisers[];

/* NULL with *error listing the names when there is none. */
const struct eg_regulariser *eg_regulariser_find(const char *name, struct eg_error *error);

/* The number of a strength among the paper's 121, from 0; 0 of no strength. */
long eg_regulariser_number(const struct eg_regulariser *regulariser, double strength);

/* Whether training with it explains every row at every epoch with many points. */
int eg_regulariser_is_costly(const struct eg_regulariser *regulariser);

/*
 * strengths[0 ..], ascending; returns how many. paper: 121, 10^-7 to 10^5 evenly on a log scale, or
 * 1/122 to 121/122 for dropout. quick: of those, the optimum and its neighbours a decade away, two on
 * each side where training is cheap; for dropout 5 evenly spread. night: nine around the optimum, half
 * a decade apart, a decade where it is flat; for dropout evenly spread. smoke: the published median
 * alone. Without a strength: 0 alone.
 */
size_t eg_regulariser_strengths(const struct eg_regulariser *regulariser, const char *scale,
                                double strengths[EG_STRENGTHS_MAX]);

#endif
