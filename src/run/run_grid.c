/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* asprintf */
#include "run/run_grid.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "nn/checkpoint.h"
#include "run/grid.h"
#include "run/run_cell.h"
#include "run/seal.h"

/* What the threads of a run share. */
struct shared {
    const struct eg_grid_run *job;
    size_t threads;     /* for each cell's own loops */
    atomic_size_t next; /* cell of the plan that nobody has taken yet */
    atomic_int broken;  /* the run ends */
    /* Under the mutex: */
    pthread_mutex_t mutex;
    struct eg_tally *tally;
    struct eg_error error; /* of the store */
};

/* A cell in hand. */
struct piece {
    struct shared *shared;
    const struct eg_cell *cell;
    double told; /* share of it that was told to be done; under the mutex */
};

static void hear(void *context, double share, int is_given)
{
    struct piece *piece = context;
    pthread_mutex_lock(&piece->shared->mutex);
    if (share > 1 - piece->told)
        share = 1 - piece->told;
    piece->told += share;
    eg_progress_advance(piece->shared->job->progress, share * piece->cell->cost, is_given);
    pthread_mutex_unlock(&piece->shared->mutex);
}

static double peak_rss_mb(void)
{
    struct rusage usage;
    return getrusage(RUSAGE_SELF, &usage) == 0 ? (double)usage.ru_maxrss / 1024 : 0;
}

/* JSON takes UTF-8 only, and a message may quote any file name or be cut in the middle of a letter. */
static void make_ascii(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text >= 0x80)
            *text = '?';
}

/* A new reference to the cell's row, or NULL when memory is short. values: taken over. */
static json_t *make_row(const struct eg_grid_run *job, const struct eg_cell *cell, json_t *values,
                        const struct eg_error *failure, double seconds)
{
    char outcome[1100] = "ok";
    const char *skip = json_string_value(json_object_get(values, "skip"));
    if (failure->status)
        snprintf(outcome, sizeof outcome, "failed: %s", failure->message);
    else if (skip)
        snprintf(outcome, sizeof outcome, "skip: %s", skip);
    if (failure->status || skip)
        json_object_clear(values);
    make_ascii(outcome);
    const int whole = !eg_row_has_null(values);
    const struct eg_experiment *experiment = job->plan->experiment;
    json_t *row = json_pack("{s:s, s:s, s:i, s:s, s:O, s:s, s:o, s:I, s:f, s:f, s:s}", "key",
                            cell->key, "experiment", experiment->name, "outcome_version",
                            experiment->outcome_version, "precision", experiment->precision,
                            "config", (json_t *)cell->config, "outcome", outcome, "values", values,
                            "seed", (json_int_t)job->plan->run->seed, "seconds", seconds,
                            "peak_rss_mb", peak_rss_mb(), "receipt", job->receipt);
    if (row &&
        ((!whole && json_object_set_new(row, "not_finite", json_true())) || eg_seal(row, NULL))) {
        json_decref(row);
        row = NULL;
    }
    return row;
}

static void note_failure(struct eg_tally *tally, const struct eg_grid_run *job,
                         const struct eg_cell *cell, const struct eg_error *failure)
{
    const size_t place = (size_t)(cell - job->plan->cells);
    if (tally->failed++ == 0 || place < tally->first_failed) {
        char *name = eg_cell_name_alloc(cell->config);
        snprintf(tally->first_failure, sizeof tally->first_failure, "%s: %s",
                 name ? name : cell->key, failure->message);
        tally->first_failed = place;
        free(name);
    }
    if (failure->status > tally->failure)
        tally->failure = failure->status;
}

/* Counts the cell and puts its row into the store in memory, where the summary finds it. */
static void account(const struct piece *piece, json_t *row, const struct eg_error *failure)
{
    struct shared *shared = piece->shared;
    const struct eg_cell *cell = piece->cell;
    pthread_mutex_lock(&shared->mutex);
    shared->tally->ran++;
    if (failure->status)
        note_failure(shared->tally, shared->job, cell, failure);
    if (json_object_set(shared->job->store->rows, cell->key, row) && !shared->error.status)
        eg_fail(&shared->error, EG_INTERNAL, "out of memory keeping a row");
    eg_progress_step(shared->job->progress, (1 - piece->told) * cell->cost);
    pthread_mutex_unlock(&shared->mutex);
}

