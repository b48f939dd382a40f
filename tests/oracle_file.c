/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/oracle_file.h"

#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "base/npy.h"

double *read_oracle(const char *name, size_t *rows, size_t *cols)
{
    const char *folder = getenv("EGBENCH_ORACLE_DIR");
    char path[1024];
    snprintf(path, sizeof path, "%s/%s.npy", folder && *folder ? folder : "tests/oracle", name);
    struct eg_npy array;
    struct eg_error error = {0};
    cr_assert_eq(eg_npy_read(path, &array, &error), EG_OK,
                 "%s; run from the top of the repository or set EGBENCH_ORACLE_DIR", error.message);
    const size_t height = array.ndim > 0 ? array.shape[0] : 1;
    if (rows)
        *rows = height;
    if (cols)
        *cols = height ? eg_npy_count(&array) / height : 0;
    return array.data;
}
