/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Infidelity (Yeh et al. 2019): do the attributions foretell what the model does when the features of
 * a row are moved?
 *
 *     infidelity = mean over rows x and moves I of (predicted - (f(x) - f(x - I)))^2
 *
 * The paper's prediction I . phi asks that phi is a slope, as gradients are. Attributions that add up
 * to f(x) - f(base), as expected gradients and Shapley values do, are slopes times (x - base). So that
 * both kinds answer to the same moves, these are I_j = e_j (x_j - mean_j), e_j normal with sd `size`
 * and mean_j over the training rows: slopes predict sum_j I_j phi_j, shares sum_j e_j phi_j. Either is
 * exact for a linear f. With e_j 0 or 1 subsets of features are removed, as in the paper's square
 * removal, and `plain` is the paper's infidelity as it stands.
 *
 * Scaled: before that, each row's phi is multiplied by the factor that suits it best,
 * sum predicted change / sum predicted^2 over the row's draws, as in the paper's experiments.
 */
#ifndef EG_METRICS_INFIDELITY_H
#define EG_METRICS_INFIDELITY_H

#include "base/matrix.h"
#include "base/predictor.h"
#include "base/stream.h"
#include "metrics/metric_info.h"

extern const struct eg_metric_info eg_infidelity_info;        /* plain / change */
extern const struct eg_metric_info eg_infidelity_scaled_info; /* scaled / change */
extern const struct eg_metric_info eg_infidelity_yeh_info;    /* plain, by removal */

enum eg_phi_kind {
    EG_PHI_SHARES, /* of f(x) - f(base): expected and integrated gradients, Shapley, x * gradient */
    EG_PHI_SLOPES  /* gradients, SmoothGrad */
};

enum eg_moves {
    EG_MOVES_NORMAL, /* e_j normal with sd `size` */
    EG_MOVES_REMOVE  /* e_j 1 with probability `size`, else 0: features go to the base */
};

struct eg_infidelity_input {
    const struct eg_predictor *predictor; /* p inputs */
    const struct eg_matrix *x_train;      /* any number of rows x p: its means are the base */
    const struct eg_matrix *x, *phi;      /* n x p */
    enum eg_phi_kind kind;
    enum eg_moves moves;
    double size;             /* of e; above 0. 0.5 is a fair choice */
    size_t draws;            /* moves a row; 1 or more. 100 is a fair choice */
    struct eg_stream stream; /* its item becomes the row's number */
};

struct eg_infidelity {
    double plain;  /* in squared units of f */
    double scaled; /* likewise; 0 <= scaled <= change. Blind to the sign of phi */
    double change; /* mean (f(x) - f(x - I))^2: what attributions of zero get in both */
};

/* EG_DATA when shapes disagree, a number is not finite, or change is 0 (the model does not answer to
 * the moves); EG_USAGE for a size or a number of draws that makes no sense; what the predictor
 * fails with. A row of zeros predicts no change. */
int eg_infidelity(const struct eg_infidelity_input *input, struct eg_infidelity *result,
                  struct eg_error *error);

#endif
