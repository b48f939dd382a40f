/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files that are read. All of them are opened here: without waiting for anybody, and looked at before
 * a byte is read, so that a pipe nobody writes to, a device, a folder or a file that never ends is a line
 * of error and not a program that hangs or takes all memory. /dev/null is an empty file.
 */
#ifndef EG_BASE_INPUT_FILE_H
#define EG_BASE_INPUT_FILE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

#include "base/error.h"

/* Bytes: the largest file that is read, the most that comes out of a gzipped one, and the longest file
 * that is one JSON object. */
#define EG_INPUT_MOST ((uint64_t)4 << 30)
#define EG_INPUT_MOST_JSON ((uint64_t)16 << 20)

/* Why a file cannot be read: the end of a message that names it. */
struct eg_input_reason {
    int status;    /* EG_DATA; EG_INTERNAL: memory is short */
    int is_absent; /* there is no such file */
    char text[160];
};

/* Fills *why; returns -1. */
__attribute__((format(printf, 3, 4))) int eg_input_fail(struct eg_input_reason *why, int status,
                                                        const char *format, ...);

/* A descriptor for reading a regular file of at most `most` bytes; the caller closes it. With
 * takes_pipes also a pipe, which is then read without blocking (base/unpacked_input.h does). -1 with *why
 * filled when there is none, or it is something else. */
int eg_input_open(const char *path, uint64_t most, int takes_pipes, struct eg_input_reason *why);

/* The same of a regular file of at most EG_INPUT_MOST bytes, as a stream. NULL with *why filled. */
FILE *eg_input_stream(const char *path, struct eg_input_reason *why);

/* *bytes: those of a regular file, with a zero after them that *size does not count; the caller frees
 * them, NULL on failure. EG_DATA when the file cannot be read or has more than `most` bytes, which is
 * told before memory is taken; EG_INTERNAL when memory is short. */
int eg_read_file(const char *path, uint64_t most, char **bytes, size_t *size,
                 struct eg_error *error);

/* The one JSON object in the file, each name in it once; NULL with *why filled when there is none. */
json_t *eg_read_json(const char *path, struct eg_input_reason *why);

#endif
