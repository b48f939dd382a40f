/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows of other code are compared with this code before a run goes on from them.
 */
#ifndef EG_BENCH_VERIFY_ROWS_H
#define EG_BENCH_VERIFY_ROWS_H

#include <stdatomic.h>
#include <stdio.h>

#include "run/store_writer.h"
#include "run/verify.h"

struct eg_verify_job {
    const struct eg_verification *verification;
    const struct eg_store *store;   /* what is there; its rows may be of outcomes only */
    const char *folder;             /* whose store that is */
    struct eg_store_writer *writer; /* gets the vouch lines */
    const json_t *receipt;          /* of this run, in the file already */
    size_t threads;
    const atomic_int *stop;
    FILE *progress; /* NULL: none */
    const char *program;
};

/* Runs the chosen cells anew, without storing them, and writes into the file which code vouches for which. EG_OK when
 * all came out equal, EG_CLAIM_FAILED naming the first cell that did not, its values and the fix; else as
 * eg_run_grid and eg_compare_verified. */
int eg_verify_rows(const struct eg_verify_job *job, struct eg_error *error);

/* What to do about values that moved: "raise .outcome_version in bench/keep_remove.c if the change was meant, ...".
 * Returns text. */
const char *eg_outcome_fix(const char *experiment, char *text, size_t size);

#endif
