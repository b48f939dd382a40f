/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/input_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

int eg_input_fail(struct eg_input_reason *why, int status, const char *format, ...)
{
    va_list arguments;
    *why = (struct eg_input_reason){.status = status};
    va_start(arguments, format);
    vsnprintf(why->text, sizeof why->text, format, arguments);
    va_end(arguments);
    return -1;
}

static int fail_errno(struct eg_input_reason *why)
{
    const int reason = errno;
    eg_input_fail(why, EG_DATA, "%s",
                  reason == ENXIO ? "it is a socket or a device; a file is needed"
                                  : strerror(reason));
    why->is_absent = reason == ENOENT;
    return -1;
}

static int is_null_device(const struct stat *facts)
{
    return S_ISCHR(facts->st_mode) && facts->st_rdev == makedev(1, 3);
}

static int check_kind(const struct stat *facts, uint64_t most, int takes_pipes,
                      struct eg_input_reason *why)
{
    if (S_ISREG(facts->st_mode) && (uint64_t)facts->st_size > most)
        return eg_input_fail(why, EG_DATA, "it has %llu bytes, and at most %llu are read",
                             (unsigned long long)facts->st_size, (unsigned long long)most);
    if (S_ISREG(facts->st_mode) || is_null_device(facts) ||
        (S_ISFIFO(facts->st_mode) && takes_pipes))
        return 0;
    return eg_input_fail(why, EG_DATA, "%s",
                         S_ISFIFO(facts->st_mode)
                             ? "it is a pipe, which can be read only once; save it as a file first"
                         : S_ISDIR(facts->st_mode) ? "it is a folder; a file is needed"
                                                   : "it is a device; a file is needed");
}

int eg_input_open(const char *path, uint64_t most, int takes_pipes, struct eg_input_reason *why)
{
    struct stat facts;
    *why = (struct eg_input_reason){0};
    const int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (descriptor < 0)
        return fail_errno(why);
    int bad = fstat(descriptor, &facts) ? fail_errno(why)
                                        : check_kind(&facts, most, takes_pipes, why);
    /* Some file systems heed O_NONBLOCK on their files. */
    if (!bad && S_ISREG(facts.st_mode) && fcntl(descriptor, F_SETFL, 0))
        bad = fail_errno(why);
    if (!bad)
        return descriptor;
    close(descriptor);
    return -1;
}

FILE *eg_input_stream(const char *path, struct eg_input_reason *why)
{
    const int descriptor = eg_input_open(path, EG_INPUT_MOST, 0, why);
    FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "r");
    if (!file && descriptor >= 0) {
        eg_input_fail(why, EG_INTERNAL, "out of memory");
        close(descriptor);
    }
    return file;
}

/* All that the file has, with a zero after it; NULL with *why filled. */
static char *read_bytes(int descriptor, size_t *size, struct eg_input_reason *why)
{
    struct stat facts;
    size_t count = 0;
    if (fstat(descriptor, &facts)) {
        fail_errno(why);
        return NULL;
    }
    *size = S_ISREG(facts.st_mode) ? (size_t)facts.st_size : 0;
    char *bytes = calloc(*size + 1, 1);
    if (!bytes) {
        eg_input_fail(why, EG_INTERNAL, "out of memory for %zu bytes", *size + 1);
        return NULL;
    }
    while (count < *size) {
        const ssize_t got = read(descriptor, bytes + count, *size - count);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            if (got < 0)
                fail_errno(why);
            else
                eg_input_fail(why, EG_DATA, "it has become shorter");
            free(bytes);
            return NULL;
        }
        count += (size_t)got;
    }
    return bytes;
}

static char *read_whole(const char *path, uint64_t most, size_t *size, struct eg_input_reason *why)
{
    const int descriptor = eg_input_open(path, most, 0, why);
    if (descriptor < 0)
        return NULL;
    char *bytes = read_bytes(descriptor, size, why);
    close(descriptor);
    return bytes;
}

int eg_read_file(const char *path, uint64_t most, char **bytes, size_t *size,
                 struct eg_error *error)
{
    struct eg_input_reason why;
    *bytes = read_whole(path, most, size, &why);
    return *bytes ? EG_OK : eg_fail(error, why.status, "%s: cannot read it: %s", path, why.text);
}

json_t *eg_read_json(const char *path, struct eg_input_reason *why)
{
    size_t size;
    json_error_t fault;
    char *text = read_whole(path, EG_INPUT_MOST_JSON, &size, why);
    if (!text)
        return NULL;
    json_t *object = json_loadb(text, size, JSON_REJECT_DUPLICATES, &fault);
    free(text);
    if (json_is_object(object))
        return object;
    if (object)
        eg_input_fail(why, EG_DATA, "it is no JSON object");
    else
        eg_input_fail(why, EG_DATA, "line %d is no JSON (%.100s)", fault.line, fault.text);
    json_decref(object);
    return NULL;
}
