/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ComBat: takes batch effects off a table of expression, gene by gene, with
 * location and scale of each batch shrunk towards those common to its genes
 * (Johnson, Li and Rabinovic 2007, parametric empirical Bayes, no covariates).
 */
#ifndef EG_DATASETS_COMBAT_H
#define EG_DATASETS_COMBAT_H

#include <stdint.h>

#include "base/error.h"
#include "base/matrix.h"

/*
 * Corrects values (genes x samples) in place; sample s is of batch[s] < batches. It sees all samples,
 * before any split, and comes last, after standardising (Supplement H.1, step 6). With a_g the mean of
 * gene g, v_g the mean square of its values about their batch's mean (divisor all samples, as sva), and Z = (Y - a_g) / sqrt(v_g):
 *
 *     Y* = sqrt(v_g) (Z - gamma*_bg) / sqrt(delta*_bg) + a_g
 *
 * where for a batch of n samples, with mean gamma^ and variance delta^ (divisor n - 1) of Z in it,
 *
 *     gamma* = (n tau2 gamma^ + delta* gamma-) / (n tau2 + delta*)
 *     delta* = (theta + sum (Z - gamma*)^2 / 2) / (lambda + n / 2 - 1)
 *
 * are solved alternately until they change by less than one part in 10^12. gamma- and tau2 are mean and
 * variance of gamma^ over the genes; with m and s2 those of delta^, lambda = 2 + m^2 / s2 and
 * theta = m (1 + m^2 / s2). (The R package sva stops at one part in 10^4.)
 *
 * A gene that has one value throughout some batch tells nothing of that batch's scale: it passes
 * unchanged and counts for no prior, as in sva. *unchanged: how many such there are.
 *
 * EG_DATA for fewer than two batches, a batch of fewer than two samples, a batch number out of range,
 * a value that is not finite or too large to be squared, or fewer than two genes that vary in every
 * batch; the table is then as it was. Messages name genes and batches, or give their numbers from 1
 * where gene_names or batch_names is NULL.
 */
int eg_combat(struct eg_matrix *values, char *const *gene_names, size_t batches,
              const uint32_t *batch, char *const *batch_names, size_t *unchanged,
              struct eg_error *error);

#endif
