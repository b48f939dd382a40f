/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/run_tool.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

int eg_run_tool(const char *folder, const char *const *arguments, int out)
{
    const pid_t child = fork();
    if (child < 0)
        return EG_TOOL_CANNOT_START;
    if (child == 0) {
        const int null = open("/dev/null", O_RDWR);
        if (null < 0 || dup2(null, 0) < 0 || dup2(out < 0 ? null : out, 1) < 0 ||
            dup2(null, 2) < 0 || chdir(folder))
            _exit(EG_TOOL_CANNOT_START);
        execvp(arguments[0], (char *const *)arguments);
        _exit(EG_TOOL_CANNOT_START);
    }
    int state;
    while (waitpid(child, &state, 0) < 0)
        if (errno != EINTR)
            return EG_TOOL_CANNOT_START;
    return WIFEXITED(state) ? WEXITSTATUS(state) : 1;
}

int eg_has_tool(const char *name)
{
    const char *const arguments[] = {name, "--version", NULL};
    return eg_run_tool(".", arguments, -1) == 0;
}
