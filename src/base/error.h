/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the library reports failure. A function that can fail returns an
 * enum eg_status as int, 0 when all is well, and fills *error with one line
 * that names the thing, the value and the fix. The library neither prints nor
 * exits; programs print the line and exit with the status.
 */
#ifndef EG_BASE_ERROR_H
#define EG_BASE_ERROR_H

#include <stddef.h>

/* The numbers are the programs' exit codes. */
enum eg_status {
    EG_OK = 0,
    EG_CLAIM_FAILED =
        1,           /* a claim failed or a drift was found, where the user asked to fail then */
    EG_USAGE = 2,    /* the command line is wrong */
    EG_DATA = 3,     /* a file or folder is missing, malformed or not writable */
    EG_INTERNAL = 4, /* out of memory, or a bug */
    EG_INTERRUPTED = 130 /* SIGINT or SIGTERM: what was finished is kept */
};

struct eg_error {
    int status;
    char message[1024];
};

/* Fills *error (which may be NULL) and returns status, so that `return eg_fail(...)` reads well. */
__attribute__((format(printf, 3, 4))) int eg_fail(struct eg_error *error, int status,
                                                  const char *format, ...);

/* malloc of count * size bytes, zeroed and aligned to 64 bytes; NULL with *error filled when the
 * product overflows or memory is short. Release with free(). */
void *eg_alloc(size_t count, size_t size, struct eg_error *error);

#endif
