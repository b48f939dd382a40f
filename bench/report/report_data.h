/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * All that a report is written from: the results of every experiment in a store,
 * the published claims, and a judgement of each.
 */
#ifndef EG_BENCH_REPORT_DATA_H
#define EG_BENCH_REPORT_DATA_H

#include <stddef.h>

#include <jansson.h>

#include "bench/report/judge.h"
#include "run/cell_key.h"
#include "run/experiment.h"
#include "run/store.h"

/* What there is of one experiment. */
struct eg_part {
    const struct eg_experiment *experiment;
    struct eg_results results; /* one scale and one seed for each data set and protocol */
    size_t rows;               /* cells summed up */
    size_t left_out; /* rows of another outcome version, scale or seed, and those of the next two */
    size_t other_data;      /* rows on another content of the data than most */
    size_t refuted;         /* rows of other code that did not come out again with this */
    size_t failed, skipped; /* cells that did not come out "ok" */
    int outcome_version;    /* of the rows summed up */
    int other_version;      /* they are not of the experiment's outcome version and precision */
    size_t other_code;      /* rows summed up that other code made */
    size_t unverified; /* of these, those that nothing vouches for; 0 where results are times */
    json_t *receipts;  /* by their hash: what the rows were made on */
    json_t *origins;   /* source hashes and cores (bench/report/origin.h) */
};

struct eg_report {
    struct eg_part *parts;
    size_t part_count;
    struct eg_claims claims;
    struct eg_judgement *judgements; /* one for each claim */
    char digest[EG_KEY_SIZE];        /* over all rows; see run/digest.h */
    size_t digest_rows;
    const struct eg_report *beside; /* of the same claims by other rows, shown beside; or NULL */
};

/* What to make a report of. */
struct eg_report_sources {
    const char *const *folders; /* stores to take together */
    size_t folder_count;
    const char *claims; /* path of claims.csv; NULL: none */
    const char *scale;  /* only that scale; NULL: of each data set and protocol the largest */
    const struct eg_experiment *const *experiments; /* NULL-terminated */
    int unchecked;                                  /* takes rows without a check too */
    struct eg_warner warner;
};

/* Rows of the experiment's outcome version and precision are taken; where it has none of these, those of the
 * newest other version, with a warning (bench/report/report_rows.h). Where a data set and protocol was run at several scales or seeds,
 * the largest scale and then the lowest seed stands. */
int eg_report_load(struct eg_report *report, const struct eg_report_sources *sources,
                   struct eg_error *error);

void eg_report_free(struct eg_report *report);

/* The part of that experiment, or NULL. */
const struct eg_part *eg_find_part(const struct eg_report *report, const char *experiment);

/* How many claims of that experiment (NULL: of any) and kind (EG_KINDS: of any) have that verdict. */
size_t eg_report_count(const struct eg_report *report, const char *experiment,
                       enum eg_claim_kind kind, enum eg_verdict verdict);

/* How many of those claims are measured and shown, but not judged (enum eg_absence). */
size_t eg_report_count_shown(const struct eg_report *report, const char *experiment,
                             enum eg_claim_kind kind);

/* Whether results[index] is the first of its data set and protocol; dataset NULL: any. */
int eg_begins_block(const struct eg_results *results, size_t index, const char *dataset);

/* Whether the claim is the first of its experiment in the file. */
int eg_begins_experiment(const struct eg_report *report, size_t claim);

#endif
