/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Joins the stores of several machines or shards into one, and tells what is
 * missing from it and what the machines disagree about.
 */
#ifndef EG_BENCH_MERGE_STORES_H
#define EG_BENCH_MERGE_STORES_H

#include <stdio.h>

#include "run/experiment.h"
#include "run/store.h"

struct eg_merge {
    const char *out; /* folder of the joined store; what it holds is read first */
    const char *const *folders;
    size_t folder_count;
    const struct eg_experiment *const *experiments; /* NULL-terminated */
    const char *data;                               /* folder of data sets, or NULL */
    int unchecked; /* takes rows without a check too, and gives them one */
    struct eg_warner warner;
};

/* Writes out/runs/EXPERIMENT.jsonl for each experiment that has rows: one row a cell and outcome
 * version, by canonical configuration, the experiment's own before others', each receipt before the first row
 * that names it, then the lines that vouch for rows, in the order read. Of several rows of a cell the better outcome stands, else the one read last, as in
 * eg_store_load: the digest is that of the folders taken together. Warns of cells that came out "ok"
 * with different values (both receipts named), cells that are missing (and the command that computes
 * them), that failed, rows of other outcome versions and rows whose receipt is not there, and prints a line of
 * counts for each experiment. The file is replaced as a whole: no run may write to out meanwhile.
 * EG_CLAIM_FAILED when there were different values (all is written), EG_DATA when a folder holds no
 * store, or a file cannot be read or written. */
int eg_merge_stores(const struct eg_merge *merge, FILE *counts, struct eg_error *error);

#endif
