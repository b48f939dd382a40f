/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memrchr */
#include "base/json_lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LONGEST_LINE = 1 << 26 };

/* One line without its end; torn: it had none. */
static int visit_line(const char *text, size_t length, int torn, size_t line,
                      const struct eg_line_visitor *visitor, struct eg_error *error)
{
    json_error_t why;
    size_t blanks = 0;
    while (blanks < length && memchr(" \t\r", text[blanks], 3))
        blanks++;
    if (blanks == length)
        return EG_OK;
    json_t *object = json_loadb(text, length, JSON_REJECT_DUPLICATES, &why);
    if (!json_is_object(object)) {
        visitor->fault(visitor->context, torn ? EG_LINE_TORN : EG_LINE_MALFORMED, line,
                       object ? "not a JSON object" : why.text);
        json_decref(object);
        return EG_OK;
    }
    const int status = visitor->object(visitor->context, object, line, error);
    json_decref(object);
    return status;
}

struct line {
    char *text;
    size_t length, capacity;
    int is_ended, is_too_long; /* too long: only its beginning is kept */
};

/* 1: a line; 0: the end, or a read error; -1: out of memory. */
static int read_line(FILE *file, struct line *line)
{
    int byte = 0;
    line->length = 0;
    line->is_ended = line->is_too_long = 0;
    flockfile(file);
    while (!line->is_ended && (byte = getc_unlocked(file)) != EOF) {
        line->is_ended = byte == '\n';
        line->is_too_long |= line->length == LONGEST_LINE;
        if (line->is_ended || line->is_too_long)
            continue;
        if (line->length == line->capacity) {
            const size_t capacity = line->capacity ? 2 * line->capacity : 4096;
            char *text = realloc(line->text, capacity);
            if (!text)
                break;
            line->text = text;
            line->capacity = capacity;
        }
        line->text[line->length++] = (char)byte;
    }
    funlockfile(file);
    if (!line->is_ended && byte != EOF)
        return -1;
    return line->is_ended || line->length > 0;
}

int eg_json_lines_read(FILE *file, const char *name, const struct eg_line_visitor *visitor,
                       struct eg_error *error)
{
    struct line line = {0};
    size_t number = 0;
    int status = EG_OK, got = 1;
    while (status == EG_OK) {
        errno = 0;
        got = read_line(file, &line);
        if (got <= 0 || (!line.is_ended && ferror(file))) /* what was read of it says nothing */
            break;
        number++;
        if (line.is_too_long)
            visitor->fault(visitor->context, EG_LINE_MALFORMED, number, "the line is too long");
        else
            status = visit_line(line.text ? line.text : "", line.length, !line.is_ended, number,
                                visitor, error);
    }
    const int reason = errno;
    free(line.text);
    if (got < 0)
        return eg_fail(error, EG_INTERNAL, "%s: line %zu: out of memory", name, number + 1);
    if (status == EG_OK && ferror(file))
        return eg_fail(error, EG_DATA, "cannot read %s: %s; check the disk and its permissions",
                       name, strerror(reason));
    return status;
}

int eg_last_line_end(int descriptor, off_t size, off_t *end)
{
    char block[4096];
    *end = size;
    for (off_t rest = size; rest > 0;) {
        const size_t length = rest < (off_t)sizeof block ? (size_t)rest : sizeof block;
        errno = 0;
        if (pread(descriptor, block, length, rest - (off_t)length) != (ssize_t)length)
            return errno ? errno : EIO;
        const char *newline = memrchr(block, '\n', length);
        rest -= (off_t)length;
        *end = newline ? rest + (newline - block) + 1 : rest;
        if (newline)
            break;
    }
    return 0;
}
