/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* asprintf */
#include "bench/compare/compare_outside.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/folder.h"
#include "base/npy.h"
#include "bench/compare/compare_black_box.h"
#include "bench/compare/compare_methods.h"
#include "bench/compare/compare_words.h"

/* Room for the path of such a folder. */
enum { FOLDER = PATH_MAX + 320 }; /* and two names of 128 bytes */

struct eg_exchange eg_compare_exchange(const struct eg_compare_unit *unit, size_t samples,
                                       size_t explain_train)
{
    return (struct eg_exchange){.network = &unit->network,
                                .text = unit->text,
                                .predict = unit->black_box ? unit->black_box->command : NULL,
                                .x_train = &unit->train.x,
                                .x_test = &unit->test.x,
                                .y_train = unit->train.y,
                                .y_test = unit->test.y,
                                .dataset = unit->dataset,
                                .unit = unit->name,
                                .seed = unit->seed,
                                .split = unit->split,
                                .model = unit->model,
                                .samples = samples,
                                .explain_train = explain_train};
}

static int read_files(const struct eg_outside *outside, const struct eg_compare_unit *unit,
                      size_t explain_train, struct eg_outside_answer *answer,
                      struct eg_error *error)
{
    const size_t p = unit->test.x.cols;
    char path[PATH_MAX];
    eg_compare_name_file(outside->given.what, unit->name, 0, path);
    const int status = eg_exchange_read_file(path, outside->name, unit->test.x.rows, p, 0,
                                             &answer->phi, error);
    eg_compare_name_file(outside->given.what, unit->name, 1, path);
    return status || !explain_train || access(path, F_OK)
               ? status
               : eg_exchange_read_file(path, outside->name, explain_train, p, 1, &answer->phi_train,
                                       error);
}

/* --- what the numbers are --- */

int eg_compare_say_terms(const struct eg_outside *outside, const char *unit,
                         struct eg_exchange_terms *terms, struct eg_error *error)
{
    const struct eg_given *given = &outside->given;
    int status = EG_OK;
    *terms = (struct eg_exchange_terms){0};
    if (given->kind == EG_OUTSIDE_FILES && eg_compare_is_folder(given->what)) {
        char folder[PATH_MAX];
        snprintf(folder, sizeof folder, "%s/%s", given->what, unit);
        status = eg_exchange_read_terms(folder, outside->name, terms, error);
    }
    if (given->phi_kind)
        snprintf(terms->kind, sizeof terms->kind, "%s", given->phi_kind);
    if (given->baseline && (size_t)snprintf(terms->baseline, sizeof terms->baseline, "%s",
                                            given->baseline) >= sizeof terms->baseline)
        return eg_fail(error, EG_USAGE, "--baseline: the path is too long");
    return status;
}

/* rows = what the shares count from. */
static int find_baseline(const struct eg_compare_unit *unit, const char *whose,
                         const char *baseline, struct eg_matrix *rows, struct eg_error *error)
{
    const size_t p = unit->train.x.cols;
    if (!*baseline || eg_compare_is_baseline_word(baseline)) {
        const int status = eg_matrix_alloc(rows, 1, p, error);
        if (!status && strcmp(baseline, "mean") == 0)
            eg_compare_mean_row(&unit->train.x, rows->data);
        return status;
    }
    const int status = eg_npy_read_matrix(baseline, rows, error);
    if (!status && (rows->cols != p || rows->rows == 0))
        return eg_fail(error, EG_DATA,
                       "%s: the baseline %s has %zu rows of %zu features; give one "
                       "or more of %zu",
                       whose, baseline, rows->rows, rows->cols, p);
    return status;
}

static int set_terms(const struct eg_compare_unit *unit, const char *whose, const char *kind,
                     const char *baseline, struct eg_outside_answer *answer, struct eg_error *error)
{
    struct eg_matrix rows = {0};
    const int from_rows = !*baseline || strcmp(baseline, "rows") == 0;
    int status = from_rows ? EG_OK : find_baseline(unit, whose, baseline, &rows, error);
    if (!status)
        status = eg_compare_average_output(&unit->network, from_rows ? &unit->train.x : &rows,
                                           &answer->base, error);
    answer->kind = strcmp(kind, "slopes") == 0 ? EG_PHI_SLOPES : EG_PHI_SHARES;
    snprintf(answer->terms, sizeof answer->terms, "%s from %s",
             answer->kind == EG_PHI_SLOPES ? "slopes" : "shares",
             from_rows                       ? "all training rows"
             : strcmp(baseline, "mean") == 0 ? "the training mean"
             : strcmp(baseline, "zero") == 0 ? "zero"
                                             : "rows of their own");
    eg_matrix_free(&rows);
    return status;
}

