/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The key of a cell: XXH3-128 (xxHash 0.8) of the canonical JSON of
 * {"config", "experiment", "outcome_version", "precision"}. The configuration holds the content hash of the
 * data; of the code there is nothing in it but the outcome version, which says when it gives other numbers.
 */
#ifndef EG_RUN_CELL_KEY_H
#define EG_RUN_CELL_KEY_H

#include <stddef.h>

#include <jansson.h>

#include "base/error.h"

enum { EG_KEY_SIZE = 33 }; /* 32 hexadecimal digits and the end */

/* JSON with sorted fields, no blanks, 17 significant digits: equal objects give equal text. Owned by
 * the caller (free); NULL when memory is short. */
char *eg_canonical_alloc(const json_t *value);

/* XXH3-128 of size bytes, as hexadecimal digits. */
void eg_hash_hex(const void *bytes, size_t size, char key[EG_KEY_SIZE]);

/* EG_INTERNAL when memory is short. */
int eg_cell_key(const char *experiment, int outcome_version, const char *precision,
                const json_t *config, char key[EG_KEY_SIZE], struct eg_error *error);

#endif
