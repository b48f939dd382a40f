/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Expected gradients at the points of an oracle, in place of drawn ones. */
#ifndef EG_TESTS_GIVEN_POINTS_H
#define EG_TESTS_GIVEN_POINTS_H

#include "attribution/method.h"

/* The background holds the references of sample i in rows i k and up. */
extern const struct eg_method given_expected_gradients;

/* From here on it takes k points for each sample, number i of all count at alpha[i] of the way. */
void give_points(const double *alpha, size_t count, size_t k);

#endif
