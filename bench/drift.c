/* SPDX-License-Identifier: GPL-3.0-or-later */
/* egbench-drift: whether a nightly run's results, speed and memory are still those of the reference. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/input_file.h"
#include "bench/nightly/drift_replay.h"
#include "bench/nightly/drift_verdict.h"
#include "bench/experiments.h"
#include "bench/frame/own_file.h"
#include "bench/frame/start.h"

static const char program[] = "egbench-drift";

/* Measures seem to have moved, and no confirming run was given. */
enum { UNDECIDED = 5 };

static const struct eg_term exit_codes[] = {
    {"0", "no drift"},
    {"1", "a drift, or a nightly run that is broken"},
    {"2", "the command line is wrong"},
    {"3", "a file or folder is missing, malformed or not writable"},
    {"4", "out of memory, or a bug"},
    {"5", "not decided: run the confirming seeds and ask again with --confirm-seeds"},
    {NULL, NULL},
};

static const struct eg_term files[] = {
    {"FOLDER/seed-N/runs/*.jsonl", "the run's rows of seed N"},
    {"results/reference/nightly.jsonl", "what nightly runs are compared with"},
    {"results/reference/smoke", "rows of one seed, so that cells which changed can be named"},
    {"results/history.jsonl",
     "a line for each nightly run: speed, memory, and since when bits are others"},
    {NULL, NULL}};

static const struct eg_term examples[] = {
    {"egbench-drift --seeds 0..9", "the current run compared with the reference"},
    {"egbench-drift --seeds 0..9 --confirm-seeds 10..19", "the same with a second look"},
    {"egbench-drift --replay 400", "how often an alarm is false, and what is seen"},
    {NULL, NULL}};

static const char description[] =
    "Compares a nightly run with the reference and says what moved, how sure that is "
    "and what to look at. Where a seed's digest is the reference's there is nothing to test. Else "
    "the cells and measures that changed are named, and since which commit. A measure has drifted "
    "when it moved by more than chance (Benjamini and Hochberg over all measures, 5 %), by at "
    "least "
    "half a percent, up or down, and does so again, the same way, on the confirming seeds (1 %). "
    "Seeds that the reference has too are compared pair by pair (Student's t), others by ranks "
    "(Mann and Whitney).\n\n"
    "Speed and memory are compared with the history: a step is a change of 10 % at least, and of "
    "2.5 "
    "times the runs' spread, that lasts for four runs.";

struct request {
    const char *reference, *history, *scale, *seeds, *confirm, *steps, *cells;
    size_t replay, planted_seeds, threads;
    int json;
    struct eg_common_options common;
};

/* ---- reading ---- */

/* A nightly run is timed or not. */
static int read_steps(const char *path, json_t **steps, struct eg_error *error)
{
    struct eg_input_reason why;
    *steps = NULL;
    if (!path)
        return EG_OK;
    *steps = eg_read_json(path, &why);
    return *steps ? EG_OK
                  : eg_fail(error, why.status,
                            "cannot read %s: %s; make it with egbench-kernels --short --json", path,
                            why.text);
}

/* ---- comparing ---- */

/* The first of the nightly run's seeds that the rows kept beside the reference have, if any. */
static int compare_cells(struct eg_drift_change *change, const struct request *request,
                         const char *folder, uint64_t seed, struct eg_error *error)
{
    char store[4096];
    snprintf(store, sizeof store, "%s/seed-%llu", folder, (unsigned long long)seed);
    if (access(request->cells, R_OK) || change->unequal == 0)
        return EG_OK;
    return eg_drift_compare_cells(change, request->cells, store, request->scale, seed,
                                  (struct eg_warner){0}, error);
}

/* Of the current run's seeds, and of those that confirm. */
static int find_missing(struct eg_drift_change *change, const struct eg_experiment *experiment,
                        const struct eg_drift *drift, const char *folder, struct eg_error *error)
{
    const struct eg_nightly *const nightly_runs[] = {drift->current, drift->confirming};
    int status = EG_OK;
    for (size_t i = 0; i < 2 && !status; i++)
        if (nightly_runs[i])
            status = eg_drift_find_missing(change, experiment, drift->reference, nightly_runs[i],
                                           folder, eg_stderr_warner(program), error);
    return status;
}

