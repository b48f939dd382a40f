/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a history: every line that is not blank is a nightly run, an acceptance or a fault. */
#define _GNU_SOURCE /* memfd_create */
#include "run/history.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static size_t count_filled_lines(const uint8_t *bytes, size_t size)
{
    size_t lines = 0;
    int filled = 0;
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] == '\n')
            filled = 0;
        else if (!filled && !memchr(" \t\r", bytes[i], 3)) {
            filled = 1;
            lines++;
        }
    }
    return lines;
}

static void check_line(const json_t *line)
{
    const char *kind = json_string_value(json_object_get(line, "history"));
    const char *said = strcmp(kind, "night") == 0 ? "answer" : "reason";
    if (!json_is_string(json_object_get(line, said)) ||
        strlen(json_string_value(json_object_get(line, "time"))) != 20 ||
        !json_is_array(json_object_get(line, "seeds")))
        __builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct eg_history history;
    struct eg_error error = {0};
    char path[64];
    const int memory = memfd_create("history", MFD_CLOEXEC);
    if (memory < 0 || write(memory, bytes, size) != (ssize_t)size)
        __builtin_trap();
    snprintf(path, sizeof path, "/proc/self/fd/%d", memory);
    const int status = eg_history_read(path, (struct eg_warner){0}, &history, &error);
    close(memory);
    if (status) {
        if (history.lines || !*error.message)
            __builtin_trap();
        return 0;
    }
    const size_t lines = json_array_size(history.lines);
    for (size_t i = 0; i < lines; i++)
        check_line(json_array_get(history.lines, i));
    if (lines + history.malformed + history.torn != count_filled_lines(bytes, size) ||
        history.torn > 1 || history.backwards > lines)
        __builtin_trap();
    eg_history_free(&history);
    return 0;
}
