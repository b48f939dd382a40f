/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copies lines from standard input to standard output, rows among them with the check they should have. */
#define _GNU_SOURCE /* getline */
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "run/cell_key.h"

int main(void)
{
    char *line = NULL, check[EG_KEY_SIZE];
    size_t size = 0;
    while (getline(&line, &size, stdin) > 0) {
        json_t *row = json_loads(line, 0, NULL);
        if (!json_object_get(row, "key"))
            fputs(line, stdout);
        else if (eg_row_check(row, check, NULL) ||
                 json_object_set_new(row, "check", json_string(check)) ||
                 json_dumpf(row, stdout, JSON_COMPACT | JSON_REAL_PRECISION(17)) ||
                 putchar('\n') == EOF)
            return 4;
        json_decref(row);
    }
    free(line);
    return 0;
}
