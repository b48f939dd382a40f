/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* asprintf, nftw */
#include "base/folder.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int eg_make_folder(const char *path, struct eg_error *error)
{
    char *part = strdup(path);
    if (!part)
        return eg_fail(error, EG_INTERNAL, "out of memory making folder %s", path);
    int reason = *part ? 0 : ENOENT;
    for (char *slash = part; slash && !reason;) {
        slash = strchr(slash + 1, '/'); /* the first letter is either no slash or the root */
        if (slash)
            *slash = '\0';
        /* What exists already may be a link, or above what may be written to. */
        struct stat there;
        if (stat(part, &there) == 0)
            reason = S_ISDIR(there.st_mode) ? 0 : ENOTDIR;
        else if (mkdir(part, 0777) && errno != EEXIST)
            reason = errno;
        if (slash)
            *slash = '/';
    }
    free(part);
    if (reason)
        return eg_fail(error, EG_DATA, "cannot make folder %s: %s; give another with --out", path,
                       strerror(reason));
    return EG_OK;
}

char *eg_join_path_alloc(const char *folder, const char *name, struct eg_error *error)
{
    char *path = NULL;
    if (asprintf(&path, "%s/%s", folder, name) < 0) {
        eg_fail(error, EG_INTERNAL, "out of memory naming %s/%s", folder, name);
        return NULL;
    }
    return path;
}

static int remove_entry(const char *path, const struct stat *found, int kind, struct FTW *place)
{
    (void)found;
    (void)kind;
    (void)place;
    return remove(path) && errno != ENOENT ? errno : 0;
}

int eg_remove_tree(const char *path)
{
    enum { DESCRIPTORS = 16 };
    const int why = nftw(path, remove_entry, DESCRIPTORS, FTW_DEPTH | FTW_PHYS);
    return why < 0 ? (errno == ENOENT ? 0 : errno) : why;
}
