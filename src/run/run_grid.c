/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* asprintf */
#include "run/run_grid.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "nn/checkpoint.h"
#include "run/grid.h"
#include "run/run_cell.h"
#include "run/seal.h"

/* How far a cell of the plan is. */
enum stage { SETTLED, WAITING, HELD /* by another process */, OURS /* to run */ };

/* What the threads of a run share. */
struct shared {
    const struct eg_grid_run *job;
    char *stages;       /* of each cell of the plan, an enum stage */
    size_t threads;     /* for each cell's own loops */
    atomic_size_t next; /* turn of the plan that nobody has taken yet */
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
    eg_make_ascii(outcome);
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
        const int is_named = job->plan->experiment->names_failures;
        char *name = is_named ? NULL : eg_cell_name_alloc(cell->config);
        snprintf(tally->first_failure, sizeof tally->first_failure, "%s%s%s", name ? name : "",
                 name ? ": " : "", failure->message);
        tally->first_failed = place;
        free(name);
    }
    if (failure->status > tally->failure)
        tally->failure = failure->status;
}

static void account(const struct piece *piece, const struct eg_error *failure)
{
    struct shared *shared = piece->shared;
    const struct eg_cell *cell = piece->cell;
    pthread_mutex_lock(&shared->mutex);
    shared->tally->ran++;
    if (failure->status)
        note_failure(shared->tally, shared->job, cell, failure);
    eg_progress_step(shared->job->progress, (1 - piece->told) * cell->cost);
    pthread_mutex_unlock(&shared->mutex);
}

static void account_other(struct shared *shared, const struct eg_cell *cell)
{
    pthread_mutex_lock(&shared->mutex);
    shared->tally->others++;
    eg_progress_advance(shared->job->progress, cell->cost, 1);
    eg_progress_step(shared->job->progress, 0);
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
    const int status = row ? eg_store_put(job->writer, row, trouble)
                           : eg_fail(trouble, EG_INTERNAL, "out of memory writing a row of %s",
                                     job->plan->experiment->name);
    if (!status)
        account(piece, failure);
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
    failure.status = eg_run_cell(job->plan->experiment, &run, cell->values, values, &failure);
    if (failure.status == EG_INTERRUPTED)
        json_decref(values);
    else if (store_row(&piece, values, &failure, eg_clock() - started, &trouble))
        end_run(&trouble, shared);
    else if (checkpoint && !failure.status) {
        /* The row first, lest a power cut takes both. */
        if (access(checkpoint, F_OK) == 0 && eg_store_sync(job->writer, &trouble))
            end_run(&trouble, shared);
        else
            eg_checkpoint_remove(checkpoint);
    }
}

static void run_with_checkpoint(const struct eg_cell *cell, struct shared *shared)
{
    const char *folder = shared->job->folder;
    char *checkpoint = NULL;
    if (folder && asprintf(&checkpoint, "%s/checkpoints/%s.checkpoint", folder, cell->key) < 0)
        checkpoint = NULL;
    run_and_store(cell, checkpoint, shared);
    free(checkpoint);
}

/* The new stage of a cell that is not this process's yet. */
static enum stage claim_cell(const struct eg_cell *cell, struct shared *shared)
{
    enum eg_cell_claim claim;
    struct eg_error trouble = {0};
    if (eg_store_claim(shared->job->writer, cell->key, &claim, &trouble)) {
        end_run(&trouble, shared);
        return SETTLED;
    }
    if (claim == EG_CLAIM_DONE)
        account_other(shared, cell);
    return claim == EG_CLAIM_DONE ? SETTLED : claim == EG_CLAIM_HELD ? HELD : OURS;
}

