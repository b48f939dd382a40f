/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A data set: rows of features, a target, names, and where it comes from.
 */
#ifndef EG_DATASETS_DATASET_H
#define EG_DATASETS_DATASET_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/matrix.h"

struct eg_dataset {
    const char *name;      /* as in the registry */
    char description[200]; /* for captions of tables */
    const char *source;    /* "generated", "real" or "simulated" */
    size_t n, p;           /* rows, features */
    struct eg_matrix x;    /* n x p; NAN where a value is missing */
    real *y;               /* n: a number, or 0 and 1 */
    char **feature_names;  /* p */
    double *beta;          /* p: the coefficients that y was made with, or NULL */
    char content_hash[33]; /* XXH3-128, hexadecimal, of names, x and y as floats */
};

/* All zero is the default of everything. */
struct eg_dataset_options {
    const char *data_folder; /* see eg_find_data_folder; NULL: none */
    unsigned label_years;    /* survival to 10 or to 15 years; 0: 15, which is what was released */
    int missing_flags;       /* one more column, 0 or 1, for each pattern of missing values */
    uint64_t seed;           /* of generated and simulated sets; the linear sets are SHAP's at 0 */
    size_t rows;             /* of generated and simulated sets; 0: as many as the original has.
                                A set that is read from files has the rows it has */
};

struct eg_dataset_source {
    const char *name;
    const char *summary; /* one line for --list */
    int (*load)(const struct eg_dataset_options *options, struct eg_dataset *dataset,
                struct eg_error *error);
};

/* All data sets, NULL-terminated. */
extern const struct eg_dataset_source *const eg_dataset_sources[];

/* Loads the set of that name. EG_USAGE for an unknown name (the message lists the known ones), else
 * what its load returns. On failure *dataset is empty. */
int eg_dataset_load(const char *name, const struct eg_dataset_options *options,
                    struct eg_dataset *dataset, struct eg_error *error);

void eg_dataset_free(struct eg_dataset *dataset);

/* For a load function: x and y zeroed, p names NULL. */
int eg_dataset_alloc(struct eg_dataset *dataset, size_t n, size_t p, struct eg_error *error);

/* For a load function: names feature number column (the text is copied). */
int eg_dataset_name_feature(struct eg_dataset *dataset, size_t column, const char *name,
                            struct eg_error *error);

/* For a load function, which may call it last: appends a column of 0 and 1 for each distinct set of
 * rows in which some column is NAN, named "missing_" and the first column with that pattern. Patterns
 * are those of all rows, before any split, so that every split has the same columns; who standardises
 * later standardises the flags too. */
int eg_dataset_add_missing_flags(struct eg_dataset *dataset, struct eg_error *error);

#endif
