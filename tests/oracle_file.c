/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/oracle_file.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

/* Opens NAME.npy (format 1.0, little-endian, C order) behind its header. header: 256 bytes. */
static FILE *open_oracle(const char *name, char *path, size_t path_size, char *header)
{
    const char *folder = getenv("EGBENCH_ORACLE_DIR");
    snprintf(path, path_size, "%s/%s.npy", folder && *folder ? folder : "tests/oracle", name);
    FILE *file = fopen(path, "rb");
    cr_assert(file, "%s: cannot be opened; run from the top of the repository or set "
                    "EGBENCH_ORACLE_DIR", path);
    unsigned char start[10];
    cr_assert(fread(start, sizeof start, 1, file) == 1 && !memcmp(start, "\x93NUMPY\x01", 7),
              "%s: not an NPY file of format 1", path);
    const size_t length = start[8] + 256u * start[9];
    cr_assert(length < 256 && fread(header, length, 1, file) == 1, "%s: broken header", path);
    header[length] = '\0';
    return file;
}

static void read_shape(const char *header, const char *path, size_t *rows, size_t *cols)
{
    const char *shape = strstr(header, "'shape': (");
    cr_assert(shape && strstr(header, "'fortran_order': False"), "%s: broken header", path);
    char *next;
    *rows = *cols = 1;
    shape += strlen("'shape': (");
    for (int axis = 0; *shape && *shape != ')'; axis++, shape = next + strspn(next, ", ")) {
        const size_t extent = strtoul(shape, &next, 10);
        cr_assert(next != shape, "%s: broken shape", path);
        *(axis ? cols : rows) *= extent;
    }
}

static double convert(const unsigned char *bytes, const char *type)
{
    double number;
    int64_t whole;
    uint32_t word;
    switch (*type) {
    case 'f':
        memcpy(&number, bytes, sizeof number);
        return number;
    case 'i':
        memcpy(&whole, bytes, sizeof whole);
        return (double)whole;
    default:
        memcpy(&word, bytes, sizeof word);
        return word;
    }
}

double *read_oracle(const char *name, size_t *rows, size_t *cols)
{
    char path[1024], header[256];
    FILE *file = open_oracle(name, path, sizeof path, header);
    size_t height, width;
    read_shape(header, path, &height, &width);
    const char *descr = strstr(header, "'descr': '<");
    cr_assert(descr, "%s: not little-endian", path);
    const char *type = descr + strlen("'descr': '<");
    cr_assert(!strncmp(type, "f8", 2) || !strncmp(type, "i8", 2) || !strncmp(type, "u4", 2),
              "%s: element type %.2s is neither f8, i8 nor u4", path, type);
    const size_t size = (size_t)(type[1] - '0'), count = height * width;
    unsigned char *bytes = malloc(count * size + 1);
    double *numbers = malloc((count + 1) * sizeof *numbers);
    cr_assert(bytes && numbers, "%s: out of memory", path);
    cr_assert(fread(bytes, size, count, file) == count, "%s: ends too early", path);
    fclose(file);
    for (size_t i = 0; i < count; i++)
        numbers[i] = convert(bytes + i * size, type);
    free(bytes);
    if (rows)
        *rows = height;
    if (cols)
        *cols = width;
    return numbers;
}