static int compare_experiments(struct eg_drift *drift, const struct request *request,
                               const char *folder, const struct eg_history *history,
                               struct eg_error *error)
{
    int status = EG_OK;
    while (eg_experiments[drift->change_count])
        drift->change_count++;
    drift->changes = eg_alloc(drift->change_count, sizeof *drift->changes, error);
    if (!drift->changes)
        return EG_INTERNAL;
    for (size_t i = 0; i < drift->change_count && !status; i++) {
        struct eg_drift_change *change = &drift->changes[i];
        eg_drift_compare_digests(change, eg_experiments[i]->name, drift->reference, drift->current,
                                 history);
        status = find_missing(change, eg_experiments[i], drift, folder, error);
        if (!status)
            status = compare_cells(change, request, folder, drift->current->seeds[0], error);
    }
    return status;
}

static int compare(struct eg_drift *drift, const struct request *request, const char *folder,
                   const struct eg_history *history, const json_t *steps, struct eg_error *error)
{
    drift->same_machine = eg_drift_same_machine(drift->reference, drift->current);
    int status = compare_experiments(drift, request, folder, history, error);
    if (!status)
        status = eg_drift_look(&drift->screen, drift->reference, drift->current, error);
    if (!status && drift->confirming)
        status = eg_drift_look_again(&drift->screen, drift->reference, drift->confirming, error);
    if (!status)
        status = eg_drift_weigh_costs(&drift->costs, history, drift->current, steps, error);
    if (!status)
        status = eg_drift_print(drift, request->json, stdout, error);
    if (status)
        return status;
    switch (eg_drift_verdict(drift)) {
    case EG_FOUND_SAME:
    case EG_FOUND_QUIET:
        return EG_OK;
    case EG_FOUND_SUSPECT:
        return UNDECIDED;
    default:
        return EG_CLAIM_FAILED;
    }
}

static int check_scales(const struct eg_nightly *reference, const char *scale,
                        struct eg_error *error)
{
    return strcmp(reference->scale, scale) == 0
               ? EG_OK
               : eg_fail(error, EG_USAGE,
                         "the reference is of scale %s, not %s; give --scale or --reference",
                         reference->scale, scale);
}

static int compare_nightly_run(const struct request *request, const char *folder,
                               struct eg_error *error)
{
    struct eg_nightly reference = {0}, current = {0}, confirming = {0};
    struct eg_history history = {0};
    struct eg_drift drift = {.reference = &reference,
                             .current = &current,
                             .confirming = request->confirm ? &confirming : NULL};
    const struct eg_warner warner = eg_stderr_warner(program);
    json_t *steps = NULL;
    int status = eg_nightly_read(&reference, request->reference, error);
    if (!status)
        status = check_scales(&reference, request->scale, error);
    if (!status)
        status = eg_nightly_collect(&current, folder, request->scale, request->seeds,
                                    eg_experiments, warner, error);
    if (!status && request->confirm)
        status = eg_nightly_collect(&confirming, folder, request->scale, request->confirm,
                                    eg_experiments, warner, error);
    if (!status)
        status = read_steps(request->steps, &steps, error);
    if (!status)
        status = eg_history_read(request->history, warner, &history, error);
    if (!status)
        status = compare(&drift, request, folder, &history, steps, error);
    eg_drift_screen_free(&drift.screen);
    eg_costs_free(&drift.costs);
    free(drift.changes);
    eg_history_free(&history);
    json_decref(steps);
    eg_nightly_free(&confirming);
    eg_nightly_free(&current);
    eg_nightly_free(&reference);
    return status;
}

