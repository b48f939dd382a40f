/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/log_tail.h"

#include <stdio.h>
#include <string.h>

#include "base/input_file.h"

/* How much of a file's end is looked at. */
enum { TAIL = 4096 };

static int is_blank(char character)
{
    return character == ' ' || character == '\t' || character == '\r' || character == '\n';
}

void eg_log_tail(const char *path, char *line, size_t size)
{
    char bytes[TAIL];
    *line = '\0';
    struct eg_input_reason why;
    FILE *file = eg_input_stream(path, &why);
    if (!file)
        return;
    if (fseek(file, -TAIL, SEEK_END))
        rewind(file);
    size_t end = fread(bytes, 1, sizeof bytes, file), used = 0;
    fclose(file);
    while (end > 0 && is_blank(bytes[end - 1]))
        end--;
    size_t begin = end;
    while (begin > 0 && bytes[begin - 1] != '\n' && bytes[begin - 1] != '\r')
        begin--;
    for (size_t i = begin; i < end && used + 1 < size; i++)
        line[used++] = bytes[i] == '\t' ? ' ' : bytes[i] < ' ' || bytes[i] > '~' ? '?' : bytes[i];
    line[used] = '\0';
}