/* Runs cells as long as there are any. */
static void run_cells(struct shared *shared)
{
    const struct eg_grid_run *job = shared->job;
    size_t turn;
    while ((turn = atomic_fetch_add(&shared->next, 1)) < job->plan->count) {
        const size_t i = job->plan->turns[turn];
        const struct eg_cell *cell = &job->plan->cells[i];
        char *stage = &shared->stages[i];
        if (atomic_load(job->stop) || atomic_load(&shared->broken))
            continue;
        if (*stage == WAITING)
            *stage = (char)claim_cell(cell, shared);
        if (*stage != OURS)
            continue;
        run_with_checkpoint(cell, shared);
        eg_store_release(job->writer, cell->key);
        *stage = SETTLED;
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

static size_t count_stage(const struct shared *shared, enum stage stage)
{
    size_t count = 0;
    for (size_t i = 0; i < shared->job->plan->count; i++)
        count += shared->stages[i] == (char)stage;
    return count;
}

/* Runs all cells that wait or are ours. */
static void run_round(struct shared *shared)
{
    const struct eg_grid_run *job = shared->job;
    const size_t pending = count_stage(shared, WAITING) + count_stage(shared, OURS);
    const size_t most = job->plan->experiment->is_timed ? 1 : job->threads;
    const size_t at_once = pending < most ? pending : most;
    shared->threads = at_once ? job->threads / at_once : 1;
    atomic_store(&shared->next, 0);
    if (at_once)
        run_on_threads(at_once, shared);
}

/* Seconds without a row of another process's until its cells are run here. */
static double find_patience(const struct eg_grid_run *job)
{
    double longest = 0;
    for (size_t i = 0; i < job->plan->count; i++) {
        const json_t *row = eg_store_find(job->writer->store, job->plan->cells[i].key);
        const double seconds = json_number_value(json_object_get(row, "seconds"));
        longest = seconds > longest ? seconds : longest;
    }
    const double least = job->patience > 0 ? job->patience : 600;
    return 20 * longest > least ? 20 * longest : least;
}

/* Takes the held cells, without a claim. */
static void take_over(struct shared *shared, double waited)
{
    const struct eg_plan *plan = shared->job->plan;
    char *name = NULL;
    const size_t count = count_stage(shared, HELD);
    for (size_t i = plan->count; i-- > 0;)
        if (shared->stages[i] == HELD) {
            shared->stages[i] = OURS;
            free(name);
            name = eg_cell_name_alloc(plan->cells[i].config);
        }
    eg_warn(&shared->job->writer->store->warner,
            "another process on this store holds %zu cells and brought no row in %.0f s; they are "
            "run here too; the first: %s",
            count, waited, name ? name : "out of memory naming it");
    free(name);
}

/* Waits for the cells that other processes hold, until some are to be run here. */
static void await_held(struct shared *shared)
{
    const struct timespec pause = {0, 200000000};
    const struct eg_grid_run *job = shared->job;
    const double began = eg_clock(), patience = find_patience(job);
    const size_t held = count_stage(shared, HELD);
    while (count_stage(shared, HELD) == held && !atomic_load(job->stop) &&
           !atomic_load(&shared->broken)) {
        for (size_t i = 0; i < job->plan->count && !atomic_load(&shared->broken); i++)
            if (shared->stages[i] == HELD)
                shared->stages[i] = (char)claim_cell(&job->plan->cells[i], shared);
        if (count_stage(shared, HELD) < held)
            return;
        if (eg_clock() - began > patience)
            take_over(shared, eg_clock() - began);
        else
            nanosleep(&pause, NULL);
    }
}

int eg_run_grid(const struct eg_grid_run *job, struct eg_tally *tally, struct eg_error *error)
{
    struct shared shared = {.job = job, .mutex = PTHREAD_MUTEX_INITIALIZER, .tally = tally};
    *tally = (struct eg_tally){0};
    shared.stages = eg_alloc(job->plan->count + 1, 1, error);
    if (!shared.stages)
        return EG_INTERNAL;
    for (size_t i = 0; i < job->plan->count; i++)
        shared.stages[i] = job->plan->cells[i].pending ? WAITING : SETTLED;
    const size_t pending = count_stage(&shared, WAITING);
    run_round(&shared);
    while (count_stage(&shared, HELD) && !atomic_load(job->stop) && !atomic_load(&shared.broken)) {
        await_held(&shared);
        run_round(&shared);
    }
    tally->left = pending - tally->ran - tally->others;
    free(shared.stages);
    pthread_mutex_destroy(&shared.mutex);
    if (shared.error.status && error)
        *error = shared.error;
    return shared.error.status;
}
