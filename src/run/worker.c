/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* mkostemp, pipe2 */
#include "run/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/folder.h"
#include "base/progress.h"
#include "run/child_keeper.h"
#include "run/log_tail.h"

enum { PAUSE = 30 }; /* milliseconds between two looks at *stop */

static const char greeting[] = "egbench-worker 1", with_gradients[] = "egbench-worker 1 gradients";

/* --- its end --- */

static void close_end(int *file)
{
    if (*file >= 0)
        close(*file);
    *file = -1;
}

/* Ends it, so that its log is whole; how it came out, as far as that is known. */
static struct eg_child_result stop_worker(struct eg_worker *worker)
{
    struct eg_keeper_end end = {.outcome = SIGKILL};
    struct eg_child_result result = {.exit_code = -1};
    if (worker->is_up) {
        eg_child_pair_stop(&worker->pair);
        eg_child_pair_read(&worker->pair, &end, sizeof end);
        eg_child_pair_end(&worker->pair);
        worker->is_up = 0;
        result.exit_code = WIFEXITED(end.outcome) ? WEXITSTATUS(end.outcome) : -1;
        result.signal = WIFSIGNALED(end.outcome) ? WTERMSIG(end.outcome) : 0;
    }
    close_end(&worker->requests);
    close_end(&worker->answers);
    if (worker->log >= 0)
        eg_log_tail(worker->log, result.last_line, sizeof result.last_line);
    return result;
}

/* What is said of a worker that did not do as it should; the end of its log goes with it. */
static int refuse(struct eg_worker *worker, const char *what, struct eg_error *error)
{
    const struct eg_child_result result = stop_worker(worker);
    return eg_fail(error, EG_DATA, "%s: %s; the last line it printed: %s", worker->whose, what,
                   *result.last_line ? result.last_line : "(none)");
}

/* It has closed its standard output: the keeper is given time to see it end by itself. */
static int tell_end(struct eg_worker *worker, const char *when, struct eg_error *error)
{
    char what[128];
    struct pollfd answer = {worker->pair.answer, POLLIN, 0};
    poll(&answer, 1, 1000);
    const struct eg_child_result result = stop_worker(worker);
    const int signal = eg_child_signal(&result);
    if (signal)
        snprintf(what, sizeof what, "its worker was ended by signal %d (%s) %s", signal,
                 strsignal(signal), when);
    else
        snprintf(what, sizeof what, "its worker ended with exit code %d%s %s", result.exit_code,
                 result.exit_code == 127 ? " (there is no such command)" : "", when);
    return refuse(worker, what, error);
}

/* --- lines --- */

/* What control characters a worker writes must not reach a terminal. */
static void clean(char *line)
{
    for (unsigned char *at = (unsigned char *)line; *at; at++)
        if (*at < ' ' || *at > '~')
            *at = '?';
}

/* Reads what is there. 1: a line is whole, 0: not yet, -1: it is too long, -2: there will be no more. */
static int read_some(struct eg_worker *worker)
{
    char *at = worker->line + worker->held;
    const ssize_t count = read(worker->answers, at, EG_WORKER_LINE - worker->held);
    if (count <= 0)
        return count < 0 && (errno == EINTR || errno == EAGAIN) ? 0 : -2;
    worker->held += (size_t)count;
    const char *end = memchr(worker->line, '\n', worker->held);
    if (!end)
        return worker->held == EG_WORKER_LINE ? -1 : 0;
    /* More than a line was not asked for. */
    const size_t length = (size_t)(end - worker->line);
    const int is_whole = length + 1 == worker->held;
    worker->line[length] = '\0';
    worker->held = 0;
    clean(worker->line);
    return is_whole ? 1 : -1;
}

/* The next line, into worker->line. when: for the message of one that ends. */
static int await_line(struct eg_worker *worker, const char *when, double seconds, double *taken,
                      struct eg_error *error)
{
    char what[128];
    struct pollfd wanted = {worker->answers, POLLIN, 0};
    const double start = eg_clock();
    for (;;) {
        poll(&wanted, 1, PAUSE);
        const int seen = wanted.revents ? read_some(worker) : 0;
        *taken = eg_clock() - start;
        if (seen == 1)
            return EG_OK;
        if (seen == -2)
            return tell_end(worker, when, error);
        if (seen == -1)
            return refuse(worker,
                          "its worker wrote more to its standard output than one line, "
                          "which is for answers alone: print to standard error",
                          error);
        if (worker->stop && atomic_load(worker->stop)) {
            stop_worker(worker);
            return eg_fail(error, EG_INTERRUPTED, "%s: interrupted", worker->whose);
        }
        if (seconds > 0 && *taken > seconds) {
            snprintf(what, sizeof what, "ran into the time limit of %g s %s and was ended", seconds,
                     when);
            return refuse(worker, what, error);
        }
    }
}

/* --- its beginning --- */

