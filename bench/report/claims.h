/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the paper says: every number, ordering and statement of significance, one
 * a line of results/published/claims.csv, with the columns
 *
 *   id            unique
 *   experiment    keep-remove, convergence, sparsity, image-noise, graph-prior, training-cost,
 *                 fine-tune, robust-attribution (of which paper: see place)
 *   place         where it stands in the paper: "Table 1"
 *   statement     what is said, in short
 *   class         deterministic or stochastic (a number), ordering or significance
 *   dataset, protocol, method, versus, metric, statistic, x
 *                 the result it is compared with (struct eg_result), or of an ordering the two whose metric is
 *                 compared: method's and versus's; protocol empty: any; x empty: a plain number; else a place
 *                 on a curve, or all (the whole of it), max, min, last
 *   relation      = < > ~ (about as large as versus's value), p< (a significant difference), p> (none)
 *   published     the number as printed; the bound of a relation with a constant; with `versus`, the
 *                 factor on its value (empty: 1); of ~ the factor either may exceed the other by;
 *                 with tolerance t or p that statistic as printed, or the bound on it; of p< and p>
 *                 without one shown only: the level is 5 %
 *   digits        decimals printed
 *   published_n   replicates the published number stands on (of each sample); empty: one
 *   published_se  its standard error
 *   published_p   the p printed beside a t, which is no claim of its own
 *   family        claims of one table that are one family of tests share this word: their p-values are
 *                 adjusted together (Holm)
 *   reading       of a number read from a figure: how far off the reading can be
 *   tolerance     see bench/report/judge.h
 *   gate          yes: --fail-on-claim fails when it does not come back
 *   data          how the data measured on differ from the paper's, whose numbers can then not be held
 *                 against ours; empty: the same
 *   status        empty; "from night": measured at a smaller scale it is shown, not judged; "from 3 points":
 *                 likewise with fewer points on method's curve; else why there is nothing to hold it against
 *   note
 */
#ifndef EG_BENCH_CLAIMS_H
#define EG_BENCH_CLAIMS_H

#include <stddef.h>

#include "base/csv_table.h"
#include "base/error.h"
#include "run/experiment.h"

enum eg_claim_class { EG_DETERMINISTIC, EG_STOCHASTIC, EG_ORDERING, EG_SIGNIFICANCE };
enum eg_relation { EG_EQUAL, EG_LESS, EG_GREATER, EG_P_BELOW, EG_P_ABOVE, EG_ABOUT };
enum eg_tolerance {
    EG_EXACT,
    EG_MONTE_CARLO,
    EG_REGENERATED,
    EG_FACTOR,
    EG_T_VALUE,
    EG_P_VALUE,
    EG_BY_SIGN
};

/* What is claimed, whatever its class. */
enum eg_claim_kind { EG_KIND_NUMBER, EG_KIND_ORDERING, EG_KIND_SIGNIFICANCE, EG_KINDS };

/* The texts are owned by the table of struct eg_claims; "" where the cell is empty. */
struct eg_claim {
    const char *id, *experiment, *place, *statement, *class_name, *dataset, *protocol, *method,
        *versus, *metric, *statistic, *x, *published_text, *published_p_text, *family, *data,
        *status, *note;
    enum eg_claim_class claim_class;
    enum eg_relation relation;
    enum eg_tolerance tolerance;
    int has_two_samples; /* t and p: of two independent samples, not of pairs */
    double slack;        /* the number behind the tolerance rule; 0 where there is none */
    double published;    /* NAN where none is printed */
    double half_unit;    /* half a unit in the last place printed */
    double published_n;  /* NAN where not known */
    double reading;      /* 0 where it was not read from a figure */
    double published_se; /* NAN where not printed */
    int gate;
    const char *least_scale; /* of "from night"; NULL: any */
    size_t least_points;     /* of "from 3 points"; 0: any */
};

struct eg_claims {
    struct eg_claim *items;
    size_t count;
    struct eg_csv_table table;
};

/* Reads the file. EG_DATA naming file, line and column for a word that is none of the above, a
 * number that is none, or an id met twice. */
int eg_claims_read(const char *path, struct eg_claims *claims, struct eg_error *error);

void eg_claims_free(struct eg_claims *claims);

/* "number", "ordering" or "significance" */
enum eg_claim_kind eg_claim_kind(const struct eg_claim *claim);
const char *eg_claim_kind_name(enum eg_claim_kind kind);

/* Whether it is about a test of method against versus: p< p>, or a bound on t or p. */
int eg_claim_is_test(const struct eg_claim *claim);

/* What the claim prints for that statistic: its number, or the p beside its t ("paired_p" beside "paired_t"). */
const char *eg_claim_printed(const struct eg_claim *claim, const char *statistic);

/* The claim that prints a number for the result of that name, of the first place in the file; NULL: none. x NAN: a
 * plain number. */
const struct eg_claim *eg_claims_find_number(const struct eg_claims *claims, const char *dataset,
                                             const struct eg_result_name *name, double x);

#endif
