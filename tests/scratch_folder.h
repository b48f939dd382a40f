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

/* The lines, each row among them with the check it should have where it has none; others as they are. Owned
 * by the caller (free). */
char *check_rows_alloc(const char *lines);

/* Writes such lines into the file of that name. */
void write_checked_rows(const struct scratch *scratch, const char *name, const char *lines);

#endif
