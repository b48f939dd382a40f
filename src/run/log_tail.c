/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/log_tail.h"

#include <sys/stat.h>
#include <unistd.h>

/* How much of a file's end is looked at. */
enum { TAIL = 4096 };

static int is_blank(char character)
{
    return character == ' ' || character == '\t' || character == '\r' || character == '\n';
}

void eg_log_tail(int file, char *line, size_t size)
{
    char bytes[TAIL];
    struct stat found;
    *line = '\0';
    if (fstat(file, &found))
        return;
    const ssize_t count = pread(file, bytes, TAIL, found.st_size > TAIL ? found.st_size - TAIL : 0);
    size_t end = count > 0 ? (size_t)count : 0, used = 0;
    while (end > 0 && is_blank(bytes[end - 1]))
        end--;
    size_t begin = end;
    while (begin > 0 && bytes[begin - 1] != '\n' && bytes[begin - 1] != '\r')
        begin--;
    for (size_t i = begin; i < end && used + 1 < size; i++)
        line[used++] = bytes[i] == '\t' ? ' ' : bytes[i] < ' ' || bytes[i] > '~' ? '?' : bytes[i];
    line[used] = '\0';
}
