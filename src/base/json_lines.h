/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * JSON Lines: one JSON object a line. Reading survives whatever a crash or an
 * editor left behind: bad lines are told of and passed over.
 */
#ifndef EG_BASE_JSON_LINES_H
#define EG_BASE_JSON_LINES_H

#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

#include <jansson.h>

#include "base/error.h"

enum eg_line_fault {
    EG_LINE_MALFORMED, /* not one JSON object */
    EG_LINE_TORN       /* the last line, not ended and not one JSON object: a writer was killed */
};

struct eg_line_visitor {
    /* A good line; object is the visitor's for the call only. What is not EG_OK ends the reading. */
    int (*object)(void *context, json_t *object, size_t line, struct eg_error *error);
    /* A bad line, and why. */
    void (*fault)(void *context, enum eg_line_fault fault, size_t line, const char *why);
    void *context;
};

/* Reads the lines of file from where it stands; lines count from 1, blank ones are passed over, and
 * one of more than 64 MiB is malformed.
 * EG_DATA on a read error (named by name), EG_INTERNAL out of memory, or what the visitor returned. */
int eg_json_lines_read(FILE *file, const char *name, const struct eg_line_visitor *visitor,
                       struct eg_error *error);

/* *end: where the last line of the first size bytes that is ended ends; less than size where a writer was
 * killed, or is at work. 0, or errno. */
int eg_last_line_end(int descriptor, off_t size, off_t *end);

#endif
