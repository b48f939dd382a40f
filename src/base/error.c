/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/error.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int eg_fail(struct eg_error *error, int status, const char *format, ...)
{
    if (error) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(error->message, sizeof error->message, format, arguments);
        va_end(arguments);
        error->status = status;
    }
    return status;
}

void *eg_alloc(size_t count, size_t size, struct eg_error *error)
{
    const size_t alignment = 64;
    void *block = NULL;
    if (size == 0 || count <= (SIZE_MAX - alignment) / size) {
        const size_t bytes = (count * size + alignment) / alignment * alignment;
        block = aligned_alloc(alignment, bytes);
        if (block)
            memset(block, 0, bytes);
    }
    if (!block)
        eg_fail(error, EG_INTERNAL, "out of memory: %zu elements of %zu bytes", count, size);
    return block;
}
