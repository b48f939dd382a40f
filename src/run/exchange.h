/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The folder through which a method in any language gets a model and data, and gives attributions:
 *
 *     model.safetensors   the network (nn/torch_model.h)
 *     x_train.npy         background rows x features; images row by row, channels last
 *     x_test.npy          rows to explain x features
 *     y_train.npy, y_test.npy   labels, one a row; absent where there are none
 *     config.json         {"format": 1, "network": text, "inputs": p, "outputs": n, "output": "...",
 *                          "seed": s, "split": i, "model": j, "samples": k, "explain_train": m,
 *                          "data set": name, "unit": name}
 *                         to which a method may add what its numbers are: "kind": "shares" (the default)
 *                         or "slopes", as gradients are; "baseline": what shares count from, "rows"
 *                         (all of x_train.npy, the default), "mean" (theirs), "zero", or the name of a file
 *                         in the folder with such rows
 *                         and where the model is a command, no model.safetensors but "predict": the command
 *     attributions.npy    what comes back: rows x features of float32 or float64, all finite
 *     attributions_train.npy   the same of the first m training rows, where m is not 0; it may be
 *                         left out, and then measures that need it are too
 *     log.txt             what the command printed
 *
 * What is explained of a row is the network's raw output, with several outputs that of the class in
 * y_test. Files are float64, or float32 where real is float.
 */
#ifndef EG_RUN_EXCHANGE_H
#define EG_RUN_EXCHANGE_H

#include <stdint.h>
#include <stdio.h>

#include "base/matrix.h"
#include "nn/network.h"
#include "run/child.h"

struct eg_exchange {
    const struct eg_network *network;
    const char *text; /* its text form */
    const char
        *predict; /* the command that is the model, in place of model.safetensors; NULL: none */
    const struct eg_matrix *x_train, *x_test;
    const real *y_train, *y_test; /* one a row; NULL: none */
    const char *dataset, *unit;   /* their names; NULL: none */
    uint64_t seed;
    size_t split, model;  /* model: which of the initialisations on that split */
    size_t samples;       /* what a method may spend on a row, as expected gradients does */
    size_t explain_train; /* so many of the first training rows are to be explained too */
};

/* Makes the folder where it is missing and writes the files; removes what is in the way of answers. */
int eg_exchange_write(const char *folder, const struct eg_exchange *exchange,
                      struct eg_error *error);

/*
 * Runs the command by /bin/sh where this process is, with {dir} replaced by the folder's absolute path
 * (quoted). seconds: time limit, 0: none. EG_DATA and one line that begins with whose when it
 * fails; *result is filled then too.
 */
int eg_exchange_run(const char *folder, const char *whose, const char *command, double seconds,
                    const atomic_int *stop, struct eg_child_result *result, struct eg_error *error);

/* phi (rows x features, made here) = attributions.npy. EG_DATA and one line that begins with whose
 * when it is missing, has another type or shape, or a number is not finite. */
int eg_exchange_read(const char *folder, const char *whose, size_t rows, size_t features,
                     struct eg_matrix *phi, struct eg_error *error);

/* The same of attributions_train.npy; where there is none, phi->data is NULL and that is no error. */
int eg_exchange_read_train(const char *folder, const char *whose, size_t rows, size_t features,
                           struct eg_matrix *phi, struct eg_error *error);

/* The same of that file; has_more: the rows may be the first of more. */
int eg_exchange_read_file(const char *path, const char *whose, size_t rows, size_t features,
                          int has_more, struct eg_matrix *phi, struct eg_error *error);

/* text in single quotes, for a shell. */
void eg_write_quoted(const char *text, FILE *out);

/* What a method says its numbers are; "" where it does not say. */
struct eg_exchange_terms {
    char kind[16], baseline[1024]; /* baseline: a word, or the path of a file */
};

/* From the folder's config.json; a folder without one says nothing. EG_DATA and one line that begins with
 * whose when it is no JSON, or says what there is not. */
int eg_exchange_read_terms(const char *folder, const char *whose, struct eg_exchange_terms *terms,
                           struct eg_error *error);

/* Adds them to the folder's config.json, for the other side. */
int eg_exchange_write_terms(const char *folder, const struct eg_exchange_terms *terms,
                            struct eg_error *error);

/* The other side: what a method reads. All owned. */
struct eg_exchange_task {
    struct eg_network network;
    struct eg_matrix x_train, x_test;
    real *y_train, *y_test; /* NULL: none */
    uint64_t seed;
    size_t split, samples;
    size_t explain_train; /* at most x_train.rows; 0 where config.json does not say */
};

int eg_exchange_load(const char *folder, struct eg_exchange_task *task, struct eg_error *error);
void eg_exchange_task_free(struct eg_exchange_task *task);

/* Writes phi as attributions.npy, as attributions_train.npy. */
int eg_exchange_answer(const char *folder, const struct eg_matrix *phi, struct eg_error *error);
int eg_exchange_answer_train(const char *folder, const struct eg_matrix *phi,
                             struct eg_error *error);

#endif
