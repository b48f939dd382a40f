/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* pipe2, posix_spawn_file_actions_addchdir_np */
#include "run/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/progress.h"
#include "run/log_tail.h"

extern char **environ;

/* A command, its guard, and the end of the pipe that the guard listens to. */
struct pair {
    pid_t command, guard;
    int pipe_end;
};

/* A group of its own (group 0) or another's, no signal blocked, and those that this process may ignore
 * as they are by default. */
static int set_attributes(posix_spawnattr_t *attributes, pid_t group)
{
    sigset_t none, reset;
    sigemptyset(&none);
    sigemptyset(&reset);
    sigaddset(&reset, SIGINT);
    sigaddset(&reset, SIGTERM);
    sigaddset(&reset, SIGPIPE);
    sigaddset(&reset, SIGXFSZ);
    return posix_spawnattr_setflags(attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                                    POSIX_SPAWN_SETSIGDEF) ||
           posix_spawnattr_setpgroup(attributes, group) ||
           posix_spawnattr_setsigmask(attributes, &none) ||
           posix_spawnattr_setsigdefault(attributes, &reset);
}

/* Starts the words with `in` as standard input and `out` as output and error. Returns an errno. */
static int spawn(const char *const *words, const char *folder, int in, int out, pid_t group,
                 pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int why = posix_spawn_file_actions_init(&actions);
    if (why)
        return why;
    why = posix_spawnattr_init(&attributes);
    if (!why) {
        why = posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
        if (!why)
            why = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
        if (!why)
            why = posix_spawn_file_actions_adddup2(&actions, out, STDERR_FILENO);
        if (!why && folder)
            why = posix_spawn_file_actions_addchdir_np(&actions, folder);
        if (!why && set_attributes(&attributes, group))
            why = EINVAL;
        if (!why)
            why = posix_spawnp(pid, words[0], &actions, &attributes, (char *const *)words, environ);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return why;
}

/* The guard joins the command's group and kills it when the pipe's other end, which this process alone
 * has, closes. A command that cannot be started leaves nothing behind. */
static int start_pair(const struct eg_child *child, int log, int nothing, struct pair *pair,
                      struct eg_error *error)
{
    static const char *const guard[] = {"/bin/sh", "-c", "read -r _; kill -KILL 0", NULL};
    int ends[2];
    if (pipe2(ends, O_CLOEXEC))
        return eg_fail(error, EG_INTERNAL, "%s: no pipe: %s", child->words[0], strerror(errno));
    int why = spawn(child->words, child->folder, nothing, log, 0, &pair->command);
    if (why) {
        close(ends[0]);
        close(ends[1]);
        return eg_fail(error, EG_DATA, "%s: cannot be started%s%s: %s", child->words[0],
                       child->folder ? " in " : "", child->folder ? child->folder : "",
                       strerror(why));
    }
    why = spawn(guard, NULL, ends[0], nothing, pair->command, &pair->guard);
    close(ends[0]);
    pair->pipe_end = ends[1];
    if (!why)
        return EG_OK;
    close(ends[1]);
    kill(-pair->command, SIGKILL);
    waitpid(pair->command, NULL, 0);
    return eg_fail(error, EG_INTERNAL, "%s: /bin/sh cannot be started: %s", child->words[0],
                   strerror(why));
}

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

/* Waits for the command's end, and kills its group where it must. Returns 1 for *stop. */
static int await(const struct eg_child *child, const struct pair *pair,
                 struct eg_child_result *result, int *outcome, struct rusage *usage)
{
    enum { SHORTEST = 1000000, LONGEST = 30000000 }; /* nanoseconds between two looks */
    struct timespec pause = {0, SHORTEST};
    const double start = eg_clock();
    int is_stopped = 0;
    for (;;) {
        const size_t seen = see_peak(pair->command);
        result->peak_bytes = seen > result->peak_bytes ? seen : result->peak_bytes;
        const pid_t ended = wait4(pair->command, outcome, WNOHANG, usage);
        result->seconds = eg_clock() - start;
        if (ended == pair->command || (ended < 0 && errno != EINTR))
            return is_stopped;
        is_stopped = child->stop && atomic_load(child->stop);
        result->is_timed_out = child->seconds > 0 && result->seconds > child->seconds;
        if (is_stopped || result->is_timed_out) {
            kill(-pair->command, SIGKILL);
            while (wait4(pair->command, outcome, 0, usage) < 0 && errno == EINTR)
                ;
            return is_stopped;
        }
        nanosleep(&pause, NULL);
        pause.tv_nsec = 2 * pause.tv_nsec < LONGEST ? 2 * pause.tv_nsec : LONGEST;
    }
}

/* The guard keeps the group's number from being used again, so that what is left can be killed. */
static void end_pair(const struct pair *pair)
{
    kill(-pair->command, SIGKILL);
    while (waitpid(pair->guard, NULL, 0) < 0 && errno == EINTR)
        ;
    close(pair->pipe_end);
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

int eg_child_run(const struct eg_child *child, struct eg_child_result *result,
                 struct eg_error *error)
{
    struct pair pair = {0};
    struct rusage usage = {0};
    int outcome = 0, is_stopped = 0, status;
    *result = (struct eg_child_result){.exit_code = -1};
    const int log = open(child->log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (log < 0)
        return eg_fail(error, EG_DATA, "%s: cannot write it: %s", child->log, strerror(errno));
    const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    status = nothing < 0 ? eg_fail(error, EG_INTERNAL, "/dev/null: %s", strerror(errno)) : EG_OK;
    if (!status)
        status = start_pair(child, log, nothing, &pair, error);
    const size_t own = own_peak();
    if (!status) {
        is_stopped = await(child, &pair, result, &outcome, &usage);
        end_pair(&pair);
        find_peak(&usage, own, result);
        result->exit_code = WIFEXITED(outcome) ? WEXITSTATUS(outcome) : -1;
        result->signal = WIFSIGNALED(outcome) ? WTERMSIG(outcome) : 0;
        eg_log_tail(child->log, result->last_line, sizeof result->last_line);
    }
    close(log);
    if (nothing >= 0)
        close(nothing);
    if (is_stopped)
        return eg_fail(error, EG_INTERRUPTED, "%s: interrupted", child->words[0]);
    return status;
}

int eg_child_judge(const char *whose, const struct eg_child *child,
                   const struct eg_child_result *result, struct eg_error *error)
{
    /* A shell tells by its exit code that its command was ended by a signal. */
    const int signal = result->exit_code > 128 && result->exit_code < 128 + NSIG
                           ? result->exit_code - 128
                           : result->signal;
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
