/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_workers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/folder.h"
#include "base/real.h"

enum { START_SECONDS = 60 };

struct eg_compare_idle {
    struct eg_worker worker;
    struct eg_compare_idle *next;
};

/* One of that command that is up, or NULL. */
static struct eg_compare_idle *take(struct eg_compare_workers *workers, const char *command)
{
    pthread_mutex_lock(&workers->lock);
    struct eg_compare_idle **at = &workers->idle;
    while (*at && strcmp((*at)->worker.command, command) != 0)
        at = &(*at)->next;
    struct eg_compare_idle *found = *at;
    if (found)
        *at = found->next;
    pthread_mutex_unlock(&workers->lock);
    return found;
}

static void put_back(struct eg_compare_workers *workers, struct eg_compare_idle *idle)
{
    pthread_mutex_lock(&workers->lock);
    idle->next = workers->idle;
    workers->idle = idle;
    pthread_mutex_unlock(&workers->lock);
}

static int start(const struct eg_compare_question *question, struct eg_worker *worker,
                 struct eg_error *error)
{
    const char *scratch = getenv("TMPDIR");
    const double seconds = question->seconds > 0 ? fmax(question->seconds, START_SECONDS) : 0;
    return eg_worker_start(worker, scratch && *scratch ? scratch : "/tmp", seconds, error);
}

int eg_compare_ask_worker(struct eg_compare_workers *workers,
                          const struct eg_compare_question *question, double *taken,
                          struct eg_error *error)
{
    struct eg_compare_idle *idle = take(workers, question->command);
    int status = EG_OK;
    if (!idle) {
        idle = eg_alloc(1, sizeof *idle, error);
        if (!idle)
            return EG_INTERNAL;
        idle->worker.command = question->command;
        idle->worker.whose = question->whose;
        idle->worker.stop = question->stop;
        status = start(question, &idle->worker, error);
    }
    idle->worker.whose = question->whose;
    if (question->has_gradients)
        *question->has_gradients = idle->worker.has_gradients;
    if (!status)
        status = eg_worker_ask(&idle->worker, question->line, question->seconds, taken, error);
    if (!status) {
        put_back(workers, idle);
        return EG_OK;
    }
    if (question->log)
        eg_worker_write_log(&idle->worker, question->log);
    eg_worker_free(&idle->worker);
    free(idle);
    return status;
}

void eg_compare_end_workers(struct eg_compare_workers *workers)
{
    for (struct eg_compare_idle *idle = workers->idle, *next; idle; idle = next) {
        next = idle->next;
        eg_worker_free(&idle->worker);
        free(idle);
    }
    workers->idle = NULL;
}
