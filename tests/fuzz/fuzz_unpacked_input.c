/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a file that may be compressed: its content does not depend on how it is asked for. */
#define _GNU_SOURCE /* memfd_create */
#include "base/unpacked_input.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { MOST = 1 << 18 }; /* of the content that is looked at */

struct content {
    size_t size;
    int failed;
    uint8_t bytes[MOST];
};

static void read_in_pieces(const char *path, size_t piece, struct content *content)
{
    struct eg_input_reason why = {0};
    struct eg_unpacked *input = eg_unpacked_open(path, &why);
    if (!input)
        __builtin_trap();
    size_t got = piece;
    content->size = 0; /* what lies beyond is not looked at */
    content->failed = 0;
    while (got == piece && !content->failed && content->size + piece <= MOST) {
        content->failed = eg_unpacked_read(input, content->bytes + content->size, piece, &got,
                                           &why) != 0;
        if (got > piece || (content->failed && !*why.text))
            __builtin_trap();
        content->size += got;
    }
    eg_unpacked_close(input);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static struct content large, small;
    char path[64];
    const int file = memfd_create("fuzz", MFD_CLOEXEC);
    if (file < 0 || write(file, bytes, size) != (ssize_t)size)
        return 0;
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    read_in_pieces(path, 1 << 16, &large);
    read_in_pieces(path, 1 + size % 61, &small);
    const size_t both = large.size < small.size ? large.size : small.size;
    if (memcmp(large.bytes, small.bytes, both) != 0 ||
        (large.failed != small.failed && large.size < MOST / 2))
        __builtin_trap();
    if (!large.failed && large.size < MOST / 2 && large.size != small.size)
        __builtin_trap();
    close(file);
    return 0;
}
