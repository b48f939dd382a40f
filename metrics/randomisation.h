/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Do attributions depend on what the model has learned (Adebayo et al. 2018)? */
#ifndef EG_METRICS_RANDOMISATION_H
#define EG_METRICS_RANDOMISATION_H

#include "base/error.h"
#include "base/matrix.h"
#include "metrics/metric_info.h"

extern const struct eg_metric_info eg_randomisation_info;

/*
 * *difference = mean over rows of 1 - |Spearman's correlation of phi and random_phi|; phi (n x p) for
 * the model, random_phi for the same rows and a model of the same form with weights freshly drawn.
 * Unrelated numbers give about 1 - sqrt(2 / (pi (p - 1))). A row constant in both counts as 0: nothing
 * has changed; constant in one alone as 1. EG_DATA when shapes disagree, there are fewer than 2
 * features, or a number is not finite.
 */
int eg_randomisation(const struct eg_matrix *phi, const struct eg_matrix *random_phi,
                     double *difference, struct eg_error *error);

/* About what unrelated numbers of p features get, p >= 2: Spearman's correlation of such has mean 0 and
 * variance 1 / (p - 1), and is taken as normal. */
double eg_unrelated_randomisation(size_t p);

#endif
