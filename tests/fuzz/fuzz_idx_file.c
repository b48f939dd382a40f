/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as an IDX file, gzipped or not: the array of the shape that was asked for, or one line
 * of error. */
#define _GNU_SOURCE /* memfd_create */
#include "datasets/idx_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* Whether the array is asked for with so many dimensions. A packed file hides its header, so with any; else with
 * those that the header has and one more: opening the file for the others takes most of the time. */
static int is_asked_for(const uint8_t *bytes, size_t size, size_t ndim)
{
    const int is_packed = size && (bytes[0] == 0x1f || bytes[0] == 0xfd);
    const size_t own = size > 3 ? bytes[3] : 1;
    return is_packed || ndim == own || ndim == 1 + own % 4;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const size_t shapes[][4] = {{5}, {2, 3}, {3, 2, 2}, {1, 2, 2, 3}};
    static const size_t counts[] = {5, 6, 12, 12};
    char path[64];
    const int file = memfd_create("fuzz", 0);
    if (file < 0 || write(file, bytes, size) != (ssize_t)size)
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    for (size_t ndim = 1; ndim <= 4; ndim++) {
        if (!is_asked_for(bytes, size, ndim))
            continue;
        struct eg_error error = {0};
        struct eg_sha256 digest;
        uint8_t *data;
        const int status = eg_idx_read(path, ndim, shapes[ndim - 1], &data, &digest, &error);
        if (status != EG_OK && (data || !*error.message || strchr(error.message, '\n')))
            __builtin_trap();
        /* What is not gzipped is read as it stands. */
        const size_t header = 4 + 4 * ndim, count = counts[ndim - 1];
        if (status == EG_OK && size && bytes[0] == 0 &&
            (size != header + count || memcmp(data, bytes + header, count) != 0 ||
             strlen(digest.text) != 64))
            __builtin_trap();
        free(data);
    }
    close(file);
    return 0;
}