static void end_run(const struct eg_error *trouble, struct shared *shared)
{
    pthread_mutex_lock(&shared->mutex);
    if (!shared->error.status)
        shared->error = *trouble;
    pthread_mutex_unlock(&shared->mutex);
    atomic_store(&shared->broken, 1);
}

/* Takes over values. */
static int store_row(const struct piece *piece, json_t *values, const struct eg_error *failure,
                     double seconds, struct eg_error *trouble)
{
    const struct eg_grid_run *job = piece->shared->job;
    json_t *row = make_row(job, piece->cell, values, failure, seconds);
    const int status = !row ? eg_fail(trouble, EG_INTERNAL, "out of memory writing a row of %s",
                                      job->plan->experiment->name)
                       : job->file ? eg_row_file_append(job->file, row, trouble)
                                   : EG_OK;
    if (!status)
        account(piece, row, failure);
    json_decref(row);
    return status;
}

static void run_and_store(const struct eg_cell *cell, const char *checkpoint, struct shared *shared)
{
    const struct eg_grid_run *job = shared->job;
    struct eg_error failure = {0}, trouble = {0};
    struct piece piece = {shared, cell, 0};
    const struct eg_listener listener = {&piece, 1, hear};
    struct eg_run run = *job->plan->run;
    run.listener = &listener;
    run.threads = shared->threads;
    run.checkpoint = checkpoint;
    run.key = cell->key;
    run.stop = job->stop;
    json_t *values = json_object();
    const double started = eg_clock();
    failure.status = job->plan->experiment->run_cell
                         ? eg_run_cell(job->plan->experiment, &run, cell->values, values, &failure)
                         : eg_run_config(job->plan->experiment, &run, cell->config, values,
                                         &failure);
    if (failure.status == EG_INTERRUPTED)
        json_decref(values);
    else if (store_row(&piece, values, &failure, eg_clock() - started, &trouble))
        end_run(&trouble, shared);
    else if (checkpoint && !failure.status)
        eg_checkpoint_remove(checkpoint);
}

/* Runs cells as long as there are any. */
static void run_cells(struct shared *shared)
{
    const struct eg_grid_run *job = shared->job;
    size_t i;
    while ((i = atomic_fetch_add(&shared->next, 1)) < job->plan->count) {
        const struct eg_cell *cell = &job->plan->cells[i];
        char *checkpoint = NULL;
        if (!cell->pending || atomic_load(job->stop) || atomic_load(&shared->broken))
            continue;
        if (job->folder &&
            asprintf(&checkpoint, "%s/checkpoints/%s.checkpoint", job->folder, cell->key) < 0)
            checkpoint = NULL;
        run_and_store(cell, checkpoint, shared);
        free(checkpoint);
    }
}

/* A cell alone stands in no region of OpenMP's: only the threads of outermost regions stay ready, those
 * of inner ones are begun anew for each loop. */
static void run_on_threads(size_t count, struct shared *shared)
{
    if (count == 1) {
        run_cells(shared);
        return;
    }
#pragma omp parallel num_threads((int)count)
    run_cells(shared);
}

int eg_run_grid(const struct eg_grid_run *job, struct eg_tally *tally, struct eg_error *error)
{
    struct shared shared = {.job = job, .mutex = PTHREAD_MUTEX_INITIALIZER, .tally = tally};
    *tally = (struct eg_tally){0};
    size_t pending = 0;
    for (size_t i = 0; i < job->plan->count; i++)
        pending += job->plan->cells[i].pending != 0;
    const size_t most = job->plan->experiment->is_timed ? 1 : job->threads;
    const size_t at_once = pending < most ? pending : most;
    shared.threads = at_once ? job->threads / at_once : 1;
    if (at_once)
        run_on_threads(at_once, &shared);
    tally->left = pending - tally->ran;
    pthread_mutex_destroy(&shared.mutex);
    if (shared.error.status && error)
        *error = shared.error;
    return shared.error.status;
}