/* A method that is asked about a unit in a folder. */
struct asking {
    const struct eg_run *run;
    const struct eg_outside *outside;
    const struct eg_compare_unit *unit;
    const char *folder;
    size_t explain_train;
    struct eg_outside_answer *answer;
};

/* --- its folder --- */

/* A new folder among the temporary files, which must not lie where results are. */
static int make_folder(const struct eg_run *run, char folder[FOLDER], struct eg_error *error)
{
    const char *above = getenv("TMPDIR");
    char results[PATH_MAX], whole[PATH_MAX];
    above = above && *above ? above : "/tmp";
    if (!realpath(above, whole))
        return eg_fail(error, EG_DATA, "%s: no folder for temporary files: %s", above,
                       strerror(errno));
    const size_t length = realpath(run->out, results) ? strlen(results) : 0;
    if (length && strncmp(whole, results, length) == 0 &&
        (whole[length] == '/' || whole[length] == '\0'))
        return eg_fail(error, EG_USAGE,
                       "--out %s: temporary files (%s) lie in it, and a method must not see "
                       "results: give another, or TMPDIR in the environment",
                       run->out, above);
    snprintf(folder, FOLDER, "%s/egbench-XXXXXX", whole);
    return mkdtemp(folder) ? EG_OK
                           : eg_fail(error, EG_DATA, "%s: cannot be made: %s; set TMPDIR", folder,
                                     strerror(errno));
}

/* Whether the folder was copied and removed; what was copied of it before a failure is removed. */
static int move_by_copy(const char *from, const char *to)
{
    const char *const words[] = {"cp", "-RP", from, to, NULL};
    struct eg_child_result result;
    char log[FOLDER + 4];
    snprintf(log, sizeof log, "%s.log", to);
    const struct eg_child child = {.words = words, .log = log};
    const int copied = eg_child_run(&child, &result, NULL) == EG_OK && result.exit_code == 0;
    eg_remove_tree(copied ? from : to);
    unlink(log);
    return copied;
}

/* Whether the folder was moved, to another disk too; what is at `to` is replaced. */
static int move_folder(const char *from, const char *to)
{
    if (eg_remove_tree(to))
        return 0;
    if (rename(from, to) == 0)
        return 1;
    return errno == EXDEV && move_by_copy(from, to);
}

/* Moves the folder of a method that failed to where the user looks for it; where that cannot be, it stays.
 * The message says where it is. */
static void keep_folder(const struct asking *asking, struct eg_error *error)
{
    const struct eg_run *run = asking->run;
    const char *folder = asking->folder;
    char above[PATH_MAX], kept[FOLDER];
    snprintf(above, sizeof above, "%s/exchange", run->out);
    snprintf(kept, sizeof kept, "%s/%.128s-%.128s%s", above, asking->outside->name,
             asking->unit->name, asking->explain_train ? "-retrained" : "");
    const int moved = eg_make_folder(above, NULL) == EG_OK && move_folder(folder, kept);
    const size_t used = error ? strlen(error->message) : 0;
    const char *place = moved ? kept : folder;
    char log[FOLDER + 16];
    snprintf(log, sizeof log, "%s/log.txt", place);
    const int is_logged = access(log, F_OK) == 0;
    if (error)
        snprintf(error->message + used, sizeof error->message - used, "; its %s: %s",
                 is_logged ? "log" : "folder", is_logged ? log : place);
}

char *eg_plugin_command_alloc(const char *plugin, struct eg_error *error)
{
    char program[PATH_MAX] = "", host[FOLDER], path[PATH_MAX], *command = NULL;
    const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    char *slash = length > 0 ? strrchr(program, '/') : NULL;
    if (slash)
        *slash = '\0';
    snprintf(host, sizeof host, "%s/egbench-plugin-host", program);
    if (!realpath(plugin, path))
        eg_fail(error, EG_DATA, "%s: %s", plugin, strerror(errno));
    else if (access(host, X_OK))
        eg_fail(error, EG_DATA, "%s: the program that loads plug-ins is not there; run make", host);
    else if (strchr(path, '\'') || strchr(host, '\''))
        eg_fail(error, EG_DATA, "%s: put plug-in and programs where no ' is in the path", path);
    else if (asprintf(&command, "'%s' '%s' {dir}", host, path) < 0)
        eg_fail(error, EG_INTERNAL, "%s: out of memory", plugin);
    return command;
}

