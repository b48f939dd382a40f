/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/whole_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static int fail(const char *path, const char *why, struct eg_error *error)
{
    return eg_fail(error, EG_DATA, "%s: cannot read it: %s", path, why);
}

static int read_bytes(const char *path, FILE *file, char **bytes, size_t *size,
                      struct eg_error *error)
{
    struct stat facts;
    if (fstat(fileno(file), &facts))
        return fail(path, strerror(errno), error);
    if (!S_ISREG(facts.st_mode))
        return fail(path, "not a regular file", error);
    *size = (size_t)facts.st_size;
    *bytes = eg_alloc(*size + 1, 1, error);
    if (!*bytes)
        return EG_INTERNAL;
    if (fread(*bytes, 1, *size, file) == *size)
        return EG_OK;
    free(*bytes);
    *bytes = NULL;
    return fail(path, ferror(file) ? strerror(errno) : "it has become shorter", error);
}

int eg_read_file(const char *path, char **bytes, size_t *size, struct eg_error *error)
{
    FILE *file = fopen(path, "rbe");
    *bytes = NULL;
    if (!file)
        return fail(path, strerror(errno), error);
    const int status = read_bytes(path, file, bytes, size, error);
    fclose(file);
    return status;
}
