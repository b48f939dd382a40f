/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "datasets/data_folder.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int can_open(const char *path)
{
    DIR *folder = opendir(path);
    if (folder)
        closedir(folder);
    return folder != NULL;
}

static int copy_path(const char *path, char **folder, struct eg_error *error)
{
    *folder = strdup(path);
    return *folder ? EG_OK : eg_fail(error, EG_INTERNAL, "out of memory");
}

static int take_asked(const char *path, const char *who, char **folder, struct eg_error *error)
{
    if (!can_open(path))
        return eg_fail(error, EG_DATA, "data folder '%s' (from %s): %s", path, who,
                       strerror(errno));
    return copy_path(path, folder, error);
}

int eg_find_data_folder(const char *given, char **folder, struct eg_error *error)
{
    const char *variable = getenv("EGBENCH_DATA_DIR"), *cache = getenv("XDG_CACHE_HOME"),
               *home = getenv("HOME");
    char path[4096] = "";
    *folder = NULL;
    if (given && *given)
        return take_asked(given, "--data", folder, error);
    if (variable && *variable)
        return take_asked(variable, "EGBENCH_DATA_DIR", folder, error);
    if (cache && *cache)
        snprintf(path, sizeof path, "%s/egbench", cache);
    else if (home && *home)
        snprintf(path, sizeof path, "%s/.cache/egbench", home);
    return *path && can_open(path) ? copy_path(path, folder, error) : EG_OK;
}
