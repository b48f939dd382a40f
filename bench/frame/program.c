/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/program.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/real.h"
#include "bench/frame/manual.h"
#include "bench/frame/print_estimate.h"
#include "bench/frame/print_results.h"
#include "bench/frame/settings.h"
#include "bench/frame/start.h"
#include "bench/frame/verify_rows.h"
#include "bench/frame/view.h"
#include "run/grid.h"
#include "run/receipt.h"
#include "run/run_grid.h"

/* A program in its course. */
struct session {
    const struct eg_experiment *experiment;
    const char *program;
    struct eg_settings settings;
    struct eg_plan plan;
    struct eg_store store;
    struct eg_verification verification;
    const atomic_int *stop;
};

__attribute__((format(printf, 2, 3))) static void tell(const struct session *session,
                                                       const char *format, ...)
{
    va_list arguments;
    if (session->settings.quiet)
        return;
    fprintf(stderr, "%s: ", session->program);
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

static int has_followers(const struct session *session)
{
    const struct eg_experiment *experiment = session->experiment;
    return experiment->has_followers &&
           (!experiment->may_follow || experiment->may_follow(&session->settings.run));
}

/* --list: all cells and their outcomes; --dry-run: those that would run. */
static int print_cells(const struct session *session, struct eg_error *error)
{
    static const char *const outcomes[] = {"missing", "failed", "skip", "ok"};
    for (size_t i = 0; i < session->plan.count; i++) {
        const struct eg_cell *cell = &session->plan.cells[i];
        if (session->settings.dry_run && !cell->pending)
            continue;
        char *name = eg_cell_name_alloc(cell->config);
        if (!name)
            return eg_fail(error, EG_INTERNAL, "out of memory naming the cells");
        if (session->settings.list)
            printf("%s\t", outcomes[eg_store_outcome(&session->store, cell->key)]);
        puts(name);
        free(name);
    }
    return EG_OK;
}

static int print_estimate(struct session *session, struct eg_error *error)
{
    struct eg_estimate estimate;
    const struct eg_settings *settings = &session->settings;
    int status = eg_estimate_plan(&session->plan, session->stop, &estimate, error);
    if (status)
        return status;
    /* A shard is for this machine alone. */
    const size_t nodes = settings->shard.count > 1 ? 1 : settings->nodes;
    status = eg_print_estimate(&session->plan, &estimate, nodes, settings->threads, stdout, error);
    eg_estimate_free(&estimate);
    return status;
}

/* The receipt goes into the store once, before the first row that names it. */
static int store_receipt(const struct session *session, struct eg_store_writer *writer,
                         json_t **receipt, struct eg_error *error)
{
    char hash[EG_KEY_SIZE];
    *receipt = eg_receipt_make(session->experiment->code_hash, session->settings.threads, hash,
                               error);
    if (!*receipt)
        return EG_INTERNAL;
    return json_object_get(session->store.receipts, hash) ? EG_OK
                                                          : eg_store_put(writer, *receipt, error);
}

/* EGBENCH_CLAIM_SECONDS; 0: not given. */
static int read_patience(double *seconds, struct eg_error *error)
{
    const char *text = getenv("EGBENCH_CLAIM_SECONDS");
    char *end = NULL;
    *seconds = text ? strtod(text, &end) : 0;
    return !text || (end != text && !*end && isfinite(*seconds) && *seconds > 0)
               ? EG_OK
               : eg_fail(error, EG_USAGE,
                         "EGBENCH_CLAIM_SECONDS=%.40s in the environment: give a number of seconds "
                         "above 0",
                         text);
}

static int run_pending(struct session *session, size_t pending, struct eg_store_writer *writer,
                       const json_t *receipt, struct eg_tally *tally, struct eg_error *error)
{
    double cost = 0, patience;
    if (read_patience(&patience, error))
        return error->status;
    const struct eg_settings *settings = &session->settings;
    for (size_t i = 0; i < session->plan.count; i++)
        cost += session->plan.cells[i].pending ? session->plan.cells[i].cost : 0;
    struct eg_progress progress = eg_progress_start(settings->quiet ? NULL : stderr,
                                                    session->program, pending, cost);
    const struct eg_grid_run job = {
        .plan = &session->plan,
        .threads = settings->threads,
        .stop = session->stop,
        .receipt = json_string_value(json_object_get(receipt, "receipt")),
        .writer = writer,
        .progress = &progress,
        .folder = settings->out,
        .patience = patience};
    const int status = eg_run_grid(&job, tally, error);
    eg_progress_end(&progress);
    return status;
}

static int verify(const struct session *session, struct eg_store_writer *writer,
                  const json_t *receipt, struct eg_error *error)
{
    const struct eg_verify_job job = {
        .verification = &session->verification,
        .store = &session->store,
        .folder = session->settings.out,
        .writer = writer,
        .receipt = receipt,
        .threads = session->settings.threads,
        .stop = session->stop,
        .progress = session->settings.quiet ? NULL : stderr,
        .program = session->program,
    };
    const int status = eg_verify_rows(&job, error);
    if (!status)
        tell(session, "%zu cells run anew came out equal, so that the rows of their kinds stand",
             session->verification.chosen);
    return status;
}

/* What other code made and nobody compared stands all the same, but not silently. */
static void tell_unverified(const struct session *session)
{
    const struct eg_verification *verification = &session->verification;
    if (verification->unverified && verification->kinds_left)
        tell(session,
             "not verified: rows of other code of %zu of %zu kinds of cells%s; --verify 1 runs one "
             "of each",
             verification->kinds_left, verification->kinds,
             session->settings.verify.kind == EG_VERIFY_NONE
                 ? ""
                 : ", of which the quickest takes too long to run it unasked");
}

/* Verifies what other code made, then runs what is pending. */
static int verify_and_run(struct session *session, size_t pending, struct eg_tally *tally,
                          struct eg_error *error)
{
    struct eg_store_writer writer;
    struct eg_error unheard;
    json_t *receipt = NULL;
    tell_unverified(session);
    if (!pending && !session->verification.chosen)
        return EG_OK;
    int status = eg_store_writer_open(&writer, &session->store, session->settings.out,
                                      &session->settings.shard, session->stop, error);
    if (status)
        return status;
    status = store_receipt(session, &writer, &receipt, error);
    if (!status && session->verification.chosen)
        status = verify(session, &writer, receipt, error);
    if (!status && pending)
        status = run_pending(session, pending, &writer, receipt, tally, error);
    json_decref(receipt);
    const int closed = eg_store_writer_close(&writer, status ? &unheard : error);
    return status ? status : closed;
}

static int print_results(const struct session *session, const struct eg_rows *rows, size_t missing,
                         struct eg_error *error)
{
    struct eg_results results = {0};
    int status = EG_OK;
    if (missing < session->plan.count)
        status = eg_summarise(session->experiment, rows, &results, error);
    if (!status && session->settings.json)
        status = eg_print_json(session->experiment, &results, stdout, error);
    else if (!status)
        eg_print_tables(session->experiment, &results, stdout);
    eg_results_free(&results);
    return status;
}

static int print_summary(const struct session *session, struct eg_error *error)
{
    struct eg_rows rows = {0};
    size_t missing;
    int status = eg_plan_collect_rows(&session->plan, &session->store, &rows, &missing, error);
    if (!status && session->experiment->present)
        status = session->experiment->present(&session->settings.run, &rows, session->settings.json,
                                              stdout, error);
    else if (!status)
        status = print_results(session, &rows, missing, error);
    eg_rows_free(&rows);
    return status;
}

/* Of a shard its own cells alone: what the others do meanwhile it does not know. */
static void tell_outcomes(const struct session *session, const struct eg_tally *tally,
                          const char *took)
{
    char others[64] = "";
    size_t counts[EG_OUTCOME_OK + 1] = {0}, own = 0;
    for (size_t i = 0; i < session->plan.count; i++) {
        const struct eg_cell *cell = &session->plan.cells[i];
        if (cell->shard != session->settings.shard.index)
            continue;
        own++;
        counts[eg_store_outcome(&session->store, cell->key)]++;
    }
    if (tally->others)
        snprintf(others, sizeof others, ", %zu by another process meanwhile", tally->others);
    tell(session, "%zu cells in %s: %zu ok, %zu skipped, %zu failed, %zu missing; %zu run in %s%s",
         own, session->settings.out, counts[EG_OUTCOME_OK], counts[EG_OUTCOME_SKIP],
         counts[EG_OUTCOME_FAILED], counts[EG_OUTCOME_MISSING], tally->ran, took, others);
}

/* Lists the cells anew, with those that follow from rows of the store. */
static int plan_again(struct session *session, struct eg_error *error)
{
    struct eg_settings *settings = &session->settings;
    settings->run.rows = session->store.rows;
    settings->run.is_reckoned = settings->estimate;
    eg_plan_free(&session->plan);
    return eg_plan_make(&session->plan, session->experiment, &settings->run, settings->only, error);
}

static void add_tally(const struct eg_tally *more, struct eg_tally *tally)
{
    const struct eg_tally sum = {.ran = tally->ran + more->ran,
                                 .others = tally->others + more->others};
    if (more->failed)
        *tally = *more;
    tally->ran = sum.ran;
    tally->others = sum.others;
    tally->left = more->left;
}

/* Then runs the cells that follow from those, until there are no more. A shard does not know what the others
 * have, and goes on by the same command when all are done. */
static int run_followers(struct session *session, struct eg_tally *tally, struct eg_error *error)
{
    const struct eg_shard *shard = &session->settings.shard;
    int status = EG_OK;
    if (!has_followers(session) || shard->count > 1)
        return EG_OK;
    for (size_t known = 0; !status && !tally->left && known < session->plan.count;) {
        struct eg_tally more = {0};
        known = session->plan.count;
        status = plan_again(session, error);
        if (status || session->plan.count == known)
            return status;
        const size_t pending = eg_plan_mark_pending(&session->plan, shard, &session->store, 0);
        tell(session, "%zu cells follow from these", session->plan.count - known);
        session->verification.chosen = 0;
        status = verify_and_run(session, pending, &more, error);
        add_tally(&more, tally);
    }
    return status;
}

/* Runs what is pending and sums up. */
static int run_and_sum_up(struct session *session, size_t pending, struct eg_error *error)
{
    struct eg_tally tally = {0};
    char took[32];
    const double started = eg_clock();
    int status = verify_and_run(session, pending, &tally, error);
    if (!status)
        status = run_followers(session, &tally, error);
    if (status)
        return status;
    eg_format_duration(eg_clock() - started, took, sizeof took);
    if (tally.left)
        return eg_fail(error, EG_INTERRUPTED,
                       "interrupted: %zu cells done, %zu left; the same command goes on there",
                       tally.ran, tally.left);
    /* What one shard has is no result yet. */
    if (session->settings.shard.count == 1)
        status = print_summary(session, error);
    tell_outcomes(session, &tally, took);
    if (!status && tally.failed && session->experiment->names_failures) {
        tell(session,
             "%zu of %zu cells failed, and will be tried again by the same command; the "
             "first:",
             tally.failed, tally.ran);
        status = eg_fail(error, tally.failure, "%s", tally.first_failure);
    } else if (!status && tally.failed)
        status = eg_fail(error, tally.failure,
                         "%zu of %zu cells failed, and will be tried again by the same command; "
                         "the first: %s",
                         tally.failed, tally.ran, tally.first_failure);
    return status;
}

static void tell_shard(const struct session *session)
{
    const struct eg_shard *shard = &session->settings.shard;
    size_t own = 0;
    for (size_t i = 0; i < session->plan.count; i++)
        own += session->plan.cells[i].shard == shard->index;
    tell(session, "shard %zu of %zu (%s): %zu of the %zu cells%s", shard->index, shard->count,
         shard->source, own, session->plan.count,
         own ? "; egbench-report sums up when all are done"
             : ", so there is nothing to do here: fewer shards would do");
}

static int carry_out(struct session *session, struct eg_error *error)
{
    struct eg_settings *settings = &session->settings;
    int status = eg_plan_make(&session->plan, session->experiment, &settings->run, settings->only,
                              error);
    if (!status)
        status = eg_store_make(&session->store, session->experiment->name,
                               eg_stderr_warner(session->program), error);
    session->store.outcomes_only = settings->shard.count > 1 && !has_followers(session);
    session->store.takes_unchecked = settings->unchecked;
    if (!status)
        status = eg_store_load(&session->store, settings->out, error);
    if (!status && has_followers(session))
        status = plan_again(session, error);
    if (status)
        return status;
    status = eg_plan_deal(&session->plan, settings->shard.count, error);
    if (status)
        return status;
    if (settings->shard.count > 1)
        tell_shard(session);
    const size_t pending = eg_plan_mark_pending(&session->plan, &settings->shard, &session->store,
                                                settings->force);
    session->stop = eg_catch_signals();
    if (settings->list || settings->dry_run)
        return print_cells(session, error);
    if (settings->estimate)
        return print_estimate(session, error);
    if (!settings->force)
        status = eg_verification_make(&session->verification, &session->plan, &session->store,
                                      &settings->shard, settings->verify, settings->threads, error);
    return status ? status : run_and_sum_up(session, pending, error);
}

static int act_or_run(struct session *session, struct eg_error *error)
{
    int done = 0, status = EG_OK;
    if (session->experiment->act)
        status = session->experiment->act(&session->settings.run, stdout, &done, error);
    return status || done ? status : carry_out(session, error);
}

int eg_program_main(const struct eg_experiment *experiment, int argc, char **argv)
{
    char program[64];
    struct eg_error error = {0};
    struct eg_option options[EG_OPTION_COUNT];
    struct session session = {.experiment = experiment, .program = program};
    snprintf(program, sizeof program, "egbench-%s", experiment->name);
    size_t threads;
    int status = eg_start_program(&threads, &error);
    if (!status && strcmp(experiment->precision, EG_REAL_NAME) != 0)
        status = eg_fail(&error, EG_INTERNAL,
                         "%s is of %s precision, but compiled in %s: build it with make",
                         experiment->name, experiment->precision, EG_REAL_NAME);
    eg_settings_options(&session.settings, experiment, threads, options);
    if (!status)
        status = eg_settings_read(&session.settings, options, argc, argv, &error);
    if (!status && !eg_answer_experiment(&session.settings.common, experiment, program, options))
        status = act_or_run(&session, &error);
    eg_verification_free(&session.verification);
    eg_plan_free(&session.plan);
    eg_store_free(&session.store);
    eg_settings_free(&session.settings);
    return eg_finish_program(program, status, &error);
}
