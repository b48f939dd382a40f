/* SPDX-License-Identifier: GPL-3.0-or-later */
/* egbench-nightly: keeps what nightly runs are compared with, and their history. bench/nightly.sh calls it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/input_file.h"
#include "bench/nightly/nightly_line.h"
#include "bench/frame/start.h"
#include "bench/page/markup.h"
#include "run/history.h"
#include "run/receipt.h"

static const char program[] = "egbench-nightly";

static const struct eg_term files[] = {
    {"results/nightly/rows/seed-N/runs/*.jsonl", "the run's rows of seed N (FOLDER)"},
    {"results/reference/nightly.jsonl",
     "what nightly runs are compared with; bench/frame/nightly_reference.h says what is in it"},
    {"results/history.jsonl", "a line for each nightly run and for each baseline that was moved; "
                              "src/run/history.h says what is in it"},
    {NULL, NULL}};

static const struct eg_term examples[] = {
    {"make nightly", "a whole nightly run: runs, compares, keeps"},
    {"make accept REASON=\"a better step size\"", "moves the baseline to this code"},
    {"egbench-nightly --show", "the history in some lines"},
    {NULL, NULL}};

static const char description[] =
    "Sums up the rows of a nightly run, seed by seed, and keeps them: as the reference that later "
    "runs are compared with (--make-reference), as a line of the history (--record), or as the "
    "new baseline with the reason in the history (--accept). egbench-drift compares. make nightly, "
    "make nightly-reference and make accept call both.";

struct request {
    const char *scale, *seeds, *history, *reference, *steps, *verdict, *reason;
    int make_reference, record, identity, show;
    struct eg_common_options common;
};

/* Code hashes and machine: rows of one identity are rows of one run. */
static int print_identity(struct eg_error *error)
{
    char hash[EG_KEY_SIZE];
    json_t *code = json_object(), *receipt = eg_receipt_make("", 1, hash, error);
    if (!receipt)
        return EG_INTERNAL;
    for (const struct eg_experiment *const *e = eg_experiments; *e; e++)
        json_object_set_new(code, (*e)->name, json_string((*e)->code_hash));
    json_t *identity = json_pack("{s:o}", "code", code);
    static const char *const fields[] = {"blas_core", "openblas", "gsl", "libc", "compiler", "cpu"};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        json_object_set(identity, fields[i], json_object_get(receipt, fields[i]));
    char *text = eg_canonical_alloc(identity);
    if (text)
        puts(text);
    free(text);
    json_decref(identity);
    json_decref(receipt);
    return text ? EG_OK : eg_fail(error, EG_INTERNAL, "out of memory");
}

/* A field of a line, at least so wide, and two blanks. */
static void print_field(const char *text, int width)
{
    eg_write_terminal(stdout, text);
    printf("%*s  ", (int)strlen(text) < width ? width - (int)strlen(text) : 0, "");
}

static int show_history(const char *path, struct eg_error *error)
{
    struct eg_history history;
    int status = eg_history_read(path, eg_stderr_warner(program), &history, error);
    if (status)
        return status;
    size_t i;
    json_t *line;
    json_array_foreach(history.lines, i, line)
    {
        const char *verdict = json_string_value(json_object_get(line, "verdict"));
        print_field(json_string_value(json_object_get(line, "time")), 20);
        print_field(json_string_value(json_object_get(line, "commit")), 12);
        print_field(verdict ? verdict : "accepted", 9);
        eg_write_terminal(stdout,
                          json_string_value(json_object_get(line, verdict ? "answer" : "reason")));
        putchar('\n');
    }
    printf("%zu lines, %zu passed over, %zu with a time that goes backwards, %zu of version 1, "
           "without a check\n",
           json_array_size(history.lines), history.malformed + history.torn, history.backwards,
           history.unchecked);
    eg_history_free(&history);
    return EG_OK;
}

