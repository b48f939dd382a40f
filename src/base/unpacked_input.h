/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The content of a file that may be compressed with gzip (RFC 1952) or xz, or not at all, read once from
 * beginning to end. Of a compressed one every member must be whole, with the length and CRC that its trailer
 * names, and nothing but members, or zeros that fill a block, may follow: a file that is cut short is never
 * taken for a whole one. Unpacking takes 256 MiB of memory at most.
 */
#ifndef EG_BASE_UNPACKED_INPUT_H
#define EG_BASE_UNPACKED_INPUT_H

#include <stddef.h>

#include "base/input_file.h"

struct eg_unpacked;

/* Opens a regular file of at most EG_INPUT_MOST bytes, or a pipe. NULL with *why filled. */
struct eg_unpacked *eg_unpacked_open(const char *path, struct eg_input_reason *why);

/* The next size bytes of the content; *count is less than size at its end alone. Returns 0, or -1 with
 * *why filled: the file cannot be read, what is compressed is damaged or cut short, the content has more
 * than EG_INPUT_MOST bytes, or nothing comes through the pipe (5 s without a writer, 300 s with one). */
int eg_unpacked_read(struct eg_unpacked *input, void *bytes, size_t size, size_t *count,
                     struct eg_input_reason *why);

/* input may be NULL. */
void eg_unpacked_close(struct eg_unpacked *input);

/* The content as a stream; NULL with *why filled. A read that fails sets the stream's error and fills *why, which
 * must live as long as the stream; its text is empty until then. */
FILE *eg_unpacked_stream(const char *path, struct eg_input_reason *why);

#endif
