/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Units of the user's own: one of the files that --model, --x-train, --x-test, --y-test name, or a
 * folder each below that of --units, with such files as an exchange folder has (run/exchange.h):
 * model.safetensors, x_train.npy, x_test.npy, and where there are y_test.npy, y_train.npy,
 * outputs_test.npy, which the network's outputs must be, and config.json, whose "split" and "model" tell
 * which split and which model on it the unit is.
 */
#ifndef EG_BENCH_COMPARE_USER_FILES_H
#define EG_BENCH_COMPARE_USER_FILES_H

#include <limits.h>

#include "bench/compare/compare_cell.h"
#include "bench/compare/compare_options.h"

/* EG_USER_CLASSES: the most outputs whose classes are units; a class is in the number of its split. */
enum { EG_USER_FILES = 6, EG_USER_CLASSES = 1000 };

/* y_train, y_test, outputs_test NULL: none. model NULL: it is a command (--predict). */
struct eg_compare_files {
    char name[128]; /* of the folder, else "user-SPLIT" */
    const char *model, *x_train, *y_train, *x_test, *y_test, *outputs_test;
    size_t split, number;               /* number: of the model on that split */
    size_t class;                       /* with --output label or predicted, of the test rows */
    char room[EG_USER_FILES][PATH_MAX]; /* what these point into where they are in a folder */
};

struct eg_compare_user {
    struct eg_compare_files *files;
    size_t count;
    struct eg_compare_files *whole; /* of which files are parts; else NULL */
};

/* EG_USAGE when the options name some of the files that go together and not all, or files and folders. */
int eg_compare_check_user(const struct eg_compare_options *options, struct eg_error *error);

/* Whether the options name units of the user's own. */
int eg_compare_has_user(const struct eg_compare_options *options);

/* The units, folders in the order of their names. A folder whose config.json does not say is a split of
 * its own: its place in that order. EG_DATA when there is no folder, or two are the same model on the
 * same split. Free it after failure too. */
int eg_compare_find_user(const struct eg_compare_options *options, struct eg_compare_user *user,
                         struct eg_error *error);
void eg_compare_user_free(struct eg_compare_user *user);

/* The unit of that split and model number, as eg_compare_find_user found it, and by_class of the class that the
 * number of the split tells; NULL with *error filled (EG_INTERNAL) when there is none. */
const struct eg_compare_files *eg_compare_user_unit(struct eg_compare_user *user, int by_class,
                                                    size_t split, size_t number,
                                                    struct eg_error *error);

/* Makes it the part of that class: its name and the number of its split tell it. */
void eg_compare_set_class(struct eg_compare_files *files, size_t class);

/* cell->model ... = hashes of what is in the files, and what the options say of how it is read. It borrows from
 * hashes and options. */
int eg_compare_describe_user(const struct eg_compare_options *options,
                             const struct eg_compare_files *files, struct eg_compare_hashes *hashes,
                             struct eg_compare_cell *cell, struct eg_error *error);

#endif