/* The reference is the pool; files of the same seeds made on other machines follow. */
static int replay_nightly_runs(const struct request *request, char **files_of_others, size_t count,
                               struct eg_error *error)
{
    struct eg_nightly pool = {0}, *others = eg_alloc(count, sizeof *others, error);
    struct eg_replay replay = {0};
    struct eg_history history = {0};
    struct eg_scatter scatter = {0};
    if (!others)
        return EG_INTERNAL;
    int status = eg_nightly_read(&pool, request->reference, error);
    if (!status)
        status = eg_history_read(request->history, eg_stderr_warner(program), &history, error);
    if (!status)
        status = eg_scatter_measure(&scatter, &history, error);
    for (size_t i = 0; i < count && !status; i++)
        status = eg_nightly_read(&others[i], files_of_others[i], error);
    const struct eg_replay_sources sources = {
        &pool, others, count, request->replay, request->planted_seeds, request->threads, &scatter};
    if (!status)
        status = eg_drift_replay(&replay, &sources, error);
    if (!status)
        status = eg_replay_print(&replay, request->json, stdout, error);
    eg_replay_free(&replay);
    eg_scatter_free(&scatter);
    eg_history_free(&history);
    for (size_t i = 0; i < count; i++)
        eg_nightly_free(&others[i]);
    free(others);
    eg_nightly_free(&pool);
    return status;
}

static int read_and_run(int argc, char **argv, struct eg_error *error)
{
    struct request request = {.reference = "results/reference/nightly.jsonl",
                              .history = "results/history.jsonl",
                              .scale = "smoke",
                              .seeds = "0..9",
                              .planted_seeds = 20,
                              .threads = 2,
                              .cells = "results/reference/smoke"};
    const struct eg_option options[] = {
        {"scale", 's', "SCALE", "of the rows: smoke (default), quick, night or paper",
         eg_parse_choice, &request.scale, 0, 0, "smoke quick night paper"},
        {"seeds", 0, "SEEDS", "the current run's: 0..9 (default), or 3,5,8..10", eg_parse_text,
         &request.seeds, 0, 0, NULL},
        {"confirm-seeds", 0, "SEEDS", "those of a confirming run", eg_parse_text, &request.confirm,
         0, 0, NULL},
        {"steps", 0, "FILE", "what egbench-kernels --short --json printed in this run",
         eg_parse_text, &request.steps, 0, 0, NULL},
        {"reference", 0, "FILE", "the reference (default results/reference/nightly.jsonl)",
         eg_parse_text, &request.reference, 0, 0, NULL},
        {"cells", 0, "DIR",
         "store with the reference's rows of the current run's first seed (default "
         "results/reference/smoke)",
         eg_parse_text, &request.cells, 0, 0, NULL},
        {"history", 0, "FILE", "the history (default results/history.jsonl)", eg_parse_text,
         &request.history, 0, 0, NULL},
        {"replay", 0, "NIGHTS",
         "judge no run but this rule: so many runs of each kind made of the reference's seeds, "
         "without and with a change; FILEs of the same seeds made on other machines may follow",
         eg_parse_count, &request.replay, 1, 1000000, NULL},
        {"planted-seeds", 0, "N",
         "with --replay: run cells with a changed configuration for so many seeds (default 20, "
         "minutes; 0: none)",
         eg_parse_count, &request.planted_seeds, 0, EG_NIGHTLY_SEEDS, NULL},
        {"threads", 't', "N", "with --replay: on so many threads (default 2)", eg_parse_count,
         &request.threads, 1, 1024, NULL},
        {"json", 'j', NULL, "print all of it as one JSON object", eg_parse_flag, &request.json, 0,
         0, NULL},
        EG_COMMON_OPTIONS(&request.common)};
    const struct eg_manual manual = {.program = program,
                                     .title = "says whether results, speed or memory drifted",
                                     .operands = "[FOLDER | FILE ...]",
                                     .description = description,
                                     .options = options,
                                     .exit_codes = exit_codes,
                                     .files = files,
                                     .examples = examples,
                                     .see_also = "egbench egbench-nightly",
                                     .version = EG_BUILD_VERSION,
                                     .date = EG_MANUAL_DATE};
    int first;
    struct eg_own_path reference, cells;
    const int status = eg_options_read(options, 1, argc, argv, &first, error);
    if (status || eg_answer_common(&request.common, &manual))
        return status;
    request.reference = eg_find_own(request.reference, &reference);
    request.cells = eg_find_own(request.cells, &cells);
    if (request.replay)
        return replay_nightly_runs(&request, argv + first, (size_t)(argc - first), error);
    if (argc - first > 1)
        return eg_fail(error, EG_USAGE, "%d folders, not one", argc - first);
    return compare_nightly_run(&request, argc > first ? argv[first] : "results/nightly/rows",
                               error);
}

int main(int argc, char **argv)
{
    return eg_run_program(program, read_and_run, argc, argv);
}
