/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measures that take long: each family runs in a cell of its own, where --measures names one of it. */
#ifndef EG_BENCH_COMPARE_ASKED_H
#define EG_BENCH_COMPARE_ASKED_H

#include "bench/compare/compare_measures.h"
#include "bench/compare/compare_options.h"

/* What is asked of a method, and of what it is: made is NULL unless it is the program's own, asker NULL where it
 * cannot be asked again. */
struct eg_asked {
    const struct eg_compare_unit *unit;
    const struct eg_matrix *phi; /* test rows x features */
    const struct eg_compare_asker *asker;
    const struct eg_compare_explainer *made;
    const struct eg_row *row;
};

struct eg_asked_family {
    const char *name;        /* of the cell's measure */
    const char *measures[4]; /* what it sets in the row; NULL-terminated */
    double cost;             /* of a cell, beside that of the usual measures */
    int (*measure)(const struct eg_asked *asked, const struct eg_asked_family *family,
                   struct eg_error *error);
};

/* All, ending with a name that is NULL. */
extern const struct eg_asked_family eg_asked_families[];

/* Whether --measures names a measure of it. */
int eg_compare_is_asked(const struct eg_compare_options *options,
                        const struct eg_asked_family *family);

/* row[measure] = what the family of that name says of the method; a measure that has no value is noted in
 * row["skipped"]. What the method fails with. */
int eg_compare_measure_asked(const char *family, const struct eg_asked *asked,
                             struct eg_error *error);

/* For the family "directed": a perturbation of each of the first test rows, within a tenth of a training standard
 * deviation, that is sought to unseat the strongest features. row["directed_top"] and so on. */
int eg_compare_measure_directed(const struct eg_asked *asked, const struct eg_asked_family *family,
                                struct eg_error *error);

#endif
