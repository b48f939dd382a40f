/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "datasets/cifar_file.h"

#define PLANE (EG_CIFAR_SIDE * EG_CIFAR_SIDE)
#define RECORD (1 + EG_CIFAR_SIZE)

static void put_channels_last(const uint8_t *planes, uint8_t *pixels)
{
    for (size_t i = 0; i < PLANE; i++)
        for (size_t c = 0; c < EG_CIFAR_CHANNELS; c++)
            pixels[i * EG_CIFAR_CHANNELS + c] = planes[c * PLANE + i];
}

static int read_records(struct eg_packed_file *file, size_t room, uint8_t *pixels, uint8_t *labels,
                        size_t *count, struct eg_error *error)
{
    const char *path = eg_packed_path(file);
    uint8_t record[RECORD];
    for (*count = 0;; ++*count) {
        size_t got;
        const int status = eg_packed_read(file, record, sizeof record, &got, error);
        if (status)
            return status;
        if (got == 0)
            break;
        if (*count == room)
            return eg_fail(error, EG_DATA, "%s: more than the %zu images that it should hold", path,
                           room);
        if (got < sizeof record)
            return eg_fail(error, EG_DATA,
                           "%s: %zu bytes after %zu whole images of %d bytes; the file is cut "
                           "short or no CIFAR-10 file",
                           path, got, *count, RECORD);
        if (record[0] >= EG_CIFAR_CLASSES)
            return eg_fail(error, EG_DATA,
                           "%s: label %d of image %zu (from 0), where 0 to 9 are known; this is no "
                           "CIFAR-10 file",
                           path, record[0], *count);
        labels[*count] = record[0];
        put_channels_last(record + 1, pixels + *count * EG_CIFAR_SIZE);
    }
    return *count ? EG_OK : eg_fail(error, EG_DATA, "%s: the file is empty; copy it again", path);
}

int eg_cifar_read(const char *path, size_t room, uint8_t *pixels, uint8_t *labels, size_t *count,
                  struct eg_sha256 *digest, struct eg_error *error)
{
    struct eg_packed_file *file;
    *count = 0;
    int status = eg_packed_open(path, &file, error);
    if (status)
        return status;
    status = read_records(file, room, pixels, labels, count, error);
    if (status == EG_OK)
        *digest = eg_packed_digest(file);
    eg_packed_close(file);
    return status;
}
