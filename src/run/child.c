/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/folder.h"
#include "base/progress.h"
#include "run/child_keeper.h"
#include "run/child_pair.h"
#include "run/log_tail.h"

enum { LONGEST = 30 }; /* milliseconds between two looks */

/* Peak memory of a process that is running, in bytes; 0 when it cannot be seen. */
static size_t see_peak(pid_t pid)
{
    char path[64], line[256];
    unsigned long kilobytes = 0;
    snprintf(path, sizeof path, "/proc/%ld/status", (long)pid);
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "VmHWM: %lu", &kilobytes) == 1)
            break;
    if (file)
        fclose(file);
    return (size_t)kilobytes * 1024;
}

/* Waits for the command's end, and has it ended where it must be. Returns 1 for *stop. */
static int await(const struct eg_child *child, const struct eg_child_pair *pair,
                 struct eg_child_result *result, struct eg_keeper_end *end)
{
    struct pollfd answer = {pair->answer, POLLIN, 0};
    const double start = eg_clock();
    int is_stopped = 0;
    for (int pause = 1; !answer.revents; pause = 2 * pause < LONGEST ? 2 * pause : LONGEST) {
        const size_t seen = see_peak(pair->command);
        result->peak_bytes = seen > result->peak_bytes ? seen : result->peak_bytes;
        kill(pair->keeper, SIGCONT); /* the command may have stopped it */
        poll(&answer, 1, pause);
        result->seconds = eg_clock() - start;
        const int is_late = child->seconds > 0 && result->seconds > child->seconds;
        const int is_unwanted = child->stop && atomic_load(child->stop);
        /* The answer may have come while this process had to wait for a core. */
        if ((!is_late && !is_unwanted) || poll(&answer, 1, 0) > 0)
            continue;
        is_stopped = is_unwanted;
        result->is_timed_out = is_late;
        eg_child_pair_stop(pair);
        break;
    }
    eg_child_pair_read(pair, end, sizeof *end);
    return is_stopped;
}

/* A process begins as this one's copy, and the kernel counts this one's peak as its: wait4 tells the
 * command's own only where it is larger. */
static void find_peak(const struct rusage *usage, size_t own, struct eg_child_result *result)
{
    const size_t told = (size_t)usage->ru_maxrss * 1024;
    if (told > own)
        result->peak_bytes = told;
}

static size_t own_peak(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) ? 0 : (size_t)usage.ru_maxrss * 1024;
}

/* A new file, whatever is there of its name: the command of an earlier run may have left a pipe. */
static int open_log(const char *path, struct eg_error *error)
{
    eg_remove_tree(path);
    const int log = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (log < 0)
        eg_fail(error, EG_DATA, "%s: cannot write it: %s", path, strerror(errno));
    return log;
}

int eg_child_run(const struct eg_child *child, struct eg_child_result *result,
                 struct eg_error *error)
{
    struct eg_child_pair pair = {0};
    struct eg_keeper_end end = {.outcome = SIGKILL};
    int is_stopped = 0, status;
    *result = (struct eg_child_result){.exit_code = -1};
    const int log = open_log(child->log, error);
    if (log < 0)
        return EG_DATA;
    const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    status = nothing < 0 ? eg_fail(error, EG_INTERNAL, "/dev/null: %s", strerror(errno)) : EG_OK;
    const size_t own = own_peak();
    if (!status)
        status = eg_child_pair_start(child, &(struct eg_child_ends){nothing, -1, log}, &pair,
                                     error);
    if (!status) {
        is_stopped = await(child, &pair, result, &end);
        eg_child_pair_end(&pair);
        find_peak(&end.usage, own, result);
        result->exit_code = WIFEXITED(end.outcome) ? WEXITSTATUS(end.outcome) : -1;
        result->signal = WIFSIGNALED(end.outcome) ? WTERMSIG(end.outcome) : 0;
        eg_log_tail(log, result->last_line, sizeof result->last_line);
    }
    close(log);
    if (nothing >= 0)
        close(nothing);
    if (is_stopped)
        return eg_fail(error, EG_INTERRUPTED, "%s: interrupted", child->words[0]);
    return status;
}

int eg_child_signal(const struct eg_child_result *result)
{
    const int told = result->exit_code - 128;
    return told > 0 && told < NSIG ? told : result->signal;
}

int eg_child_judge(const char *whose, const struct eg_child *child,
                   const struct eg_child_result *result, struct eg_error *error)
{
    const int signal = eg_child_signal(result);
    const char *last = *result->last_line ? result->last_line : "(it printed nothing)";
    if (result->is_timed_out)
        return eg_fail(error, EG_DATA,
                       "%s: ran into the time limit of %g s and was ended; its last line: %s",
                       whose, child->seconds, last);
    if (signal)
        return eg_fail(error, EG_DATA,
                       "%s: ended by signal %d (%s) after %.1f s; its last line: %s", whose, signal,
                       strsignal(signal), result->seconds, last);
    if (result->exit_code != 0)
        return eg_fail(error, EG_DATA, "%s: exit code %d%s; its last line: %s", whose,
                       result->exit_code,
                       result->exit_code == 127 ? " (there is no such command)" : "", last);
    return EG_OK;
}
