/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two reports held against each other: the results of this store and those of a
 * reference, bit for bit where both were made alike, else by the tolerance of run/tolerance.h.
 */
#ifndef EG_BENCH_COMPARE_RESULTS_H
#define EG_BENCH_COMPARE_RESULTS_H

#include <stdio.h>

#include "bench/report/report_data.h"

enum { EG_MOST_DIFFERENCES = 10 };

/* A result that is not as in the reference. */
struct eg_difference {
    const char *experiment;
    const struct eg_result *here, *there; /* the reports'; NULL: it is missing there */
};

struct eg_comparison {
    int same_digest, alike;
    /* What the two were made on: of the first receipts' field that differs, else of "blas_core". */
    const char *field, *here, *there;
    size_t
        stale; /* experiments of which the two have different outcome versions: nothing to compare */
    size_t compared, unequal, beyond; /* results; beyond tolerance */
    double largest;                   /* relative difference, of results in both */
    double share;                     /* of its tolerance, the most any took; 0 where alike */
    struct eg_difference first[EG_MOST_DIFFERENCES]; /* beyond tolerance */
};

/* Compares value, standard error and count of every result; one that only one report has is beyond
 * tolerance. Results of another outcome version are not compared. Made alike (OpenBLAS and its core, GSL and C library the same) they must be equal in
 * every bit, labels too. Else the label of a rank may change: features that nearly tie. Both reports
 * must live as long as the comparison. */
struct eg_comparison eg_compare_reports(const struct eg_report *here,
                                        const struct eg_report *there);

/* What came out, in some lines. */
void eg_print_comparison(const struct eg_comparison *comparison, const struct eg_report *here,
                         const struct eg_report *there, FILE *out);

/* EG_CLAIM_FAILED naming how many differ from folder's, or that it is of other outcome versions; else EG_OK. */
int eg_check_comparison(const struct eg_comparison *comparison, const char *folder,
                        struct eg_error *error);

#endif
