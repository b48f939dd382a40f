/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The units that a command line of egbench-compare asks for. */
#ifndef EG_BENCH_COMPARE_PLACES_H
#define EG_BENCH_COMPARE_PLACES_H

#include <stdio.h>

#include "bench/compare/compare_data.h"
#include "bench/compare/compare_user_files.h"

struct eg_compare_scale {
    const char *name;
    size_t splits, samples, background;
    size_t retrain_rows; /* training rows that are explained and trained on anew */
};

const struct eg_compare_scale *eg_compare_find_scale(const char *name);

struct eg_compare_place {
    const struct eg_compare_source *source; /* NULL: the user's own */
    const struct eg_compare_files *files;   /* of the user's own, else NULL */
    const char *dataset;
    char name[128]; /* as that of struct eg_compare_unit */
    struct eg_compare_facts facts;
    size_t epochs, split, model;
};

struct eg_compare_places {
    struct eg_compare_place *items;
    size_t count;
    struct eg_compare_user user; /* what files point into */
};

/* Data set after data set, split after split, model after model. EG_USAGE for options that do not go
 * together and unknown data sets, EG_DATA where data or the user's files are not there or do not fit.
 * Free it after failure too. */
int eg_compare_find_places(const struct eg_run *run, struct eg_compare_places *places,
                           struct eg_error *error);
void eg_compare_places_free(struct eg_compare_places *places);

/* The unit there: rows and network, without oracle. Free it after failure too. */
int eg_compare_load_place(const struct eg_run *run, const struct eg_compare_place *place,
                          struct eg_compare_unit *unit, struct eg_error *error);

/* Where --export asks for it, writes each unit's model and rows into a folder of the unit's name
 * (run/exchange.h), prints one line for each, and sets *done. For struct eg_experiment. */
int eg_compare_export(const struct eg_run *run, FILE *out, int *done, struct eg_error *error);

#endif
