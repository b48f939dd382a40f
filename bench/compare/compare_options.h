/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options of egbench-compare. */
#ifndef EG_BENCH_COMPARE_OPTIONS_H
#define EG_BENCH_COMPARE_OPTIONS_H

#include <limits.h>

#include "bench/compare/compare_failures.h"
#include "bench/compare/compare_hashes.h"
#include "bench/compare/compare_watch.h"
#include "bench/compare/compare_workers.h"
#include "run/experiment.h"

#define EG_NO_SPLIT ((size_t)-1)
#define EG_NO_OUTPUT ((size_t)-1)

struct eg_compare_options {
    struct eg_given_methods
        methods; /* --method FILE.so, --exec, --worker, --attributions DIR, and what goes with them */
    struct eg_compare_depends depends; /* --depends */
    struct eg_compare_watched
        *watched; /* of each of the methods, once the cells are listed; NULL: nothing is watched */
    struct eg_compare_failures
        *failures;                      /* of these methods in this run; NULL: none is told early */
    struct eg_compare_workers *workers; /* of this run; NULL: each is ended after its answer */
    size_t time_limit;                  /* --time-limit, in seconds */
    const char *model, *network, *x_train, *y_train, *x_test, *y_test; /* of the user's own */
    const char *outputs_test; /* --outputs-test: what the model gives for the test rows */
    size_t split;  /* --split, or EG_NO_SPLIT: the user's rows are that split of SHAP's benchmark */
    size_t output; /* --output, or EG_NO_OUTPUT: which of the network's is explained */
    const char *by_class;         /* --output label or predicted; NULL: not that */
    const char *label, *channels; /* --label, --channels; NULL: not given */
    const char *predict; /* --predict: the command of a model in place of a file; NULL: none */
    struct eg_compare_watched *predicted; /* what is watched of it */
    const char *units;                    /* --units DIR */
    int adds_units;                       /* --units auto */
    size_t models;                        /* --models: initialisations on each split */
    int retrain;                          /* --retrain */
    int verbose, stored;                  /* --verbose, --stored */
    int ask_again;                        /* --ask-again */
    const char *measures,
        *reference;        /* --measures, --reference; NULL: the usual ones, expected gradients */
    const char *title;     /* --title: of tables, page and figures; NULL: data set and model */
    int metrics, markdown; /* --metrics, --markdown */
    const char *export_folder; /* --export DIR */
    const char *attribute;     /* --attribute METHOD: NULL: none */
    size_t samples;            /* --samples, 0: the scale's */
};

/* For struct eg_experiment. */
void *eg_compare_make_options(struct eg_option table[EG_OWN_OPTIONS]);

/* The methods from outside that the options name, and whether what the options say of methods and measures
 * goes together. As eg_compare_find_outsiders; EG_USAGE for --ask-again or --depends of what cannot be
 * asked or watched, for a reference that is none of the methods and for measures that there are not. */
int eg_compare_find_outside(const struct eg_compare_options *options, struct eg_outsiders *found,
                            struct eg_error *error);

/* The method that others are compared with. */
const char *eg_compare_reference(const struct eg_compare_options *options);

/* Whether --measures names the measure, by its name now or in an earlier version. */
int eg_compare_is_chosen(const struct eg_compare_options *options, const char *measure);

/* path = the file with the attributions of a unit's test rows, or of its training rows: "DIR/UNIT.npy",
 * "DIR/UNIT-train.npy"; where there is none, "DIR/UNIT/attributions.npy",
 * "DIR/UNIT/attributions_train.npy"; for test rows, folder itself where it is a file. */
void eg_compare_name_file(const char *folder, const char *unit, int is_train, char path[PATH_MAX]);

#endif
