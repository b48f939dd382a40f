/* SPDX-License-Identifier: GPL-3.0-or-later */
/* egbench-reproduce: fetches the data, runs every experiment, one after the other, and reports. */
#define _DEFAULT_SOURCE /* wait4 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <omp.h>

#include "bench/experiments.h"
#include "bench/frame/own_file.h"
#include "bench/frame/start.h"
#include "bench/frame/write_costs.h"

static const char program[] = "egbench-reproduce";

static const struct eg_term files[] = {
    {"DIR/runs", "the rows of the experiments; what is there is not run again"},
    {"DIR/times/SCALE.csv", "what each part took, where a run of all began with no rows"},
    {"DIR/report/index.html", "the page about all of it; beside it tables, figures and verdicts, "
                              "as egbench-report says"},
    {NULL, NULL}};

static const struct eg_term examples[] = {
    {"egbench reproduce --scale smoke", "all experiments in a minute, on generated data"},
    {"egbench reproduce --scale paper graph-prior", "one experiment at the paper's own counts"},
    {NULL, NULL}};

static const char description[] =
    "Fetches the data sets that are small and not there yet, runs every experiment of Erion et "
    "al. (2021), or those named, and lets egbench-report write tables, figures, verdicts and the "
    "page. A run that was interrupted goes on with the same command.";

enum {
    WORDS_MOST = 16,
    COSTS_MOST = 32 /* more than there are experiments, with report and whole */
};

struct request {
    const char *scale, *fetch, *threads, *data, *out;
    int quiet;
    struct eg_common_options common;
};

/* What has been run so far, with what it took. */
struct log {
    struct eg_cost costs[COSTS_MOST];
    size_t count;
};

static volatile sig_atomic_t running; /* the process that does the work meanwhile; 0: none */

static void pass_on(int number)
{
    if (running)
        kill((pid_t)running, number);
}

/* The terminal's interrupt comes to the program that runs by itself, which then ends in order. */
static void wait_through_signals(void)
{
    struct sigaction action = {.sa_handler = pass_on, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
    signal(SIGINT, SIG_IGN);
}

/* Runs the words, NULL-terminated, to their end; the program's own exit code where it is not 0. usage: of it. */
static int run_words(const char *const *words, struct rusage *usage, struct eg_error *error)
{
    int state = 0;
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        signal(SIGINT, SIG_DFL);
        execv(words[0], (char *const *)words);
        _exit(127);
    }
    if (child < 0)
        return eg_fail(error, EG_INTERNAL, "cannot start %s: %s", words[0], strerror(errno));
    running = child;
    while (wait4(child, &state, 0, usage) < 0 && errno == EINTR)
        continue;
    running = 0;
    if (WIFSIGNALED(state))
        return eg_fail(error, EG_INTERRUPTED, "%s: ended by signal %d; the same command goes on",
                       words[0], WTERMSIG(state));
    return WEXITSTATUS(state) ? eg_fail(error, WEXITSTATUS(state), "%s: exit status %d", words[0],
                                        WEXITSTATUS(state))
                              : EG_OK;
}

static double read_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Runs the program beside this one that words, whose first is room's text, are for, and logs what it took. */
static int run_beside(const char *name, struct eg_own_path *room, const char *const *words,
                      struct log *log, struct eg_error *error)
{
    struct rusage usage = {0};
    const double begin = read_clock();
    int status = eg_find_beside(name, room, error);
    if (!status)
        status = run_words(words, &usage, error);
    if (!status && log->count + 1 < COSTS_MOST) {
        struct eg_cost *cost = &log->costs[log->count++];
        snprintf(cost->command, sizeof cost->command, "%s", name);
        cost->seconds = read_clock() - begin;
        cost->peak_memory = (size_t)usage.ru_maxrss * 1024;
    }
    return status;
}

static int run_fetch(const char *option, const char *value, struct eg_error *error)
{
    struct eg_own_path room;
    const char *const words[] = {eg_find_own("datasets/fetch.sh", &room), option, value, NULL};
    struct rusage usage;
    return run_words(words, &usage, error);
}

/* Appends the option and its value to the words; value NULL: it was not given. */
static void add_option(const char **words, const char *option, const char *value)
{
    while (*words)
        words++;
    words[0] = value ? option : NULL;
    words[1] = value;
}

static int run_experiment(const struct request *request, const char *name, struct log *log,
                          struct eg_error *error)
{
    struct eg_own_path room;
    char beside[64];
    const char *words[WORDS_MOST] = {room.text, request->quiet ? "--quiet" : NULL};
    snprintf(beside, sizeof beside, "egbench-%s", name);
    add_option(words, "--scale", request->scale);
    add_option(words, "--threads", request->threads);
    add_option(words, "--data", request->data);
    add_option(words, "--out", request->out);
    return run_beside(beside, &room, words, log, error);
}

/* Whether the folder is a store. */
static int has_rows(const char *folder)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/runs", folder);
    return access(path, F_OK) == 0;
}

