/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * IDX files, in which MNIST is passed on: two zero bytes, a byte for the type, a byte for the
 * number of dimensions, each dimension as four bytes (the highest first), the elements with the
 * last index fastest.
 */
#ifndef EG_DATASETS_IDX_FILE_H
#define EG_DATASETS_IDX_FILE_H

#include <stdint.h>

#include "datasets/packed_file.h"

/*
 * Reads unsigned bytes of just that shape (ndim of 1 to 4 dimensions) from path or path.gz, gzipped
 * or not. *data is the caller's, to free; *digest is of the whole content. EG_DATA, naming the
 * file, when it is missing, no IDX file, of another type or shape, cut short or too long; memory is
 * taken once type and shape are found right, so never more than the shape that is asked for. On
 * failure *data is NULL.
 */
int eg_idx_read(const char *path, size_t ndim, const size_t *shape, uint8_t **data,
                struct eg_sha256 *digest, struct eg_error *error);

#endif
