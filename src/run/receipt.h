/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_RUN_RECEIPT_H
#define EG_RUN_RECEIPT_H

#include <stddef.h>

#include <jansson.h>

#include "base/error.h"
#include "run/cell_key.h"

/* What a run is made on: commit, compiler, flags, libraries and their versions, CPU, BLAS kernel,
 * precision, threads and code hash of the experiment; no host name. A new
 * reference; its field "receipt" is the hash of the rest, also copied to hash. NULL with *error
 * filled when memory is short. */
json_t *eg_receipt_make(const char *code_hash, size_t threads, char hash[EG_KEY_SIZE],
                        struct eg_error *error);

#endif
