/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How far a number may move when the same computation runs on another machine: not at all where OpenBLAS and its
 * core, GSL and the C library are the same.
 *
 * What another OpenBLAS core changes was measured on the smoke scale, on one processor with
 * OPENBLAS_CORETYPE at Cooperlake, SkylakeX, Haswell, Sandybridge and Nehalem. The first two give the
 * same bits. Between any two of the others, the most was
 *   double precision (keep-remove, convergence)  below 2e-13 absolute, 1e-13 relative
 *   single precision, results                    below 1e-6 absolute: one pair of patients that
 *                                                changes places in a ROC-AUC of two replicates
 *   single precision, statistics of a test       1.9e-3 absolute in a t of 8.7, 2.2e-4 relative; 0.008
 *                                                relative in a q: permutations that change places
 *
 * A number may differ by the greater of an absolute bound and a relative one, which are
 *   double precision: 1e-9 and 1e-6: rounding stays far below, and a rank that flips between near
 *     ties, a sample drawn otherwise or a step left out goes far beyond;
 *   single precision: 1e-5 (ten pairs of patients) and the root of the precision's epsilon, 3.5e-4:
 *     rounding may cost half of the digits;
 *   single precision, statistics of a test: 1e-3 and the fourth root, 0.019: they are quotients of
 *     differences, which lose half of what is left.
 */
#ifndef EG_RUN_TOLERANCE_H
#define EG_RUN_TOLERANCE_H

#include <jansson.h>

struct eg_bound {
    double relative, absolute;
};

extern const struct eg_bound eg_no_slack;

/* That of a metric in that precision, "single" or "double". */
struct eg_bound eg_bound_of(const char *precision, const char *metric);

/* Whether a and b agree, two NANs do; *share: how much of the tolerance they take, from 0 (may be NULL). */
int eg_agree(double a, double b, struct eg_bound tolerance, double *share);

/* The fields of a receipt that the bits hang on beside the code; ends with NULL. */
extern const char *const eg_bit_fields[];

/* Whether two receipts have all of these, and the same. */
int eg_receipts_alike(const json_t *a, const json_t *b);

#endif
