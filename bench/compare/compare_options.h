/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options of egbench-compare, and the method from outside that they may name. */
#ifndef EG_BENCH_COMPARE_OPTIONS_H
#define EG_BENCH_COMPARE_OPTIONS_H

#include "run/experiment.h"

#define EG_NO_SPLIT ((size_t)-1)

struct eg_compare_options {
    const char *plugin;       /* --method FILE.so */
    const char *command;      /* --exec */
    const char *attributions; /* --attributions DIR */
    const char *name;         /* --name */
    size_t time_limit;        /* --time-limit, in seconds */
    const char *model, *network, *x_train, *y_train, *x_test, *y_test; /* of the user's own */
    const char *outputs_test; /* --outputs-test: what the model gives for the test rows */
    size_t split; /* --split, or EG_NO_SPLIT: the user's rows are that split of SHAP's benchmark */
    const char *units;         /* --units DIR */
    size_t models;             /* --models: initialisations on each split */
    int retrain;               /* --retrain */
    int ask_again;             /* --ask-again */
    const char *export_folder; /* --export DIR */
};

/* For struct eg_experiment. */
void *eg_compare_make_options(struct eg_option table[EG_OWN_OPTIONS]);

/* How a method from outside gives its attributions. */
enum eg_outside_kind { EG_OUTSIDE_NONE, EG_OUTSIDE_PLUGIN, EG_OUTSIDE_COMMAND, EG_OUTSIDE_FILES };

struct eg_outside {
    enum eg_outside_kind kind;
    const char *kind_name; /* "plugin", "command", "files": in a cell's configuration */
    const char *what;      /* the option's argument */
    char name[64];
};

/* What the options name, with the name it goes by: --name, or that of the plug-in, of the first word of
 * the command that is a file and no interpreter, or of the folder. EG_USAGE for two at once, a name that
 * a method of the program's own has or that is no word, --ask-again of what cannot be asked; EG_DATA for a plug-in or folder that is not
 * there. */
int eg_compare_find_outside(const struct eg_compare_options *options, struct eg_outside *outside,
                            struct eg_error *error);

/* hash = XXH3-128, hexadecimal, of the bytes of every file among the words of text, so that a method
 * that was changed is run again. EG_DATA when one cannot be read. */
int eg_compare_hash_words(const char *text, char hash[33], struct eg_error *error);

/* The file with the attributions of a unit's test rows, or of its training rows: "DIR/UNIT.npy",
 * "DIR/UNIT-train.npy"; where there is none, "DIR/UNIT/attributions.npy",
 * "DIR/UNIT/attributions_train.npy"; for test rows, folder itself where it is a file. Owned by the caller
 * (free). NULL with *error filled when memory is short. */
char *eg_compare_file_alloc(const char *folder, const char *unit, int is_train,
                            struct eg_error *error);

#endif
