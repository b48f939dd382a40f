/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* _Fork, close_range, getdents64, pipe2 */
#include "run/child_keeper.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/progress.h"

enum { LONGEST = 30 }; /* milliseconds between two looks */

/* What the command prints: the beginning goes to the log at once, of the rest the end is kept. */
struct log {
    int pipe, file;
    size_t written, held, left_out;
    char tail[EG_LOG_TAIL];
};

struct watch {
    const struct eg_keeper *keeper;
    struct log log;
    pid_t command;
    struct eg_keeper_end end;
    int is_ended;
};

static void write_all(int file, const void *bytes, size_t count)
{
    const char *at = bytes;
    while (count > 0) {
        const ssize_t wrote = write(file, at, count);
        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return; /* a full disk is no reason to end the command */
        at += wrote;
        count -= (size_t)wrote;
    }
}

/* --- the log --- */

static void keep_tail(struct log *log, const char *bytes, size_t count)
{
    const size_t over = log->held + count > EG_LOG_TAIL ? log->held + count - EG_LOG_TAIL : 0;
    const size_t dropped = over < log->held ? over : log->held, skipped = over - dropped;
    memmove(log->tail, log->tail + dropped, log->held - dropped);
    log->held -= dropped;
    memcpy(log->tail + log->held, bytes + skipped, count - skipped);
    log->held += count - skipped;
    log->left_out += over;
}

/* Takes what is there; -1 once nobody can print any more. */
static int read_output(struct log *log)
{
    char bytes[EG_LOG_TAIL];
    const ssize_t count = read(log->pipe, bytes, sizeof bytes);
    if (count < 0)
        return errno == EAGAIN || errno == EINTR ? 0 : -1;
    if (count == 0)
        return -1;
    const size_t room = EG_LOG_HEAD - log->written, all = (size_t)count;
    const size_t first = all < room ? all : room;
    write_all(log->file, bytes, first);
    log->written += first;
    if (first < all)
        keep_tail(log, bytes + first, all - first);
    return 1;
}

static void finish_log(struct log *log)
{
    static const char left_out[] = "\n[more was printed here than a log keeps]\n";
    while (log->pipe >= 0 && read_output(log) > 0)
        ;
    if (log->left_out)
        write_all(log->file, left_out, sizeof left_out - 1);
    write_all(log->file, log->tail, log->held);
}

/* --- who is left --- */

/* The parent of /proc/NAME, 0 where it cannot be read. */
static pid_t find_parent(const char *name)
{
    char path[64] = "/proc/", text[512];
    if (strlen(name) > 20)
        return 0;
    strcat(strcat(path, name), "/stat");
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    const ssize_t count = file < 0 ? -1 : read(file, text, sizeof text - 1);
    if (file >= 0)
        close(file);
    text[count > 0 ? count : 0] = '\0';
    /* "PID (NAME) S PARENT ...", and the name may hold brackets. */
    const char *at = strrchr(text, ')');
    pid_t parent = 0;
    for (at = at && strlen(at) > 4 ? at + 4 : ""; *at >= '0' && *at <= '9'; at++)
        parent = 10 * parent + (*at - '0');
    return parent;
}

static pid_t read_pid(const char *name)
{
    pid_t pid = 0;
    for (; *name >= '0' && *name <= '9'; name++)
        pid = 10 * pid + (*name - '0');
    return *name ? 0 : pid;
}

/* Once they are gone, their own children are this process's, and found the next time. */
static void kill_children(void)
{
    _Alignas(struct dirent64) char entries[8192];
    const pid_t own = getpid();
    ssize_t count;
    const int folder = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    while (folder >= 0 && (count = getdents64(folder, entries, sizeof entries)) > 0)
        for (ssize_t at = 0; at < count;) {
            const struct dirent64 *entry = (const struct dirent64 *)(entries + at);
            const pid_t pid = read_pid(entry->d_name);
            if (pid > 0 && find_parent(entry->d_name) == own)
                kill(pid, SIGKILL);
            at += entry->d_reclen;
        }
    if (folder >= 0)
        close(folder);
}

/* Notes how those that have ended came out. 0 once there are none. */
static int reap(struct watch *watch)
{
    struct eg_keeper_end end = {0};
    pid_t ended;
    while ((ended = wait4(-1, &end.outcome, WNOHANG, &end.usage)) > 0)
        if (ended == watch->command) {
            watch->end = end;
            watch->is_ended = 1;
        }
    return ended == 0 || errno == EINTR;
}

/* --- the command --- */

