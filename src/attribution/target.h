/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The scalar g(a) of the network's raw output a (the logits) that is explained.
 */
#ifndef EG_ATTRIBUTION_TARGET_H
#define EG_ATTRIBUTION_TARGET_H

#include "nn/loss.h"

enum eg_target_kind {
    EG_TARGET_OUTPUT,              /* the only output, or the output of the row's own class y */
    EG_TARGET_LOG_PROBABILITY_SUM, /* sum over classes of log p (Ross et al. 2017); with one output
                                      the two classes of the sigmoid */
    EG_TARGET_LOSS                 /* the row's own loss */
};

struct eg_target {
    enum eg_target_kind kind;
    const struct eg_loss *loss; /* for EG_TARGET_LOSS */
};

/* gradient (outputs) = g'(a) for a row with output a (outputs) and label y (may be NULL where the
 * target does not read it); returns g(a). */
double eg_target_gradient(const struct eg_target *target, size_t outputs, const real *a,
                          const real *y, real *gradient);

/* product (outputs) = g''(a) times direction (outputs) */
void eg_target_curve(const struct eg_target *target, size_t outputs, const real *a, const real *y,
                     const real *direction, real *product);

/* Numbers in a row's label y: one class number, or with a loss that wants it a target for each
 * output. */
size_t eg_target_label_width(const struct eg_target *target, size_t outputs);

/* Whether g'' is zero everywhere. */
int eg_target_is_linear(const struct eg_target *target);

#endif
