/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file of rows that many threads and processes append to at once. A row is one
 * write under a lock; one that could not be written in full is taken back, so
 * that what is in the file stays whole.
 */
#ifndef EG_RUN_ROW_FILE_H
#define EG_RUN_ROW_FILE_H

#include <pthread.h>
#include <stdatomic.h>

#include <jansson.h>

#include "base/error.h"

struct eg_row_file {
    int descriptor;
    char *path;    /* owned */
    double synced; /* eg_clock() of the last fsync */
    const atomic_int
        *stop; /* becomes not 0: wait for a lock some seconds more; NULL, as opened: for ever */
    pthread_mutex_t mutex;
};

/* Opens path for appending, and makes it when it is not there. EG_DATA naming file and mend. */
int eg_row_file_open(struct eg_row_file *file, const char *path, struct eg_error *error);

/* Appends the row as one line, on the disk within some seconds. Called from several threads at once.
 * EG_DATA when it could not be written (disk full, read-only, too large), EG_INTERRUPTED for *stop while
 * another process holds the lock: the file is as before. */
int eg_row_file_append(struct eg_row_file *file, const json_t *row, struct eg_error *error);

/* Brings everything to the disk and closes; EG_DATA when that fails. */
int eg_row_file_close(struct eg_row_file *file, struct eg_error *error);

#endif
