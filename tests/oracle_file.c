/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memmem */
#include "tests/oracle_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "base/npy.h"

static size_t read_bytes(const char *path, char **bytes)
{
    FILE *file = fopen(path, "rb");
    cr_assert_not_null(file,
                       "cannot read %s; run from the top of the repository or set "
                       "EGBENCH_ORACLE_DIR",
                       path);
    fseek(file, 0, SEEK_END);
    const size_t size = (size_t)ftell(file);
    rewind(file);
    *bytes = malloc(size + 1);
    cr_assert(*bytes && fread(*bytes, 1, size, file) == size, "%s", path);
    (*bytes)[size] = 0;
    fclose(file);
    return size;
}

/* Writes (n, C, H, W) in a header as (n, C*H*W): eg_npy_parse takes three dimensions at most. The
 * product is never longer than its factors and the commas between them. */
static void run_together(char *bytes, size_t size)
{
    char *shape = memmem(bytes, size, "'shape': (", 10), *cursor, text[64];
    size_t first, rest = 1, more = 0;
    if (!shape)
        return;
    first = strtoul(shape + 10, &cursor, 10);
    for (; *cursor == ',' && cursor[1] == ' '; more++)
        rest *= strtoul(cursor + 1, &cursor, 10);
    if (*cursor != ')' || more < 3)
        return;
    const int length = snprintf(text, sizeof text, "%zu, %zu", first, rest);
    memset(shape + 10, ' ', (size_t)(cursor - shape) - 10);
    memcpy(shape + 10, text, (size_t)length);
}

void find_oracle(const char *name, char *path, size_t size)
{
    const char *folder = getenv("EGBENCH_ORACLE_DIR");
    snprintf(path, size, "%s/%s", folder && *folder ? folder : "tests/oracle", name);
}

double *read_oracle(const char *name, size_t *rows, size_t *cols)
{
    char file[512], path[1024];
    snprintf(file, sizeof file, "%s.npy", name);
    find_oracle(file, path, sizeof path);
    struct eg_npy array;
    struct eg_error error = {0};
    char *bytes;
    const size_t size = read_bytes(path, &bytes);
    run_together(bytes, size);
    cr_assert_eq(eg_npy_parse(path, bytes, size, &array, &error), EG_OK, "%s", error.message);
    free(bytes);
    const size_t height = array.ndim > 0 ? array.shape[0] : 1;
    if (rows)
        *rows = height;
    if (cols)
        *cols = height ? eg_npy_count(&array) / height : 0;
    return array.data;
}
