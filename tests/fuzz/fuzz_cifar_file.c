/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a file of CIFAR-10, gzipped or not: at most as many images as there is room for,
 * with labels up to 9, or one line of error. */
#define _GNU_SOURCE /* memfd_create */
#include "datasets/cifar_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    enum { ROOM = 2 };
    char path[64];
    struct eg_error error = {0};
    struct eg_sha256 digest;
    size_t count;
    uint8_t *pixels = malloc(ROOM * EG_CIFAR_SIZE), *labels = malloc(ROOM);
    const int file = memfd_create("fuzz", 0);
    if (!pixels || !labels || file < 0 || write(file, bytes, size) != (ssize_t)size)
        abort();
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    const int status = eg_cifar_read(path, ROOM, pixels, labels, &count, &digest, &error);
    if (status != EG_OK && (!*error.message || strchr(error.message, '\n')))
        __builtin_trap();
    if (status == EG_OK && (count < 1 || count > ROOM || strlen(digest.text) != 64))
        __builtin_trap();
    for (size_t i = 0; status == EG_OK && i < count; i++)
        if (labels[i] >= EG_CIFAR_CLASSES)
            __builtin_trap();
    /* A first byte that is a label is no beginning of a gzipped file. */
    if (status == EG_OK && bytes[0] < EG_CIFAR_CLASSES &&
        (size != count * (1 + EG_CIFAR_SIZE) || labels[0] != bytes[0] || pixels[1] != bytes[1025]))
        __builtin_trap();
    close(file);
    free(pixels);
    free(labels);
    return 0;
}
