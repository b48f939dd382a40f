/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file that is there whole or not at all: written under a name of its own and
 * renamed when all of it is on the disk.
 */
#ifndef EG_BENCH_OUTPUT_FILE_H
#define EG_BENCH_OUTPUT_FILE_H

#include <stdio.h>

#include "base/error.h"

struct eg_output {
    FILE *stream;
    char *path, *temporary; /* owned */
};

/* Begins folder/name; makes the folder. EG_DATA naming the file and the fix. */
int eg_output_open(struct eg_output *output, const char *folder, const char *name,
                   struct eg_error *error);

/* Ends it: with status EG_OK the file takes its name, or EG_DATA when it could not be written in
 * full; with any other status it is dropped and that status returned. */
int eg_output_close(struct eg_output *output, int status, struct eg_error *error);

#endif
