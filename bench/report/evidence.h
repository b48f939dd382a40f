/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What our own results say of an ordering, before anything published comes in: by how much it holds, and how
 * sure that is. Results are compared in the design they were made in:
 *
 *   unit by unit        both keep what each unit (replicate, split) gave: Student's t of the differences,
 *                       corrected after Nadeau and Bengio (2003) where the units' training rows overlap
 *   against a constant  the other draws nothing (EG_BASIS_EXACT), or nothing but the split that they share
 *                       (EG_BASIS_ONE_SPLIT): Student's t of one sample
 *   two samples         neither of these, both with a standard error: Welch's t
 *
 * Units that do not vary have no t: n of them all on one side come about with chance 2^-n.
 */
#ifndef EG_BENCH_EVIDENCE_H
#define EG_BENCH_EVIDENCE_H

#include "run/experiment.h"
#include "stats/replication.h"

enum eg_evidence_kind {
    EG_EVIDENCE_NONE,   /* see lack */
    EG_EVIDENCE_EXACT,  /* nothing was drawn: lead is all there is to know */
    EG_EVIDENCE_SAMPLED /* replicates */
};

struct eg_evidence {
    enum eg_evidence_kind kind;
    const char *lack; /* why there is none */
    double lead;      /* positive: the ordering holds */
    double effect;    /* lead in units of its spread; NAN for a whole curve */
    size_t n;
    struct eg_design design;
    double p_for, p_against; /* one-sided: that lead > 0, that lead < 0; NAN unless sampled */
    double p_small;          /* that the effect is smaller than what a claim is held to; NAN here */
    const char *test;        /* "paired t"; NULL unless sampled */
    double t; /* its statistic, above 0 where the ordering holds; infinite or NAN where
                                units do not vary */
    const char *other_test;  /* the paper's own, where another decides; NULL: none */
    double other_t, other_p; /* two-sided */
};

/* sign is 1 or -1. */
struct eg_order {
    double factor, sign, least;
};

/* lead = sign (a - factor b) - least. */
struct eg_evidence eg_weigh_order(const struct eg_result *a, const struct eg_result *b,
                                  const struct eg_order *order);

/* The same of two results taken as independent samples of one variance, whatever units they have. */
struct eg_evidence eg_weigh_samples(const struct eg_result *a, const struct eg_result *b,
                                    const struct eg_order *order);

/* lead = sign (a - bound). */
struct eg_evidence eg_weigh_bound(const struct eg_result *a, double bound, double sign);

/* lead = log factor - |log (a / b)|: p_for by two one-sided tests. */
struct eg_evidence eg_weigh_ratio(const struct eg_result *a, const struct eg_result *b,
                                  double factor);

#endif
