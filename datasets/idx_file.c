/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "datasets/idx_file.h"

#include <stdio.h>
#include <stdlib.h>

#define DIMENSIONS 4
#define UNSIGNED_BYTE 8

struct shape_text {
    char text[96];
};

static struct shape_text print_shape(size_t ndim, const size_t *shape)
{
    struct shape_text result = {""};
    size_t used = 0;
    for (size_t i = 0; i < ndim && used < sizeof result.text; i++)
        used += (size_t)snprintf(result.text + used, sizeof result.text - used, "%s%zu",
                                 i ? " x " : "", shape[i]);
    return result;
}

/* Steps over magic number and dimensions, which must be the wanted ones. */
static int check_header(struct eg_packed_file *file, size_t ndim, const size_t *shape,
                        struct eg_error *error)
{
    const char *path = eg_packed_path(file);
    uint8_t magic[4], bytes[4 * DIMENSIONS];
    size_t count, found[DIMENSIONS];
    int status = eg_packed_read(file, magic, sizeof magic, &count, error);
    if (status)
        return status;
    if (count < sizeof magic || magic[0] != 0 || magic[1] != 0 || magic[3] == 0)
        return eg_fail(error, EG_DATA, "%s: not an IDX file; put the right one in its place", path);
    if (magic[2] != UNSIGNED_BYTE)
        return eg_fail(error, EG_DATA,
                       "%s: IDX elements of type 0x%02x; unsigned bytes (0x08) are needed: put the "
                       "right file in its place",
                       path, magic[2]);
    if (magic[3] != ndim)
        return eg_fail(error, EG_DATA,
                       "%s: an array of %d dimensions where %zu are needed (%s); put "
                       "the right file in its place",
                       path, magic[3], ndim, print_shape(ndim, shape).text);
    status = eg_packed_read(file, bytes, 4 * ndim, &count, error);
    if (status)
        return status;
    if (count < 4 * ndim)
        return eg_fail(error, EG_DATA, "%s: the IDX header is cut short; copy the file again",
                       path);
    int same = 1;
    for (size_t i = 0; i < ndim; i++) {
        const uint8_t *b = bytes + 4 * i;
        found[i] = (size_t)b[0] << 24 | (size_t)b[1] << 16 | (size_t)b[2] << 8 | b[3];
        same &= found[i] == shape[i];
    }
    return same ? EG_OK
                : eg_fail(error, EG_DATA,
                          "%s: an array of %s where %s is needed; put the right file in its place",
                          path, print_shape(ndim, found).text, print_shape(ndim, shape).text);
}

static int read_elements(struct eg_packed_file *file, size_t size, uint8_t *data,
                         struct eg_error *error)
{
    uint8_t further;
    size_t count, more;
    int status = eg_packed_read(file, data, size, &count, error);
    if (status == EG_OK && count < size)
        return eg_fail(error, EG_DATA,
                       "%s: %zu bytes of data where the header asks for %zu; the file is cut "
                       "short, copy it again",
                       eg_packed_path(file), count, size);
    if (status == EG_OK)
        status = eg_packed_read(file, &further, 1, &more, error);
    if (status == EG_OK && more)
        return eg_fail(error, EG_DATA,
                       "%s: bytes after the %zu of data that the header asks for; the file is "
                       "damaged, copy it again",
                       eg_packed_path(file), size);
    return status;
}

int eg_idx_read(const char *path, size_t ndim, const size_t *shape, uint8_t **data,
                struct eg_sha256 *digest, struct eg_error *error)
{
    struct eg_packed_file *file;
    size_t size = 1;
    *data = NULL;
    if (ndim < 1 || ndim > DIMENSIONS)
        return eg_fail(error, EG_INTERNAL, "%s: %zu dimensions asked for; 1 to %d can be read",
                       path, ndim, DIMENSIONS);
    for (size_t i = 0; i < ndim; i++)
        if (__builtin_mul_overflow(size, shape[i], &size))
            return eg_fail(error, EG_INTERNAL, "%s: the shape asked for is too large", path);
    int status = eg_packed_open(path, &file, error);
    if (status)
        return status;
    status = check_header(file, ndim, shape, error);
    if (status == EG_OK && !(*data = eg_alloc(size, 1, error)))
        status = EG_INTERNAL;
    if (status == EG_OK)
        status = read_elements(file, size, *data, error);
    if (status == EG_OK) {
        *digest = eg_packed_digest(file);
    } else {
        free(*data);
        *data = NULL;
    }
    eg_packed_close(file);
    return status;
}