/* In the new process; outcome: where to say why it could not be started. */
static _Noreturn void become_command(const struct eg_keeper *keeper, int output, int hangup_ignored,
                                     int outcome)
{
    static const int reset[] = {SIGINT, SIGTERM, SIGPIPE, SIGXFSZ};
    sigset_t none;
    sigemptyset(&none);
    for (size_t i = 0; i < sizeof reset / sizeof *reset; i++)
        signal(reset[i], SIG_DFL);
    signal(SIGHUP, hangup_ignored ? SIG_IGN : SIG_DFL);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* whoever kills the keeper */
    const int own = keeper->output >= 0 ? keeper->output : output;
    if (!setpgid(0, 0) && dup2(keeper->input, STDIN_FILENO) >= 0 && dup2(own, STDOUT_FILENO) >= 0 &&
        dup2(output, STDERR_FILENO) >= 0 && (!keeper->folder || !chdir(keeper->folder)))
        execvp(keeper->words[0], (char *const *)keeper->words);
    const int why = errno;
    write_all(outcome, &why, sizeof why);
    _exit(127);
}

/* Returns an errno; *pipe_end is where its output comes out. */
static int start_command(const struct eg_keeper *keeper, int hangup_ignored, pid_t *command,
                         int *pipe_end)
{
    int output[2], outcome[2], why = 0;
    if (pipe2(output, O_CLOEXEC) || pipe2(outcome, O_CLOEXEC))
        return errno;
    *command = _Fork();
    if (*command == 0)
        become_command(keeper, output[1], hangup_ignored, outcome[1]);
    if (*command < 0)
        return errno;
    close(output[1]);
    close(outcome[1]);
    while (read(outcome[0], &why, sizeof why) < 0 && errno == EINTR)
        ;
    close(outcome[0]);
    fcntl(output[0], F_SETFL, O_NONBLOCK);
    *pipe_end = output[0];
    return why;
}

/* Kernels before 5.9 and some containers have no close_range. */
static void close_between(int first, int last)
{
    enum { HIGHEST = 1 << 16 };
    struct rlimit limit;
    if (close_range((unsigned)first, (unsigned)last, 0) == 0)
        return;
    if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur > HIGHEST)
        limit.rlim_cur = HIGHEST;
    for (int i = first; i <= last && i < (int)limit.rlim_cur; i++)
        close(i);
}

/* All descriptors that this process was forked with, but its own: pipes of other commands among them. */
static void close_others(const struct eg_keeper *keeper)
{
    const int own[] = {keeper->input, keeper->output, keeper->log, keeper->control, keeper->answer};
    enum { OWN = sizeof own / sizeof *own };
    for (int next = STDERR_FILENO + 1;;) {
        int lowest = -1;
        for (size_t i = 0; i < OWN; i++)
            if (own[i] >= next && (lowest < 0 || own[i] < lowest))
                lowest = own[i];
        if (lowest != next)
            close_between(next, lowest < 0 ? INT_MAX : lowest - 1);
        if (lowest < 0)
            return;
        next = lowest + 1;
    }
}

/* Looks after the command until it has ended, or is to be ended. */
static void await_command(struct watch *watch)
{
    struct pollfd looks[] = {{watch->keeper->control, POLLIN, 0}, {watch->log.pipe, POLLIN, 0}};
    for (int pause = 1; !watch->is_ended; pause = 2 * pause < LONGEST ? 2 * pause : LONGEST) {
        poll(looks, 2, pause);
        if (looks[1].revents && read_output(&watch->log) < 0) {
            looks[1].fd = -1;
            pause = 1;
        }
        if (!reap(watch) || looks[0].revents)
            break;
    }
}

static void end_all(struct watch *watch)
{
    const struct timespec pause = {0, 1000000};
    const double start = eg_clock();
    /* Once the command has been waited for, its number may soon be another's: its group is killed once. */
    for (int is_first = 1; is_first || eg_clock() - start < EG_KEEPER_PATIENCE; is_first = 0) {
        if (is_first || !watch->is_ended)
            kill(-watch->command, SIGKILL);
        kill_children();
        if (!reap(watch))
            return;
        nanosleep(&pause, NULL);
    }
}

_Noreturn void eg_keeper_run(const struct eg_keeper *keeper)
{
    static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGXFSZ};
    struct watch watch = {
        .keeper = keeper, .log = {.pipe = -1, .file = keeper->log}, .end = {.outcome = SIGKILL}};
    struct eg_keeper_start start = {0};
    const int hangup_ignored = signal(SIGHUP, SIG_IGN) == SIG_IGN;
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        signal(ignored[i], SIG_IGN);
    signal(SIGCHLD, SIG_DFL); /* ignored, it would leave nobody to wait for */
    setpgid(0, 0);
    close_others(keeper);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    start.why = start_command(keeper, hangup_ignored, &watch.command, &watch.log.pipe);
    start.command = watch.command;
    /* Whoever speaks with the command must see when it has gone. */
    close(keeper->input);
    if (keeper->output >= 0)
        close(keeper->output);
    write_all(keeper->answer, &start, sizeof start);
    if (!start.why) {
        await_command(&watch);
        end_all(&watch);
        finish_log(&watch.log);
        write_all(keeper->answer, &watch.end, sizeof watch.end);
    }
    _exit(0);
}
