/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/verify_rows.h"

#include <stdlib.h>
#include <string.h>

#include "run/grid.h"
#include "run/run_grid.h"
#include "run/tolerance.h"
#include "run/vouch.h"

const char *eg_outcome_fix(const char *experiment, char *text, size_t size)
{
    char file[64];
    snprintf(file, sizeof file, "%s", experiment);
    for (char *dash = file; (dash = strchr(dash, '-')); dash++)
        *dash = '_';
    snprintf(text, size,
             "raise .outcome_version in bench/%s.c if the change was meant, else find what changed",
             file);
    return text;
}

static int run_again(const struct eg_verify_job *job, struct eg_store *again,
                     struct eg_error *error)
{
    char label[96];
    struct eg_tally tally;
    struct eg_store_writer writer;
    const struct eg_plan *plan = &job->verification->plan;
    double cost = 0;
    for (size_t i = 0; i < plan->count; i++)
        cost += plan->cells[i].pending ? plan->cells[i].cost : 0;
    snprintf(label, sizeof label, "%s: verifying", job->program);
    eg_store_writer_open_memory(&writer, again);
    struct eg_progress progress = eg_progress_start(job->progress, label, job->verification->chosen,
                                                    cost);
    const struct eg_grid_run grid_run = {
        .plan = plan,
        .threads = job->threads,
        .stop = job->stop,
        .receipt = json_string_value(json_object_get(job->receipt, "receipt")),
        .writer = &writer,
        .progress = &progress,
    };
    const int status = eg_run_grid(&grid_run, &tally, error);
    eg_progress_end(&progress);
    eg_store_writer_close(&writer, NULL);
    return status;
}

static const char *text_of(const json_t *object, const char *field)
{
    const char *text = json_string_value(json_object_get(object, field));
    return text ? text : "unknown";
}

static int fail_difference(const struct eg_verify_job *job, const struct eg_store *store,
                           const struct eg_verified *verified, struct eg_error *error)
{
    const struct eg_experiment *experiment = job->verification->plan.experiment;
    const struct eg_moved_value *moved = &verified->moved;
    const char *hash = text_of(verified->was, "receipt"), *code = eg_row_code(store, verified->was);
    const json_t *receipt = json_object_get(store->receipts, hash);
    char fix[200], *name = eg_cell_name_alloc(verified->cell->config);
    if (!eg_receipts_alike(receipt, job->receipt))
        snprintf(
            fix, sizeof fix,
            "that is more than another core or library should do; with OPENBLAS_CORETYPE=%.40s and "
            "the same libraries every bit must be the same",
            text_of(receipt, "blas_core"));
    else if (strcmp(code, experiment->code_hash) == 0)
        snprintf(fix, sizeof fix, "the code is the same, so look at compiler, flags and memory");
    else
        eg_outcome_fix(experiment->name, fix, sizeof fix);
    eg_fail(error, EG_CLAIM_FAILED,
            "%zu of %zu cells run anew have other values; %.300s: %s was %s (code %.8s, commit %s, "
            "core %s), is %s (code %.8s, commit %s, core %s): %s",
            verified->different, verified->different + verified->equal,
            name ? name : verified->cell->key, moved->where, moved->was, code,
            text_of(receipt, "commit"), text_of(receipt, "blas_core"), moved->now,
            experiment->code_hash, text_of(job->receipt, "commit"),
            text_of(job->receipt, "blas_core"), fix);
    free(name);
    return EG_CLAIM_FAILED;
}

/* What is known already need not be written again. */
static int write_vouches(const struct eg_verify_job *job, const json_t *vouches,
                         struct eg_error *error)
{
    size_t i, k;
    json_t *vouch, *known;
    int status = EG_OK;
    json_array_foreach(vouches, i, vouch)
    {
        int is_known = 0;
        json_array_foreach(job->store->vouches, k, known) is_known |= json_equal(known, vouch);
        if (!is_known && !status)
            status = eg_store_put(job->writer, vouch, error);
    }
    return status;
}

static int compare(const struct eg_verify_job *job, const struct eg_store *store,
                   const struct eg_store *again, struct eg_error *error)
{
    struct eg_verified verified;
    int status = eg_compare_verified(job->verification, store, again, job->receipt, &verified,
                                     error);
    if (status)
        return status;
    status = write_vouches(job, verified.vouches, error);
    if (!status && verified.different)
        status = fail_difference(job, store, &verified, error);
    eg_verified_free(&verified);
    return status;
}

int eg_verify_rows(const struct eg_verify_job *job, struct eg_error *error)
{
    const char *name = job->verification->plan.experiment->name;
    struct eg_store again, whole = {0};
    int status = eg_store_make(&again, name, (struct eg_warner){0}, error);
    if (status)
        return status;
    status = run_again(job, &again, error);
    if (!status && job->store->outcomes_only) {
        status = eg_store_make(&whole, name, (struct eg_warner){0}, error);
        whole.takes_unchecked = job->store->takes_unchecked;
        if (!status)
            status = eg_store_load(&whole, job->folder, error);
    }
    if (!status)
        status = compare(job, job->store->outcomes_only ? &whole : job->store, &again, error);
    eg_store_free(&whole);
    eg_store_free(&again);
    return status;
}
