/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a file of JSON Lines: each line that is not blank is an object or a fault, in order. */
#include "base/json_lines.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

struct heard {
    size_t lines, last_line, torn;
};

static void hear(struct heard *heard, size_t line)
{
    if (line <= heard->last_line || heard->torn)
        __builtin_trap();
    heard->lines++;
    heard->last_line = line;
}

static int on_object(void *context, json_t *object, size_t line, struct eg_error *error)
{
    (void)error;
    if (!json_is_object(object))
        __builtin_trap();
    hear(context, line);
    return EG_OK;
}

static void on_fault(void *context, enum eg_line_fault fault, size_t line, const char *why)
{
    struct heard *heard = context;
    if (!*why)
        __builtin_trap();
    hear(heard, line);
    heard->torn = fault == EG_LINE_TORN;
}

static size_t count_filled_lines(const uint8_t *bytes, size_t size)
{
    size_t lines = 0;
    int filled = 0;
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == '\n')
            filled = 0;
        else if (!filled && !memchr(" \t\r", bytes[i], 3)) {
            filled = 1;
            lines++;
        }
    }
    return lines;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct heard heard = {0};
    struct eg_error error = {0};
    const struct eg_line_visitor visitor = {on_object, on_fault, &heard};
    FILE *file = size ? fmemopen((void *)bytes, size, "r") : NULL;
    if (!file)
        return 0;
    if (eg_json_lines_read(file, "fuzz.jsonl", &visitor, &error) ||
        heard.lines != count_filled_lines(bytes, size) || (heard.torn && bytes[size - 1] == '\n'))
        __builtin_trap();
    fclose(file);
    return 0;
}