/* Beside the claims at quick scale stand those of the night that the sources come with. */
static int run_report(const struct request *request, struct log *log, struct eg_error *error)
{
    static const char night[] = "results/night";
    struct eg_own_path room;
    const int is_smaller = strcmp(request->scale, "quick") == 0 && has_rows(night);
    const char *words[WORDS_MOST] = {room.text};
    add_option(words, "--out", request->out);
    add_option(words, "--beside", is_smaller ? night : NULL);
    return run_beside("egbench-report", &room, words, log, error);
}

/* The whole: the sum of times, the largest of peaks. */
static int write_costs(const struct request *request, struct log *log, struct eg_error *error)
{
    struct eg_cost whole = {.command = "egbench-reproduce"};
    for (size_t i = 0; i < log->count; i++) {
        whole.seconds += log->costs[i].seconds;
        if (log->costs[i].peak_memory > whole.peak_memory)
            whole.peak_memory = log->costs[i].peak_memory;
    }
    log->costs[log->count++] = whole;
    const size_t threads = request->threads ? strtoul(request->threads, NULL, 10)
                                            : (size_t)omp_get_num_procs();
    return eg_write_costs(log->costs, log->count, threads, request->scale, request->out, error);
}

static const struct eg_experiment *find_experiment(const char *name)
{
    for (size_t i = 0; eg_experiments[i]; i++)
        if (strcmp(eg_experiments[i]->name, name) == 0)
            return eg_experiments[i];
    return NULL;
}

static int check_names(char **names, struct eg_error *error)
{
    for (; *names; names++) {
        const char *nearest = NULL;
        if (find_experiment(*names))
            continue;
        for (size_t i = 0; eg_experiments[i]; i++)
            eg_keep_nearest(*names, eg_experiments[i]->name, &nearest);
        return nearest
                   ? eg_fail(error, EG_USAGE,
                             "%s: no such experiment; did you mean %s? (egbench list names them)",
                             *names, nearest)
                   : eg_fail(error, EG_USAGE, "%s: no such experiment; egbench list names them",
                             *names);
    }
    return EG_OK;
}

/* names: those of experiments, NULL-terminated; none: all of them. At smoke scale all data are made. */
static int reproduce(const struct request *request, char **names, struct eg_error *error)
{
    const int needs_data = strcmp(request->scale, "smoke") != 0;
    /* What is there is not run again, so that the time would be too short. */
    const int is_whole = !*names && !has_rows(request->out);
    struct log log = {0};
    int status = check_names(names, error);
    if (status)
        return status;
    wait_through_signals();
    if (needs_data)
        status = run_fetch("--reproduce", request->fetch, error);
    for (size_t i = 0; !*names && eg_experiments[i] && !status; i++)
        status = run_experiment(request, eg_experiments[i]->name, &log, error);
    for (; *names && !status; names++)
        status = run_experiment(request, *names, &log, error);
    if (!status)
        status = run_report(request, &log, error);
    if (!status && is_whole)
        status = write_costs(request, &log, error);
    if (!status && needs_data)
        return run_fetch("--stand-ins", NULL, error);
    if (!status)
        puts("smoke scale: all of it measured on stand-ins; a larger one takes the real data");
    return status;
}

static int read_and_run(int argc, char **argv, struct eg_error *error)
{
    struct request request = {.scale = "quick", .fetch = "small", .out = "results"};
    const struct eg_option options[] = {
        {"scale", 's', "SCALE",
         "how much to run: smoke (a minute), quick (an hour; the default), night (hours on 2 "
         "cores) "
         "or paper (the paper's own counts)",
         eg_parse_choice, &request.scale, 0, 0, "smoke quick night paper"},
        {"fetch", 0, "WHICH",
         "which data sets to fetch that are not there: no, small (the default) or all; none at "
         "smoke scale",
         eg_parse_choice, &request.fetch, 0, 0, "no small all"},
        {"threads", 't', "N", "threads, as each experiment takes them", eg_parse_text,
         &request.threads, 0, 0, NULL},
        {"data", 'd', "DIR", "folder of data sets, as each experiment takes it", eg_parse_text,
         &request.data, 0, 0, NULL},
        {"out", 'o', "DIR", "folder of results (default results)", eg_parse_text, &request.out, 0,
         0, NULL},
        {"quiet", 'q', NULL, "no progress and no closing lines on standard error", eg_parse_flag,
         &request.quiet, 0, 0, NULL},
        EG_COMMON_OPTIONS(&request.common)};
    const struct eg_manual manual = {.program = program,
                                     .title = "regenerate every table and figure of the paper",
                                     .operands = "[EXPERIMENT ...]",
                                     .description = description,
                                     .options = options,
                                     .exit_codes = eg_exit_codes,
                                     .files = files,
                                     .examples = examples,
                                     .see_also = "egbench egbench-report",
                                     .version = EG_BUILD_VERSION,
                                     .date = EG_MANUAL_DATE};
    int first;
    const int status = eg_options_read(options, 1, argc, argv, &first, error);
    if (status || eg_answer_common(&request.common, &manual))
        return status;
    return reproduce(&request, argv + first, error);
}

int main(int argc, char **argv)
{
    return eg_run_program(program, read_and_run, argc, argv);
}
