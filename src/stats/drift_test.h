/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Has a measure moved since the reference was made? One test for each measure,
 * then one decision for all of them together.
 *
 * Paired, value by value of the same seed: Student's t of the differences. With nothing changed they are
 * all 0, and there is nothing to test. Where only the draws changed, the two values of a seed may be
 * exchanged, so that the differences are symmetric about 0 however the values are distributed, and for
 * long tails t then rejects too seldom rather than too often. (The exact tests of signs and signed ranks
 * have no p below 2^(1-n): with 10 seeds 0.002, too much for a thousand measures.)
 * Unpaired: the rank sum test, which is exact; with 10 against 20 its p goes down to 7e-8.
 *
 * A measure has moved when its p, adjusted for all measures after Benjamini and Hochberg, is at most the
 * level, and the difference of practical size: at least EG_DRIFT_SIZE of the reference's root mean square
 * (half of the 1 % that must not escape), and at least EG_DRIFT_ROUNDING, below which another processor
 * moves results (run/tolerance.h). Both directions count.
 */
#ifndef EG_STATS_DRIFT_TEST_H
#define EG_STATS_DRIFT_TEST_H

#include <stddef.h>

#include "base/error.h"

#define EG_DRIFT_SIZE 0.005
#define EG_DRIFT_ROUNDING 1e-6
#define EG_DRIFT_SCREEN 0.05  /* level of the first look, at all measures */
#define EG_DRIFT_CONFIRM 0.01 /* level of the second, at those suspected, on other seeds */

/* Of fewer, shares of a few hundred rows are too often equal differences by chance, with p = 0. */
enum { EG_DRIFT_PAIRS = 4 };

enum eg_drift_kind {
    EG_DRIFT_UNKNOWN, /* fewer than EG_DRIFT_PAIRS pairs, or 2 values unpaired: no test */
    EG_DRIFT_EQUAL,   /* paired, and all differences are 0: no test either */
    EG_DRIFT_TESTED,
    /* More seeds have no number than the reference's gaps explain (p <= 1e-6); paired, any seed where the
     * reference has no gap. */
    EG_DRIFT_VANISHED
};

struct eg_drift_test {
    enum eg_drift_kind kind;
    size_t reference_n, n;       /* values compared; paired, the same number */
    double reference_mean, mean; /* of these */
    double difference, relative; /* mean - reference_mean; the same over the root mean square of the
                                      reference, or over 1 where that is 0 */
    double p;                    /* NAN where there was no test; 0 for a difference that is the same
                                      for all seeds */
    double adjusted;             /* p for all measures together; filled by eg_drift_decide */
    int moved;                   /* likewise */
};

/* reference[i] and current[i] are of the same seed; NAN where there is none. */
int eg_drift_test_paired(const double *reference, const double *current, size_t count,
                         struct eg_drift_test *test, struct eg_error *error);

/* The seeds are others. */
int eg_drift_test_unpaired(const double *reference, size_t reference_count, const double *current,
                           size_t count, struct eg_drift_test *test, struct eg_error *error);

/* Adjusts the p of all tests and says which have moved; one that vanished has. *moved (may be NULL): how
 * many. EG_INTERNAL when memory is short. */
int eg_drift_decide(struct eg_drift_test *tests, size_t count, double level, size_t *moved,
                    struct eg_error *error);

#endif
