/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The store of a run while it is written: rows go to this process's file and to the store in memory at once, which
 * share one lock. Before each row, and at the end, it is made sure that what was written still stands: when the
 * file was removed, replaced or cut short meanwhile, all that is known and no longer in the folder is written again.
 * Other processes may work on the same store: a cell is claimed before it is run, and rows of theirs are taken in.
 */
#ifndef EG_RUN_STORE_WRITER_H
#define EG_RUN_STORE_WRITER_H

#include <pthread.h>
#include <stdatomic.h>

#include "run/cell_claims.h"
#include "run/row_file.h"
#include "run/store.h"

struct eg_store_writer {
    struct eg_store *store;
    const char *folder; /* of results; NULL: in memory alone */
    int is_shard; /* looks for other processes' rows in its own file alone: those of the same shard; where processes
                     without shards share the folder, cells may be run twice */
    struct eg_row_file file;
    struct eg_cell_claims claims;
    pthread_mutex_t mutex; /* of all above */
};

/* Whose a cell is. */
enum eg_cell_claim {
    EG_CLAIM_OURS, /* to run */
    EG_CLAIM_DONE, /* another process stored an outcome that is no failure since the store was loaded */
    EG_CLAIM_HELD /* another process is at work on it */
};

/* Opens the file of this shard for a store that was loaded from the folder; both are kept. *stop as in
 * run/row_file.h. EG_DATA when it cannot be written. */
int eg_store_writer_open(struct eg_store_writer *writer, struct eg_store *store, const char *folder,
                         const struct eg_shard *shard, const atomic_int *stop,
                         struct eg_error *error);

/* The same in memory alone: no file is written, and every cell is ours. */
void eg_store_writer_open_memory(struct eg_store_writer *writer, struct eg_store *store);

/* Brings what was stored to the disk; EG_DATA when that fails. */
int eg_store_sync(struct eg_store_writer *writer, struct eg_error *error);

/* Stores a row, a receipt or a vouch line. Called from several threads at once. EG_DATA when it cannot be written, or when
 * what was lost cannot be written again; EG_INTERRUPTED as eg_row_file_append. */
int eg_store_put(struct eg_store_writer *writer, json_t *line, struct eg_error *error);

/* Claims the cell with that key, and looks whether its row came meanwhile. EG_DATA when the store cannot be read. */
int eg_store_claim(struct eg_store_writer *writer, const char *key, enum eg_cell_claim *claim,
                   struct eg_error *error);

/* After EG_CLAIM_OURS, once its row is stored. */
void eg_store_release(struct eg_store_writer *writer, const char *key);

/* Makes sure that all is on the disk, and closes; what eg_store_put may say, and EG_DATA. */
int eg_store_writer_close(struct eg_store_writer *writer, struct eg_error *error);

#endif