/* The one JSON object in the file; NULL with *error filled when there is none. */
static json_t *read_object(const char *path, struct eg_error *error)
{
    struct eg_input_reason why;
    json_t *object = eg_read_json(path, &why);
    if (object)
        return object;
    eg_fail(error, why.status,
            "cannot read %s: %s; make it with egbench-drift or egbench-kernels, "
            "both with --json",
            path, why.text);
    return NULL;
}

static int record_nightly_run(const struct request *request, const struct eg_nightly *nightly_run,
                              struct eg_error *error)
{
    if (!request->verdict)
        return eg_fail(error, EG_USAGE, "--record needs --verdict FILE, from egbench-drift --json");
    json_t *verdict = read_object(request->verdict, error);
    json_t *steps = verdict && request->steps ? read_object(request->steps, error) : NULL;
    int status = verdict && (steps || !request->steps) ? EG_OK : EG_DATA;
    json_t *line = status ? NULL : eg_nightly_line(nightly_run, steps, verdict, error);
    if (!status)
        status = line ? eg_history_append(request->history, line, error) : EG_INTERNAL;
    if (!status) {
        eg_write_terminal(stdout, json_string_value(json_object_get(line, "verdict")));
        fputs(": ", stdout);
        eg_write_terminal(stdout, json_string_value(json_object_get(line, "answer")));
        putchar('\n');
    }
    json_decref(line);
    json_decref(steps);
    json_decref(verdict);
    return status;
}

/* An experiment must have come out with every seed or not have been run at all: what the reference
 * lacks, no nightly run is compared with. */
static int check_whole(const struct eg_nightly *nightly_run, const struct eg_experiment *experiment,
                       struct eg_error *error)
{
    const char *name = experiment->name;
    const json_t *failed = json_object_get(json_object_get(nightly_run->facts, "failed"), name);
    size_t there = 0;
    if (json_number_value(failed) > 0)
        return eg_fail(error, EG_DATA, "%.0f cells of %s failed; fix that first",
                       json_number_value(failed), name);
    for (size_t i = 0; i < nightly_run->seed_count; i++)
        there += *eg_nightly_digest(nightly_run, name, i) != '\0';
    if (there && there < nightly_run->seed_count)
        return eg_fail(error, EG_DATA, "only %zu of %zu seeds of %s have rows; run the others",
                       there, nightly_run->seed_count, name);
    /* Times are no measures: a nightly run times steps against a calibration. */
    if (!there && !experiment->is_timed)
        fprintf(stderr, "%s: warning: %s was not run, so that no nightly run will watch it\n",
                program, name);
    return EG_OK;
}

static int write_reference(const struct request *request, const struct eg_nightly *nightly_run,
                           struct eg_error *error)
{
    const int status = eg_nightly_write(nightly_run, request->reference, error);
    if (!status)
        printf("%s: %zu measures of %zu seeds\n", request->reference, nightly_run->count,
               nightly_run->seed_count);
    return status;
}

/* The history goes first: should the reference not get onto the disk, the same command repairs it. */
static int accept_nightly_run(const struct request *request, const struct eg_nightly *nightly_run,
                              struct eg_error *error)
{
    struct eg_nightly old = {0};
    struct eg_error why;
    const struct eg_warner warner = eg_stderr_warner(program);
    const int is_there = access(request->reference, F_OK) == 0;
    const int is_known = is_there && !eg_nightly_read(&old, request->reference, &why);
    if (is_there && !is_known)
        eg_warn(&warner, "the line of the history will not say what was before: %s", why.message);
    json_t *line = eg_nightly_accepted_line(is_known ? &old : NULL, nightly_run, request->reason,
                                            error);
    int status = line ? eg_history_append(request->history, line, error) : EG_INTERNAL;
    json_decref(line);
    eg_nightly_free(&old);
    return status ? status : write_reference(request, nightly_run, error);
}

