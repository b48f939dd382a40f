/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file read as a whole.
 */
#ifndef EG_BASE_WHOLE_FILE_H
#define EG_BASE_WHOLE_FILE_H

#include <stddef.h>

#include "base/error.h"

/* *bytes: those of a regular file, with a zero after them that *size does not count; the caller frees
 * them, NULL on failure. EG_DATA when the file cannot be read, EG_INTERNAL when memory is short. */
int eg_read_file(const char *path, char **bytes, size_t *size, struct eg_error *error);

#endif
