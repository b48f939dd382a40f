/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The files of a store: FOLDER/runs/EXPERIMENT*.jsonl, and the same compressed with gzip or xz (.jsonl.gz,
 * .jsonl.xz), which are read and never written.
 */
#ifndef EG_RUN_STORE_FILES_H
#define EG_RUN_STORE_FILES_H

#include <stddef.h>
#include <sys/types.h>

#include "base/error.h"

struct eg_store;

/* How far a file was read. */
struct eg_store_file {
    char *path; /* owned */
    dev_t device;
    ino_t inode;
    off_t size;   /* when it was read: a compressed file is read again when it has another */
    off_t end;    /* of the last whole line that was read, in bytes */
    size_t lines; /* before end */
};

struct eg_store_files {
    struct eg_store_file *items;
    size_t count;
};

void eg_store_files_free(struct eg_store_files *files);

/* Of the file of that path what was read of it, a new entry when there is none; NULL when memory is short. */
struct eg_store_file *eg_store_files_find(struct eg_store_files *files, const char *path);

/* Adds the rows in folder/runs to the store, those of compressed files first, which are older. EG_DATA when a
 * folder or file cannot be read, or what is compressed is damaged or cut short; a folder that is not there is
 * empty. */
int eg_store_load(struct eg_store *store, const char *folder, struct eg_error *error);

/* Adds what came to the files in folder/runs since they were read, or to the one of path own (not NULL) alone. Keys
 * of rows that were added are in store->arrived then. As eg_store_load, but without warnings of torn lines, which may
 * be whole the next time. */
int eg_store_refresh(struct eg_store *store, const char *folder, const char *own,
                     struct eg_error *error);

#endif
