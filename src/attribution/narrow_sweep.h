/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Internal to attribution/: explanations of narrow networks, those of tables. Points go through
 * the network as columns of tiles (nn/dense_columns.h), and phi comes from the first layer's
 * weights at once:
 *
 *     phi_j = sum over k of w_kj sum over u of W_uj d_ku = sum over u of W_uj M_uj,
 *     where M_uj = sum over k of d_ku w_kj
 */
#ifndef EG_ATTRIBUTION_NARROW_SWEEP_H
#define EG_ATTRIBUTION_NARROW_SWEEP_H

#include "attribution/sweep.h"

/* Whether explanations are made so: by the network, the method and the draws of a sample alone. */
int eg_is_narrow(const struct eg_attribution *attribution);

/* Numbers of room that a worker needs. */
size_t eg_narrow_room(const struct eg_attribution *attribution);

/* d_1 of the piece's points; no other layer's. */
void eg_narrow_sweep(const struct eg_attribution *attribution);

/* phi += the piece's, whose weights and d_1 are in their places. */
void eg_narrow_add(const struct eg_attribution *attribution, real *phi);

#endif
