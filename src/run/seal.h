/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks of stored lines: the rows of a store, the lines of a history and of a reference carry the hash of what
 * they say, so that a line that a failing disk, a broken copy or an editor changed is known for what it is.
 * A receipt carries its own: it is named by its hash. A check tells of damage; it keeps nobody from writing a line
 * of his own.
 */
#ifndef EG_RUN_SEAL_H
#define EG_RUN_SEAL_H

#include <stdio.h>

#include <jansson.h>

#include "base/error.h"
#include "run/cell_key.h"

/* Gives the line its "check", the XXH3-128 of the canonical JSON of all its other fields, in place of one that it
 * has. EG_INTERNAL when memory is short. */
int eg_seal(json_t *line, struct eg_error *error);

/* Whether the line has a check and it fits. */
int eg_is_sealed(const json_t *line);

/* hash: what the receipt is named by, of all its fields but "receipt". EG_INTERNAL when memory is short. */
int eg_hash_receipt(const json_t *receipt, char hash[EG_KEY_SIZE], struct eg_error *error);

/* Whether the line is a receipt: it names one, and is neither a row nor a vouch (run/vouch.h). */
int eg_is_receipt(const json_t *line);

/* Copies lines with checks made anew, for lines that were changed on purpose; receipts get new names, in rows too.
 * What is no JSON object is copied as it stands. EG_DATA when reading or writing fails, EG_INTERNAL when memory is
 * short. */
int eg_seal_lines(FILE *in, FILE *out, struct eg_error *error);

#endif
