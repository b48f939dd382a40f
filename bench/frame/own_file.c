/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/own_file.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

const char *eg_find_own(const char *path, struct eg_own_path *room)
{
    const size_t size = sizeof room->text;
    const ssize_t length = readlink("/proc/self/exe", room->text, size - 1);
    if (path[0] == '/' || access(path, F_OK) == 0 || length <= 0)
        return path;
    room->text[length] = '\0';
    for (int up = 0; up < 2; up++) {
        char *folder = strrchr(room->text, '/');
        if (folder)
            *folder = '\0';
    }
    const size_t used = strlen(room->text);
    const int more = snprintf(room->text + used, size - used, "/share/egbench/%s", path);
    return more > 0 && (size_t)more < size - used && access(room->text, F_OK) == 0 ? room->text
                                                                                  : path;
}
