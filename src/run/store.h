/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The rows of one experiment, read from the JSON Lines files of one or several
 * result folders (run/store_files.h): FOLDER/runs/EXPERIMENT.jsonl and, from shards,
 * FOLDER/runs/EXPERIMENT.shard-I-of-N.jsonl. A line is a row,
 *   {"key", "experiment", "outcome_version", "precision", "config", "outcome", "values", "seed", "seconds",
 *    "peak_rss_mb", "receipt", "check"}
 * or a receipt, which says on what the rows that name it were made:
 *   {"receipt", "commit", "compiler", ...}
 * or what a comparison of rows with those of other code gave (run/vouch.h).
 * A receipt's name is the hash of the rest of it. What was changed by hand, or by a failing disk, is neither
 * (run/seal.h); nor is a row without a check, unless takes_unchecked says so.
 */
#ifndef EG_RUN_STORE_H
#define EG_RUN_STORE_H

#include <stddef.h>

#include <jansson.h>

#include "base/error.h"
#include "base/warner.h"
#include "run/experiment.h"
#include "run/shard.h"
#include "run/store_files.h"

/* How a cell came out. A later one in this list is worth more: it stands if there are both. */
enum eg_outcome { EG_OUTCOME_MISSING, EG_OUTCOME_FAILED, EG_OUTCOME_SKIP, EG_OUTCOME_OK };

struct eg_store {
    char *experiment;    /* owned */
    json_t *rows;        /* by key */
    json_t *receipts;    /* by their hash */
    json_t *vouches;     /* array: the lines that vouch for rows of other code, or against them */
    size_t lines;        /* rows read, duplicates too */
    size_t malformed;    /* lines passed over */
    size_t torn;         /* last lines dropped */
    size_t conflicts;    /* rows of cells that had come out "ok" before with other values */
    int outcomes_only;   /* set it to keep no configurations and values, for a shard's sake: then
                          rows are {"outcome", "receipt", "seconds"}, a part of the memory, and
                           conflicts go unseen */
    int takes_unchecked; /* set it to take rows without a check too */
    size_t unchecked;    /* these, of lines */
    struct eg_store_files files; /* that were read */
    json_t *arrived;             /* {key: true} of rows that eg_store_refresh added; NULL before */
    struct eg_warner warner;
};

/* Where a line is from. */
struct eg_line_place {
    const char *path;
    size_t line;
};

/* An empty store of that experiment. */
int eg_store_make(struct eg_store *store, const char *experiment, struct eg_warner warner,
                  struct eg_error *error);

/* Takes the line in: a row or a receipt; *fault says why it is neither, or NULL. Of two rows with one key the better
 * outcome stands, else the later, and different values are warned of. EG_INTERNAL when memory is short. */
int eg_store_take(struct eg_store *store, json_t *line, const struct eg_line_place *place,
                  const char **fault, struct eg_error *error);

void eg_store_free(struct eg_store *store);

/* The row of the cell with that key, or NULL. */
const json_t *eg_store_find(const struct eg_store *store, const char *key);

/* How the cell with that key came out. */
enum eg_outcome eg_store_outcome(const struct eg_store *store, const char *key);

/* "folder/runs/EXPERIMENT.jsonl", or with the shard in its name where there are several: the file
 * this process writes to. Owned by the caller (free). */
char *eg_store_path_alloc(const char *folder, const char *experiment, const struct eg_shard *shard,
                          struct eg_error *error);

#endif
