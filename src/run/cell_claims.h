/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who is at work on which cell, where several processes share a store: a claim is a lock on one byte of the file
 * FOLDER/runs/EXPERIMENT.claims, which stays empty. The kernel lets go of it when its process ends, however that
 * ends, so no claim is ever stale. A file system without locks grants every claim.
 */
#ifndef EG_RUN_CELL_CLAIMS_H
#define EG_RUN_CELL_CLAIMS_H

struct eg_cell_claims {
    int descriptor; /* -1: every claim is granted */
};

/* Opens the file, and makes it when it is not there; where that cannot be, every claim is granted. */
struct eg_cell_claims eg_cell_claims_open(const char *path);

/* Whether the file that is open is the one of that path now. */
int eg_cell_claims_are_of(const struct eg_cell_claims *claims, const char *path);

/* Claims the cell with that key (eg_cell_key). 1: it is ours, also when it was before; 0: another process has it. */
int eg_cell_claims_take(const struct eg_cell_claims *claims, const char *key);

void eg_cell_claims_release(const struct eg_cell_claims *claims, const char *key);

/* Releases all. */
void eg_cell_claims_close(struct eg_cell_claims *claims);

#endif
