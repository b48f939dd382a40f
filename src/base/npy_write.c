/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How NPY files are written (base/npy.h). */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/npy.h"

/* Version 1.0; returns the length, a multiple of 64. */
static size_t format_header(const struct eg_npy *array, enum eg_npy_type type, char header[256])
{
    char shape[80] = "";
    size_t used = 0;
    for (int i = 0; i < array->ndim; i++)
        used += (size_t)snprintf(shape + used, sizeof shape - used, "%s%zu%s", i ? " " : "",
                                 array->shape[i], i + 1 < array->ndim || i == 0 ? "," : "");
    memcpy(header, "\x93NUMPY\x01\x00", 8);
    const size_t end = 10 +
                       (size_t)snprintf(header + 10, 246,
                                        "{'descr': '<%s', 'fortran_order': False, 'shape': (%s), }",
                                        type == EG_NPY_F4 ? "f4" : "f8", shape);
    const size_t length = (end + 1 + 63) / 64 * 64;
    memset(header + end, ' ', length - end - 1);
    header[length - 1] = '\n';
    header[8] = (char)((length - 10) & 0xff);
    header[9] = (char)((length - 10) >> 8);
    return length;
}

static int write_elements(FILE *file, const struct eg_npy *array, enum eg_npy_type type)
{
    const size_t count = eg_npy_count(array);
    if (type == EG_NPY_F8)
        return fwrite(array->data, sizeof *array->data, count, file) == count;
    for (size_t i = 0; i < count; i++) {
        const float element = (float)array->data[i];
        if (fwrite(&element, sizeof element, 1, file) != 1)
            return 0;
    }
    return 1;
}

int eg_npy_write(const char *path, const struct eg_npy *array, enum eg_npy_type type,
                 struct eg_error *error)
{
    char header[256], temporary[4096];
    const size_t length = format_header(array, type, header);
    const int needed = snprintf(temporary, sizeof temporary, "%s.%ld.tmp", path, (long)getpid());
    if (needed < 0 || (size_t)needed >= sizeof temporary)
        return eg_fail(error, EG_DATA, "%s: the path is too long", path);
    FILE *file = fopen(temporary, "wb");
    int fine = file && fwrite(header, 1, length, file) == length &&
               write_elements(file, array, type);
    int why = errno;
    if (file && fclose(file) && fine) {
        fine = 0;
        why = errno;
    }
    if (fine && rename(temporary, path)) {
        fine = 0;
        why = errno;
    }
    if (fine)
        return EG_OK;
    if (file)
        remove(temporary);
    return eg_fail(error, EG_DATA, "%s: cannot write it: %s", path, strerror(why));
}
