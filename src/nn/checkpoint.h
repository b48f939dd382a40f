/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Memory kept in a file, so that a killed training goes on from there. The file
 * holds what must fit (format, precision, key, sizes), then the bytes, then the
 * XXH3-128 of all before. It is read whole or not at all.
 */
#ifndef EG_NN_CHECKPOINT_H
#define EG_NN_CHECKPOINT_H

#include <stddef.h>

#include "base/error.h"

struct eg_checkpoint {
    const char *path; /* of a file that comes and goes, as do those whose names begin with its */
    const char *key;  /* names all that the outcome depends on */
};

/* What is kept: some bytes in their place. */
struct eg_kept {
    void *bytes;
    size_t size;
};

enum eg_checkpoint_state {
    EG_CHECKPOINT_NONE,    /* there is no file */
    EG_CHECKPOINT_FOREIGN, /* passed over: of another key, size, precision, format or byte order */
    EG_CHECKPOINT_DAMAGED, /* passed over: cannot be read, cut short, or not what was written */
    EG_CHECKPOINT_TAKEN    /* all of it is in its place */
};

/*
 * Writes a new file beside the old one and puts it in its place once it is on the disk; makes its
 * folder where that is missing. EG_DATA naming file and fix when that fails: the old file is still
 * there, and nothing else.
 */
int eg_checkpoint_write(const struct eg_checkpoint *checkpoint, const struct eg_kept *kept,
                        size_t count, struct eg_error *error);

/* Fills what is kept when *state becomes EG_CHECKPOINT_TAKEN, and else leaves it alone. EG_INTERNAL
 * when memory is short. */
int eg_checkpoint_read(const struct eg_checkpoint *checkpoint, const struct eg_kept *kept,
                       size_t count, enum eg_checkpoint_state *state, struct eg_error *error);

/* Whether there is a file at path that is none of these, nor empty: it would be overwritten. */
int eg_checkpoint_is_other(const char *path);

/* Removes the file and all in its folder whose names begin with its: further checkpoints of the same
 * work, and what a kill left half written. */
void eg_checkpoint_remove(const char *path);

#endif