/* A log that no name leads to: it goes with the last that has it open. */
static int open_log(const char *scratch, struct eg_error *error)
{
    char *path = eg_join_path_alloc(scratch, "egbench-worker-XXXXXX", error);
    const int log = path ? mkostemp(path, O_CLOEXEC) : -1;
    if (path && log < 0)
        eg_fail(error, EG_DATA, "%s: cannot be made: %s; set TMPDIR", path, strerror(errno));
    else if (path)
        unlink(path);
    free(path);
    return log;
}

static int start_pair(struct eg_worker *worker, struct eg_error *error)
{
    int in[2], out[2];
    if (pipe2(in, O_CLOEXEC))
        return eg_fail(error, EG_INTERNAL, "%s: no pipe: %s", worker->whose, strerror(errno));
    worker->requests = in[1];
    if (pipe2(out, O_CLOEXEC)) {
        close(in[0]);
        return eg_fail(error, EG_INTERNAL, "%s: no pipe: %s", worker->whose, strerror(errno));
    }
    worker->answers = out[0];
    fcntl(worker->answers, F_SETFL, O_NONBLOCK);
    const char *const words[] = {"/bin/sh", "-c", worker->command, NULL};
    const struct eg_child child = {.words = words};
    const struct eg_child_ends ends = {in[0], out[1], worker->log};
    const int status = eg_child_pair_start(&child, &ends, &worker->pair, error);
    worker->is_up = status == EG_OK;
    close(in[0]);
    close(out[1]);
    return status;
}

int eg_worker_start(struct eg_worker *worker, const char *scratch, double seconds,
                    struct eg_error *error)
{
    double taken;
    worker->requests = worker->answers = -1;
    worker->held = 0;
    worker->is_up = 0;
    worker->log = open_log(scratch, error);
    int status = worker->log < 0 ? error->status : start_pair(worker, error);
    if (!status)
        status = await_line(worker, "before it was up", seconds, &taken, error);
    worker->has_gradients = !status && strcmp(worker->line, with_gradients) == 0;
    if (!status && !worker->has_gradients && strcmp(worker->line, greeting) != 0)
        status = refuse(worker, "its worker does not begin with the line \"egbench-worker 1\"",
                        error);
    return status;
}

/* --- questions --- */

/* "ok", "ok SECONDS" */
static int read_ok(const char *line, double *taken)
{
    char *end;
    if (strcmp(line, "ok") == 0)
        return 1;
    if (strncmp(line, "ok ", 3) != 0)
        return 0;
    const double said = strtod(line + 3, &end);
    if (end == line + 3 || *end || !isfinite(said) || said < 0)
        return 0;
    *taken = fmin(*taken, said);
    return 1;
}

static int read_answer(struct eg_worker *worker, double *taken, struct eg_error *error)
{
    static const char failed[] = "failed: ";
    char what[256];
    if (read_ok(worker->line, taken))
        return EG_OK;
    if (strncmp(worker->line, failed, sizeof failed - 1) == 0) {
        const char *reason = worker->line + sizeof failed - 1;
        stop_worker(worker);
        return eg_fail(error, EG_DATA, "%s: %.400s", worker->whose, reason);
    }
    snprintf(what, sizeof what,
             "its worker answered '%.100s' where \"ok\", \"ok SECONDS\" or \"failed: reason\" goes",
             worker->line);
    return refuse(worker, what, error);
}

int eg_worker_ask(struct eg_worker *worker, const char *line, double seconds, double *taken,
                  struct eg_error *error)
{
    char request[EG_WORKER_LINE + PATH_MAX];
    const int length = snprintf(request, sizeof request, "%s\n", line);
    /* An answer to what was not asked yet. */
    struct pollfd early = {worker->answers, POLLIN, 0};
    if (poll(&early, 1, 0) > 0 && early.revents & POLLIN)
        return refuse(worker, "its worker wrote to its standard output without being asked", error);
    if (strchr(line, '\n') || length >= (int)sizeof request)
        return eg_fail(error, EG_INTERNAL, "%s: no line for a worker: %.100s", worker->whose, line);
    if (write(worker->requests, request, (size_t)length) != length)
        return tell_end(worker, "while nothing was asked", error);
    const int status = await_line(worker, "over its answer", seconds, taken, error);
    return status ? status : read_answer(worker, taken, error);
}

void eg_worker_write_log(struct eg_worker *worker, const char *path)
{
    char bytes[1 << 14];
    off_t at = 0;
    ssize_t count;
    stop_worker(worker);
    eg_remove_tree(path);
    const int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    while (file >= 0 && worker->log >= 0 &&
           (count = pread(worker->log, bytes, sizeof bytes, at)) > 0 &&
           write(file, bytes, (size_t)count) == count)
        at += count;
    if (file >= 0)
        close(file);
}

void eg_worker_free(struct eg_worker *worker)
{
    stop_worker(worker);
    close_end(&worker->log);
}
