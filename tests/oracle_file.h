/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers computed elsewhere, for the tests: tests/oracle or $EGBENCH_ORACLE_DIR. */
#ifndef EG_TESTS_ORACLE_FILE_H
#define EG_TESTS_ORACLE_FILE_H

#include <stddef.h>

/*
 * The array tests/oracle/NAME.npy (name: "metrics/c60_X") as rows x cols doubles, row-major,
 * whatever its element type; a vector has cols 1, more than two dimensions are flattened into
 * cols. rows and cols may be NULL. Release with free(). Aborts the test, saying why, when the
 * file cannot be read.
 */
double *read_oracle(const char *name, size_t *rows, size_t *cols);

/* path (size characters) = that of tests/oracle/NAME, with its ending. */
void find_oracle(const char *name, char *path, size_t size);

#endif
