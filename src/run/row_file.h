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
#include <sys/types.h>

#include <jansson.h>

#include "base/error.h"

/* What the file was after the last append, or when it was opened: another one in its place shows by it. */
struct eg_row_mark {
    dev_t device;
    ino_t inode;
    off_t begin,
        end; /* of the last line appended, in bytes; as opened both the end of the last whole line */
    size_t tail_length; /* of the bytes before end that are kept */
    char tail[64];
};

struct eg_row_file {
    int descriptor;
    char *path;    /* owned */
    double synced; /* eg_clock() of the last fsync */
    const atomic_int
        *stop; /* becomes not 0: wait for a lock some seconds more; NULL, as opened: for ever */
    pthread_mutex_t mutex;
    struct eg_row_mark mark;
};

/* Opens path for appending, and makes it when it is not there. EG_DATA naming file and fix. */
int eg_row_file_open(struct eg_row_file *file, const char *path, struct eg_error *error);

/* Appends the row as one line; rows of the last seconds may not be on the disk yet. Called from several threads at
 * once. EG_DATA when it could not be written (disk full, read-only, too large), EG_INTERRUPTED for *stop while
 * another process holds the lock: the file is as before. EG_DATA too when it could not be brought to the disk. */
int eg_row_file_append(struct eg_row_file *file, const json_t *row, struct eg_error *error);

/* Brings everything to the disk; EG_DATA when that fails. */
int eg_row_file_sync(struct eg_row_file *file, struct eg_error *error);

/* What became of the file since the last append, while no thread appends: "removed", "replaced by another file",
 * "cut short", "overwritten" or "made unreadable"; NULL: all is there. */
const char *eg_row_file_loss(const struct eg_row_file *file);

/* Opens what is there now under that name, and makes it when it is not there; EG_DATA as eg_row_file_open. */
int eg_row_file_reopen(struct eg_row_file *file, struct eg_error *error);

/* Brings everything to the disk and closes; EG_DATA when that fails. */
int eg_row_file_close(struct eg_row_file *file, struct eg_error *error);

#endif
