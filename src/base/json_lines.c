/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json_lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

int eg_json_lines_read(FILE *file, const char *name, const struct eg_line_visitor *visitor,
                       struct eg_error *error)
{
    char *text = NULL;
    size_t capacity = 0, line = 0;
    int status = EG_OK;
    while (status == EG_OK) {
        errno = 0;
        const ssize_t got = getline(&text, &capacity, file);
        if (got < 0)
            break;
        const int torn = text[got - 1] != '\n';
        status = visit_line(text, (size_t)got - !torn, torn, ++line, visitor, error);
    }
    const int reason = errno;
    free(text);
    if (status == EG_OK && reason == ENOMEM)
        return eg_fail(error, EG_INTERNAL, "%s: line %zu: out of memory", name, line + 1);
    if (status == EG_OK && ferror(file))
        return eg_fail(error, EG_DATA, "cannot read %s: %s; check the disk and its permissions",
                       name, strerror(reason));
    return status;
}
