/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small store and the report on it, for tests. */
#ifndef EG_TESTS_MADE_REPORT_H
#define EG_TESTS_MADE_REPORT_H

#include "bench/report/report_data.h"
#include "tests/scratch_folder.h"

/* An experiment named "made" whose rows hold {"METHOD": {"METRIC": number}} and, by method, the curve
 * "curve" at x = 1, 2, ...; its results are their means. Its grid has so many replicates, where a run asks for no other number. */
enum { MADE_REPLICATES = 2 };
extern const struct eg_experiment made_experiment;

struct made_report {
    struct scratch scratch;
    struct eg_report report;
    char warnings[2048];
};

/* A row as a line of a store. */
struct made_line {
    char text[1024];
};

/* What a row is of; zeros stand for the experiment's outcome version and precision, for no hash of data in its
 * configuration, and for receipt "r", which make_report adds, of the experiment's own code hash. */
struct made_origin {
    int outcome_version;
    const char *precision, *data, *receipt;
};
struct made_line make_line_of(struct made_origin origin, const char *dataset, const char *scale,
                              int seed, int replicate, const char *values);

/* The same of that outcome version alone; 0: the experiment's. */
struct made_line make_line(int outcome_version, const char *dataset, const char *scale, int seed,
                           int replicate, const char *values);

/* Writes lines and claims (claims_head left out) into a scratch folder and loads them. scale may be
 * NULL. Aborts the test when that fails. */
void make_report(struct made_report *made, const char *lines, const char *claims,
                 const char *scale);
void remove_report(struct made_report *made);

/* The text of a file in the scratch folder; the caller's to free. */
char *read_scratch_alloc(const struct scratch *scratch, const char *name);

#endif
