/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What stands between a row and the code that reads it. A row holds for its outcome version, whatever code made
 * it; but a change that was not meant to move results may have moved some. So some rows of another code hash are
 * run anew and compared, and a line of the store says how that came out:
 *   {"vouches": CODE, "for": OTHER CODE, "kinds": [...], "cells": [keys], "outcome": "equal" or "different",
 *    "receipt", "check"}
 * Nothing is written of values that differ between two cores or libraries, since rounding may do that.
 * It holds for that pair of code hashes and for the kinds (run/stored_row.h) of its cells.
 */
#ifndef EG_RUN_VOUCH_H
#define EG_RUN_VOUCH_H

#include "run/store.h"

/* Where cells of one kind came out both ways, it is refuted. */
enum eg_trust {
    EG_TRUST_OWN,        /* made by the same code */
    EG_TRUST_VOUCHED,    /* cells of its kind came out equal */
    EG_TRUST_UNVERIFIED, /* nobody compared */
    EG_TRUST_REFUTED     /* a cell of its kind came out different */
};

/* The code hash in the row's receipt; "unknown" where the store does not have that. */
const char *eg_row_code(const struct eg_store *store, const json_t *row);

/* How the row stands with that code; config: the row's. */
enum eg_trust eg_row_trust(const struct eg_store *store, const json_t *row, const json_t *config,
                           const char *code_hash);

/* Enters into codes, an object {CODE: true}, the other codes that ran this very cell anew with equal values.
 * Returns whether there is any. */
int eg_row_recomputers(const struct eg_store *store, const json_t *row, json_t *codes);

/* A sealed vouch line; kinds and cells are arrays of texts. A new reference; NULL with *error filled. */
json_t *eg_vouch_make(const char *code_hash, const char *other, const char *outcome, json_t *kinds,
                      json_t *cells, const char *receipt, struct eg_error *error);

/* What is wrong with a line that has the field "vouches"; NULL: nothing. */
const char *eg_vouch_fault(const json_t *line);

#endif
