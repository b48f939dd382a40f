/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder of a test's own, for files that the code under test reads. */
#ifndef EG_TESTS_SCRATCH_FOLDER_H
#define EG_TESTS_SCRATCH_FOLDER_H

#include <stddef.h>

struct scratch {
    char folder[64];
};

struct scratch_path {
    char text[256];
};

struct scratch make_scratch(void);
void remove_scratch(const struct scratch *scratch);

struct scratch_path find_scratch(const struct scratch *scratch, const char *name);

/* Writes size bytes into the file of that name, which may lie in one folder more ("folder/file"). */
void write_scratch(const struct scratch *scratch, const char *name, const void *bytes, size_t size);

/* Changes one byte of that file in place: fast enough for every bit of it in turn. */
void set_scratch_byte(const struct scratch *scratch, const char *name, size_t place, int byte);

/* JSON Lines with the checks that stored lines need (src/run/seal.h); free it. */
char *seal_text_alloc(const char *text);

/* Writes them. */
void write_lines(const struct scratch *scratch, const char *name, const char *text);

#endif