static int keep_nightly_run(const struct request *request, const char *folder,
                            struct eg_error *error)
{
    struct eg_nightly nightly_run;
    int status = eg_nightly_collect(&nightly_run, folder, request->scale, request->seeds,
                                    eg_experiments, eg_stderr_warner(program), error);
    if (status)
        return status;
    for (size_t i = 0; eg_experiments[i] && !request->record && !status; i++)
        status = check_whole(&nightly_run, eg_experiments[i], error);
    if (!status)
        status = request->record           ? record_nightly_run(request, &nightly_run, error)
                 : request->make_reference ? write_reference(request, &nightly_run, error)
                                           : accept_nightly_run(request, &nightly_run, error);
    eg_nightly_free(&nightly_run);
    return status;
}

static int run(const struct request *request, int operands, const char *folder,
               struct eg_error *error)
{
    const int actions = request->identity + request->show + request->record +
                        request->make_reference + (request->reason != NULL);
    if (actions != 1)
        return eg_fail(error, EG_USAGE,
                       "give one of --make-reference, --record, --accept, --show "
                       "and --identity");
    if (operands > 1)
        return eg_fail(error, EG_USAGE, "%d folders, not one", operands);
    if (request->identity)
        return print_identity(error);
    return request->show ? show_history(request->history, error)
                         : keep_nightly_run(request, folder, error);
}

static int read_and_run(int argc, char **argv, struct eg_error *error)
{
    struct request request = {.scale = "smoke",
                              .seeds = "0..9",
                              .history = "results/history.jsonl",
                              .reference = "results/reference/nightly.jsonl"};
    const struct eg_option options[] = {
        {"make-reference", 0, NULL, "write the reference from the rows", eg_parse_flag,
         &request.make_reference, 0, 0, NULL},
        {"record", 0, NULL, "append the nightly run to the history", eg_parse_flag, &request.record,
         0, 0, NULL},
        {"accept", 0, "REASON", "write the reference, and the reason into the history",
         eg_parse_text, &request.reason, 0, 0, NULL},
        {"show", 0, NULL, "print the history, a line for each nightly run", eg_parse_flag,
         &request.show, 0, 0, NULL},
        {"identity", 0, NULL, "print code hashes and machine: rows of one identity go together",
         eg_parse_flag, &request.identity, 0, 0, NULL},
        {"scale", 's', "SCALE", "of the rows: smoke (default), quick, night or paper",
         eg_parse_choice, &request.scale, 0, 0, "smoke quick night paper"},
        {"seeds", 0, "SEEDS", "of the rows: 0..9 (default), or 3,5,8..10", eg_parse_text,
         &request.seeds, 0, 0, NULL},
        {"steps", 0, "FILE", "with --record: what egbench-kernels --short --json printed",
         eg_parse_text, &request.steps, 0, 0, NULL},
        {"verdict", 0, "FILE", "with --record: what egbench-drift --json printed", eg_parse_text,
         &request.verdict, 0, 0, NULL},
        {"history", 0, "FILE", "the history (default results/history.jsonl)", eg_parse_text,
         &request.history, 0, 0, NULL},
        {"reference", 0, "FILE", "the reference (default results/reference/nightly.jsonl)",
         eg_parse_text, &request.reference, 0, 0, NULL},
        EG_COMMON_OPTIONS(&request.common)};
    const struct eg_manual manual = {.program = program,
                                     .title = "keeps the reference and the history of nightly runs",
                                     .operands = "[FOLDER]",
                                     .description = description,
                                     .options = options,
                                     .exit_codes = eg_exit_codes,
                                     .files = files,
                                     .examples = examples,
                                     .see_also = "egbench egbench-drift egbench-report",
                                     .version = EG_BUILD_VERSION,
                                     .date = EG_MANUAL_DATE};
    int first;
    const int status = eg_options_read(options, 1, argc, argv, &first, error);
    if (status || eg_answer_common(&request.common, &manual))
        return status;
    return run(&request, argc - first, first < argc ? argv[first] : "results/nightly/rows", error);
}

int main(int argc, char **argv)
{
    return eg_run_program(program, read_and_run, argc, argv);
}
