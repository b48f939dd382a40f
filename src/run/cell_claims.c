/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* F_OFD_SETLK */
#include "run/cell_claims.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct eg_cell_claims eg_cell_claims_open(const char *path)
{
    return (struct eg_cell_claims){open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0666)};
}

int eg_cell_claims_are_of(const struct eg_cell_claims *claims, const char *path)
{
    struct stat own, there;
    return claims->descriptor >= 0 && fstat(claims->descriptor, &own) == 0 &&
           stat(path, &there) == 0 && own.st_dev == there.st_dev && own.st_ino == there.st_ino;
}

/* The byte of a cell: 60 bits of its key, which any file system takes for an offset. Two cells with the same byte
 * only wait for each other. */
static int set_lock(const struct eg_cell_claims *claims, const char *key, short type)
{
    char digits[16];
    snprintf(digits, sizeof digits, "%s", key);
    struct flock lock = {.l_type = type,
                         .l_whence = SEEK_SET,
                         .l_start = (off_t)strtoull(digits, NULL, 16),
                         .l_len = 1};
    return fcntl(claims->descriptor, F_OFD_SETLK, &lock);
}

int eg_cell_claims_take(const struct eg_cell_claims *claims, const char *key)
{
    return claims->descriptor < 0 || set_lock(claims, key, F_WRLCK) == 0 ||
           (errno != EAGAIN && errno != EACCES);
}

void eg_cell_claims_release(const struct eg_cell_claims *claims, const char *key)
{
    if (claims->descriptor >= 0)
        set_lock(claims, key, F_UNLCK);
}

void eg_cell_claims_close(struct eg_cell_claims *claims)
{
    if (claims->descriptor >= 0)
        close(claims->descriptor);
    claims->descriptor = -1;
}
