/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which rows of other code are run anew to see whether they came out the same (run/vouch.h), and how they did.
 */
#ifndef EG_RUN_VERIFY_H
#define EG_RUN_VERIFY_H

#include "base/options.h"
#include "run/moved_value.h"
#include "run/plan.h"

/* How much is asked for: --verify N|all|none. */
struct eg_verify_extent {
    enum {
        EG_VERIFY_SOME, /* of each kind of cells one that took 10 seconds at most, and as many more as these
                            many seconds allow on all threads together */
        EG_VERIFY_COUNT, /* so many of each kind, whatever they take */
        EG_VERIFY_ALL,   /* every row of the run's cells, those of this code too */
        EG_VERIFY_NONE
    } kind;
    size_t count;
};

/* Reads "N", "all" or "none" into the struct eg_verify_extent that option->target points to. */
eg_option_parse eg_parse_verify;

struct eg_verification {
    struct eg_plan plan; /* that of the run, with the cells marked that are to be run anew */
    size_t chosen;       /* how many these are */
    size_t unverified;   /* rows of other code that nothing vouches for */
    size_t kinds,
        kinds_left; /* kinds of cells among these (by code), and kinds of which none is chosen */
};

/* Chooses among the shard's cells that came out "ok", the quickest of each kind first. Where results are times
 * none is chosen. Free with eg_verification_free. EG_INTERNAL when memory is short. */
int eg_verification_make(struct eg_verification *verification, const struct eg_plan *plan,
                         const struct eg_store *store, const struct eg_shard *shard,
                         struct eg_verify_extent extent, size_t threads, struct eg_error *error);
void eg_verification_free(struct eg_verification *verification);

/* What came of running them anew. */
struct eg_verified {
    json_t *vouches;         /* array of lines for the store; owned; empty where `unclear` */
    size_t equal, different; /* cells */
    int unclear; /* some differ that were made on another core or library: rounding may have
                                done that */
    const struct eg_cell *cell;  /* the first that differs, or NULL */
    const json_t *was, *now;     /* its rows */
    struct eg_moved_value moved; /* its first value that does */
};

/* Compares the rows of the chosen cells in store with those in again; receipt: of the latter. EG_INTERRUPTED when
 * one was not run, the status of a cell that failed, or EG_INTERNAL. Free with eg_verified_free. */
int eg_compare_verified(const struct eg_verification *verification, const struct eg_store *store,
                        const struct eg_store *again, const json_t *receipt,
                        struct eg_verified *verified, struct eg_error *error);
void eg_verified_free(struct eg_verified *verified);

#endif
