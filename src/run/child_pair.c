/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* _Fork, pipe2 */
#include "run/child_pair.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/progress.h"
#include "run/child_keeper.h"

enum { LONGEST = 30 }; /* milliseconds between two looks */

static void close_both(const int ends[2])
{
    close(ends[0]);
    close(ends[1]);
}

static int start_keeper(const struct eg_child *child, const struct eg_child_ends *ends,
                        struct eg_child_pair *pair, struct eg_error *error)
{
    int control[2], answer[2];
    if (pipe2(control, O_CLOEXEC))
        return eg_fail(error, EG_INTERNAL, "%s: no pipe: %s", child->words[0], strerror(errno));
    if (pipe2(answer, O_CLOEXEC)) {
        close_both(control);
        return eg_fail(error, EG_INTERNAL, "%s: no pipe: %s", child->words[0], strerror(errno));
    }
    const struct eg_keeper keeper = {.words = child->words,
                                     .folder = child->folder,
                                     .input = ends->input,
                                     .output = ends->output,
                                     .log = ends->log,
                                     .control = control[0],
                                     .answer = answer[1]};
    /* Handlers of fork (OpenBLAS has some) must not run: the keeper needs no threads. */
    pair->keeper = _Fork();
    if (pair->keeper == 0) {
        close(control[1]);
        close(answer[0]);
        eg_keeper_run(&keeper);
    }
    const int why = errno;
    close(control[0]);
    close(answer[1]);
    pair->control = control[1];
    pair->answer = answer[0];
    if (pair->keeper > 0)
        return EG_OK;
    close(pair->control);
    close(pair->answer);
    return eg_fail(error, EG_INTERNAL, "%s: no process: %s", child->words[0], strerror(why));
}

int eg_child_pair_read(const struct eg_child_pair *pair, void *answer, size_t size)
{
    enum { PATIENCE = 2 * EG_KEEPER_PATIENCE };
    struct pollfd wanted = {pair->answer, POLLIN, 0};
    for (const double start = eg_clock(); !wanted.revents && eg_clock() - start < PATIENCE;) {
        kill(pair->keeper, SIGCONT);
        poll(&wanted, 1, LONGEST);
    }
    ssize_t count = 0;
    if (wanted.revents)
        do
            count = read(pair->answer, answer, size);
        while (count < 0 && errno == EINTR);
    if (count == (ssize_t)size)
        return 1;
    kill(pair->keeper, SIGKILL);
    if (pair->command > 0)
        kill(-pair->command, SIGKILL);
    return 0;
}

void eg_child_pair_end(const struct eg_child_pair *pair)
{
    close(pair->control);
    close(pair->answer);
    while (waitpid(pair->keeper, NULL, 0) < 0 && errno == EINTR)
        ;
}

int eg_child_pair_start(const struct eg_child *child, const struct eg_child_ends *ends,
                        struct eg_child_pair *pair, struct eg_error *error)
{
    struct eg_keeper_start start = {.why = ECHILD};
    const int status = start_keeper(child, ends, pair, error);
    if (status)
        return status;
    eg_child_pair_read(pair, &start, sizeof start);
    pair->command = start.command;
    if (!start.why)
        return EG_OK;
    eg_child_pair_end(pair);
    return eg_fail(error, EG_DATA, "%s: cannot be started%s%s: %s", child->words[0],
                   child->folder ? " in " : "", child->folder ? child->folder : "",
                   strerror(start.why));
}

void eg_child_pair_stop(const struct eg_child_pair *pair)
{
    if (write(pair->control, "", 1) < 0)
        kill(pair->keeper, SIGKILL);
}
