/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * "interactions": 10 independent standard normal features and a target of known Shapley values,
 *
 *     f(x) = 1.5 x0 - x1 + 0.7 x2^2 - 0.5 x3^2 + 1.5 sin(2 x4) + sin(x5)
 *            + 1.2 x0 x6 - 0.8 x1 x2 + x6 x7,        y = f(x) + 0.1 e, e normal
 *
 * Features 8 and 9 do nothing; 6 and 7 act in products alone. Options used: seed, rows (0: 1000).
 */
#ifndef EG_DATASETS_INTERACTIONS_H
#define EG_DATASETS_INTERACTIONS_H

#include "base/predictor.h"
#include "datasets/dataset.h"

enum { EG_INTERACTIONS_FEATURES = 10 };

extern const struct eg_dataset_source eg_interactions;

/* f as a predictor: what a perfect model would be. */
extern const struct eg_predictor eg_interactions_predictor;

/*
 * phi (n x 10) = exact interventional Shapley values of f at x (n x 10), that is of the game
 * v(S) = mean over background rows b (m x 10) of f(x_S, b_notS). By linearity each term of f is shared
 * out by itself. With m_j and m_jk the means of b_j and b_j b_k over the background:
 *
 *     g(x_j)        gives j   g(x_j) - mean of g(b_j)
 *     c x_j x_k     gives j   c/2 (x_j x_k + x_j m_k - m_j x_k - m_jk)
 *                   gives k   c/2 (x_j x_k + x_k m_j - m_k x_j - m_jk)
 *
 * since against one b the two orders of entry give j (x_j - b_j) b_k and (x_j - b_j) x_k.
 * x and background are on the data set's own scale, not standardised: Shapley values do not depend on
 * the scale of features, so these are the truth for a model of standardised rows too. EG_INTERNAL when
 * shapes disagree, EG_DATA when there is no background row.
 */
int eg_interactions_shapley(const struct eg_matrix *x, const struct eg_matrix *background,
                            struct eg_matrix *phi, struct eg_error *error);

#endif
