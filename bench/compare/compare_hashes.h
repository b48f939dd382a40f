/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hashes of files that a cell's outcome depends on. */
#ifndef EG_BENCH_COMPARE_HASHES_H
#define EG_BENCH_COMPARE_HASHES_H

#include <stddef.h>

#include "base/error.h"

/* hash = XXH3-128, hexadecimal, of the bytes of every file among the words of text. EG_DATA when one cannot be read. */
int eg_compare_hash_words(const char *text, char hash[33], struct eg_error *error);

/* Such hashes of one cell: at most so many. */
struct eg_compare_hashes {
    char text[10][33];
    size_t count;
};

/* The next of them: that of text. NULL with *error filled when a file cannot be read. */
const char *eg_compare_hash(struct eg_compare_hashes *hashes, const char *text,
                            struct eg_error *error);

/* The same of a model: an ONNX file may have its numbers in others beside it, which count too. */
const char *eg_compare_hash_model(struct eg_compare_hashes *hashes, const char *path,
                                  struct eg_error *error);

#endif