static int read_answers(const struct asking *asking, struct eg_error *error)
{
    const struct eg_matrix *x = &asking->unit->test.x;
    const char *folder = asking->folder, *name = asking->outside->name;
    struct eg_exchange_terms terms, said;
    int status = eg_exchange_read(folder, name, x->rows, x->cols, &asking->answer->phi, error);
    if (!status && asking->explain_train)
        status = eg_exchange_read_train(folder, name, asking->explain_train, x->cols,
                                        &asking->answer->phi_train, error);
    if (!status)
        status = eg_exchange_read_terms(folder, name, &terms, error);
    if (!status)
        status = eg_compare_say_terms(asking->outside, asking->unit->name, &said, error);
    if (status)
        return status;
    return set_terms(asking->unit, name, *said.kind ? said.kind : terms.kind,
                     *said.baseline ? said.baseline : terms.baseline, asking->answer, error);
}

static int ask_worker(const struct asking *asking, struct eg_error *error)
{
    const struct eg_compare_options *options = asking->run->own;
    struct eg_compare_workers own = {.lock = PTHREAD_MUTEX_INITIALIZER};
    struct eg_child_result *taken = &asking->answer->taken;
    char log[FOLDER + 16];
    snprintf(log, sizeof log, "%s/log.txt", asking->folder);
    const struct eg_compare_question question = {.whose = asking->outside->name,
                                                 .command = asking->outside->given.what,
                                                 .line = asking->folder,
                                                 .log = log,
                                                 .seconds = (double)options->time_limit,
                                                 .stop = asking->run->stop};
    *taken = (struct eg_child_result){.exit_code = -1};
    const int status = eg_compare_ask_worker(options->workers ? options->workers : &own, &question,
                                             &taken->seconds, error);
    eg_compare_end_workers(&own);
    return status;
}

static int run_command(const struct asking *asking, size_t samples, struct eg_error *error)
{
    const struct eg_compare_options *options = asking->run->own;
    const struct eg_given *given = &asking->outside->given;
    const struct eg_exchange exchange = eg_compare_exchange(asking->unit, samples,
                                                            asking->explain_train);
    const int is_plugin = given->kind == EG_OUTSIDE_PLUGIN;
    char *command = is_plugin ? eg_plugin_command_alloc(given->what, error) : NULL;
    if (is_plugin && !command)
        return error->status;
    int status = eg_exchange_write(asking->folder, &exchange, error);
    if (!status && given->kind == EG_OUTSIDE_WORKER)
        status = ask_worker(asking, error);
    else if (!status)
        status = eg_exchange_run(asking->folder, asking->outside->name,
                                 is_plugin ? command : given->what, (double)options->time_limit,
                                 asking->run->stop, &asking->answer->taken, error);
    free(command);
    return status ? status : read_answers(asking, error);
}

int eg_compare_ask_outside(const struct eg_run *run, const struct eg_outside *outside,
                           const struct eg_compare_unit *unit, size_t samples, size_t explain_train,
                           struct eg_outside_answer *answer, struct eg_error *error)
{
    struct eg_exchange_terms terms;
    *answer = (struct eg_outside_answer){0};
    if (outside->given.kind == EG_OUTSIDE_FILES) {
        int status = read_files(outside, unit, explain_train, answer, error);
        if (!status)
            status = eg_compare_say_terms(outside, unit->name, &terms, error);
        return status ? status
                      : set_terms(unit, outside->name, terms.kind, terms.baseline, answer, error);
    }
    char folder[FOLDER];
    int status = make_folder(run, folder, error);
    if (status)
        return status;
    const struct asking asking = {run, outside, unit, folder, explain_train, answer};
    status = run_command(&asking, samples, error);
    if (status && status != EG_INTERRUPTED)
        keep_folder(&asking, error);
    else
        eg_remove_tree(folder);
    return status;
}

void eg_compare_end_exchange(const struct eg_run *run)
{
    char above[PATH_MAX];
    const struct eg_compare_options *options = run->own;
    if (options->workers)
        eg_compare_end_workers(options->workers);
    snprintf(above, sizeof above, "%s/exchange", run->out);
    rmdir(above);
}

void eg_outside_answer_free(struct eg_outside_answer *answer)
{
    eg_matrix_free(&answer->phi);
    eg_matrix_free(&answer->phi_train);
}
