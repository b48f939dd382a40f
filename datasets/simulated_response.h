/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A cohort that nobody belongs to, of the kind of Beat AML (273 patients, 30 drugs,
 * 200 genes), whose response does follow modules of a graph, and of which the
 * truth is known. It stands in where the real files are absent, and shows what a
 * graph prior can do where its premise holds. Nothing in it is fitted to or copied
 * from real rows, nor chosen by the outcome of an experiment.
 *
 * Genes. 20 modules of 8 genes, and 40 genes in none, in random order. Patient i
 * has an activity a_im of each module, and
 *
 *     gene = sqrt(0.4) a_im + sqrt(0.6) noise
 *
 * while a free gene is noise alone; activities and noise are standard normal.
 *
 * Graph. In each module a random tree, and besides each other pair with
 * probability 1/3, so that about half of the pairs are edges, of weight 1. No
 * other edges.
 *
 * Response of patient i to drug d, modules 1 to 4 being the acting ones:
 *
 *     y = mu_d + sum over m <= 4 of s_dm a_im + q_d a_i1 a_i2 + noise
 *
 * s_dm = k_d sign_m e^(z/2) and q_d = k_d sign e^(z/2), with z standard normal and
 * the drug's sensitivity k_d = e^(z/2), but 0 for every fifth drug. Drug means,
 * sums and products are scaled over the drugs so that their mean squares are
 * 0.5, 0.2 and 0.05; noise has variance 0.25. A tenth of the pairs are missing.
 *
 * So drug means alone have an R2 of 0.5, and who knew the activities 0.75. From
 * the genes an activity can be told with R2 r = 8 * 0.4 / (8 * 0.4 + 0.6) = 0.842,
 * and thence the best possible is 0.5 + 0.2 r + 0.05 r^2 = 0.704.
 *
 * truth: an acting module's share of the variance of the modules' part, half of
 * the product counted to each of its two, in equal parts over its genes; sums to
 * 1. sets: MODULE_01_ACTIVE to MODULE_04_ACTIVE, MODULE_05 to MODULE_20, and
 * DECOY_01 to DECOY_20, each of 8 genes drawn from all 200.
 *
 * Nothing is standardised or missing here; a split standardises by its training rows.
 *
 * Options used: seed, patients, drugs (at least 2). What is drawn for a patient
 * does not depend on how many there are.
 */
#ifndef EG_DATASETS_SIMULATED_RESPONSE_H
#define EG_DATASETS_SIMULATED_RESPONSE_H

#include "datasets/drug_response.h"

enum {
    EG_RESPONSE_GENES = 200,
    EG_RESPONSE_MODULES = 20,
    EG_RESPONSE_ACTING = 4,
    EG_RESPONSE_MODULE_GENES = 8,
    EG_RESPONSE_DECOYS = 20
};

#endif
