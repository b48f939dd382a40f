/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* asprintf */
#include "bench/compare/plugin_command.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *eg_plugin_command_alloc(const char *plugin, struct eg_error *error)
{
    char program[PATH_MAX] = "";
    char *command = NULL, *host = NULL;
    const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    char *slash = length > 0 ? strrchr(program, '/') : NULL;
    if (slash)
        *slash = '\0';
    char *path = realpath(plugin, NULL);
    if (!path)
        eg_fail(error, EG_DATA, "%s: %s", plugin, strerror(errno));
    else if (asprintf(&host, "%s/egbench-plugin-host", program) < 0)
        eg_fail(error, EG_INTERNAL, "%s: out of memory", plugin);
    else if (access(host, X_OK))
        eg_fail(error, EG_DATA, "%s: the program that loads plug-ins is not there; run make", host);
    else if (strchr(path, '\'') || strchr(host, '\''))
        eg_fail(error, EG_DATA, "%s: put plug-in and programs where no ' is in the path", path);
    else if (asprintf(&command, "'%s' '%s' {dir}", host, path) < 0)
        eg_fail(error, EG_INTERNAL, "%s: out of memory", plugin);
    free(host);
    free(path);
    return command;
}
