/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Contrasts: who is compared with whom, on what, and by which tests. What comes
 * out are results whose statistic says what they are ("difference", "paired_t",
 * "holm_p" ...) and whose versus says against whom.
 */
#ifndef EG_BENCH_CONTRAST_H
#define EG_BENCH_CONTRAST_H

#include "base/stream.h"
#include "bench/frame/view.h"
#include "stats/ttest.h"

struct eg_contrast {
    const char *of, *versus;      /* methods: of less versus */
    const char *metric;           /* what is compared */
    struct eg_sample a, b;        /* the numbers of both */
    struct eg_stream stream;      /* of the bootstrap */
    size_t train_rows, test_rows; /* of each unit, for the corrected test; 0: none */
    int has_effect_size;
};

/* What differences of units that belong together say of their mean. */
struct eg_paired_tests {
    struct eg_ttest paired;    /* Student's t, of units as independent */
    struct eg_ttest corrected; /* the corrected resampled t (Nadeau and Bengio); NAN without rows */
};

/* n differences, 2 at least (EG_DATA), of units with so many rows; train_rows 0: none are shared. */
int eg_test_differences(const double *differences, size_t n, size_t train_rows, size_t test_rows,
                        struct eg_paired_tests *tests, struct eg_error *error);

/* Paired by unit: Student's t of the differences, their bootstrap interval and, where rows are given, the
 * corrected resampled t (Nadeau and Bengio); with fewer than 2 pairs nothing. Returns the tests, whose p is NAN
 * where there is none. */
struct eg_paired_tests eg_put_paired(const struct eg_view *view,
                                     const struct eg_contrast *contrast);

/* Two samples that have nothing to do with each other: Student's t with pooled variance, and Welch's. With fewer
 * than 2 numbers in either nothing. Returns p of the pooled test. */
double eg_put_two_sample(const struct eg_view *view, const struct eg_contrast *contrast);

/* Holm's p of a family of tests, under the name of a statistic ("holm_p", or that of the family where two of them
 * share a contrast): p[i] belongs to contrasts[i]; NAN: it was not tested. */
void eg_put_holm(const struct eg_view *view, const char *statistic,
                 const struct eg_contrast *contrasts, const double *p, size_t count);

#endif
