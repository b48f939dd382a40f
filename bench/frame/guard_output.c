/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* fopencookie */
#include "bench/frame/guard_output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/page/markup.h"

struct guard {
    int descriptor;
    char begun[4]; /* a letter whose end has not come yet */
    size_t held;
};

/* 0, or -1 with errno. */
static int write_all(int descriptor, const char *bytes, size_t size)
{
    while (size > 0) {
        const ssize_t wrote = write(descriptor, bytes, size);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return -1;
        bytes += wrote;
        size -= (size_t)wrote;
    }
    return 0;
}

/* clean (size bytes) = text without what is hidden; keeps the begun letter at its end. Returns how much it is. */
static size_t clean(struct guard *guard, const char *text, size_t size, char *clean)
{
    size_t used = 0, length;
    for (; size > 0; text += length, size -= length) {
        uint32_t code;
        length = eg_read_letter(text, size, &code);
        if (length == 0) {
            memcpy(guard->begun, text, size);
            guard->held = size;
            break;
        }
        if (eg_is_hidden(code) && code != '\n' && code != '\t') {
            clean[used++] = '?';
            continue;
        }
        memcpy(clean + used, text, length);
        used += length;
    }
    return used;
}

static ssize_t write_guarded(void *cookie, const char *bytes, size_t size)
{
    struct guard *guard = cookie;
    const size_t held = guard->held;
    char *text = malloc(2 * (held + size));
    if (!text) {
        errno = ENOMEM;
        return 0;
    }
    memcpy(text, guard->begun, held);
    memcpy(text + held, bytes, size);
    guard->held = 0;
    char *cleaned = text + held + size;
    const size_t used = clean(guard, text, held + size, cleaned);
    const int failed = write_all(guard->descriptor, cleaned, used);
    free(text);
    return failed ? 0 : (ssize_t)size;
}

static int close_guard(void *cookie)
{
    free(cookie);
    return 0;
}

FILE *eg_guard_output(int descriptor)
{
    struct guard *guard = calloc(1, sizeof *guard);
    const cookie_io_functions_t functions = {.write = write_guarded, .close = close_guard};
    FILE *stream = guard ? fopencookie(guard, "w", functions) : NULL;
    if (guard)
        guard->descriptor = descriptor;
    if (!stream)
        free(guard);
    else
        setvbuf(stream, NULL, isatty(descriptor) ? _IOLBF : _IOFBF, BUFSIZ);
    return stream;
}
