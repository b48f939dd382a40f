/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* open_memstream, strndup */
#include "tests/scratch_folder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <criterion/criterion.h>
#include <jansson.h>

#include "run/cell_key.h"

struct scratch make_scratch(void)
{
    struct scratch scratch = {"/tmp/egbench-test-XXXXXX"};
    cr_assert(mkdtemp(scratch.folder));
    return scratch;
}

void remove_scratch(const struct scratch *scratch)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", scratch->folder);
    cr_assert_eq(system(command), 0);
}

struct scratch_path find_scratch(const struct scratch *scratch, const char *name)
{
    struct scratch_path path;
    const int length = snprintf(path.text, sizeof path.text, "%s/%s", scratch->folder, name);
    cr_assert(length > 0 && (size_t)length < sizeof path.text);
    return path;
}

void write_scratch(const struct scratch *scratch, const char *name, const void *bytes, size_t size)
{
    struct scratch_path path = find_scratch(scratch, name);
    char *slash = strchr(path.text + strlen(scratch->folder) + 1, '/');
    if (slash) {
        *slash = '\0';
        mkdir(path.text, 0777);
        *slash = '/';
    }
    FILE *file = fopen(path.text, "wb");
    cr_assert(file, "%s", path.text);
    cr_assert_eq(fwrite(bytes, 1, size, file), size);
    cr_assert_eq(fclose(file), 0);
}

/* Owned by the caller (free). */
static char *check_line_alloc(const char *line, size_t length)
{
    char check[EG_KEY_SIZE];
    json_t *row = json_loadb(line, length, JSON_REJECT_DUPLICATES, NULL);
    char *text = NULL;
    if (json_object_get(row, "key") && !json_object_get(row, "check") &&
        eg_row_check(row, check, NULL) == EG_OK &&
        json_object_set_new(row, "check", json_string(check)) == 0)
        text = json_dumps(row, JSON_COMPACT | JSON_REAL_PRECISION(17));
    json_decref(row);
    return text ? text : strndup(line, length);
}

char *check_rows_alloc(const char *lines)
{
    char *all = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&all, &size);
    while (*lines) {
        const size_t length = strcspn(lines, "\n");
        char *line = check_line_alloc(lines, length);
        fputs(line, out);
        free(line);
        lines += length;
        if (*lines)
            fputc(*lines++, out);
    }
    fclose(out);
    return all;
}

void write_checked_rows(const struct scratch *scratch, const char *name, const char *lines)
{
    char *all = check_rows_alloc(lines);
    write_scratch(scratch, name, all, strlen(all));
    free(all);
}
