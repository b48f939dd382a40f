/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/own_file.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Where this program is, without so many last parts of its path. */
static int find_self(struct eg_own_path *room, int up)
{
    const ssize_t length = readlink("/proc/self/exe", room->text, sizeof room->text - 1);
    room->text[length > 0 ? length : 0] = '\0';
    for (char *slash; up > 0 && (slash = strrchr(room->text, '/')); up--)
        *slash = '\0';
    return length > 0;
}

/* Appends to the path; whether there is such a file or folder, for mode R_OK, X_OK, F_OK. */
static int append(struct eg_own_path *room, const char *path, int mode)
{
    const size_t used = strlen(room->text), size = sizeof room->text;
    const int more = snprintf(room->text + used, size - used, "/%s", path);
    return more > 0 && (size_t)more < size - used && access(room->text, mode) == 0;
}

int eg_find_beside(const char *name, struct eg_own_path *room, struct eg_error *error)
{
    return find_self(room, 1) && append(room, name, X_OK)
               ? EG_OK
               : eg_fail(error, EG_DATA, "%s: no such program; build or install it", room->text);
}

const char *eg_find_own(const char *path, struct eg_own_path *room)
{
    if (path[0] == '/' || access(path, F_OK) == 0 || !find_self(room, 2) ||
        !append(room, "share/egbench", F_OK) || !append(room, path, F_OK))
        return path;
    return room->text;
}
