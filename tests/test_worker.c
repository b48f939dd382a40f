/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/worker.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "tests/scratch_folder.h"

#define UP "echo egbench-worker 1; "

static struct scratch scratch;
static atomic_int stop;

static void make(void)
{
    signal(SIGPIPE, SIG_IGN);
    scratch = make_scratch();
    atomic_store(&stop, 0);
}

static void clear(void)
{
    remove_scratch(&scratch);
}

TestSuite(worker, .init = make, .fini = clear, .timeout = 60);

static struct eg_worker begin(const char *command)
{
    struct eg_error error = {0};
    struct eg_worker worker = {.whose = "mine", .command = command, .stop = &stop};
    cr_assert_eq(eg_worker_start(&worker, scratch.folder, 20, &error), EG_OK, "%s", error.message);
    return worker;
}

/* The command, asked once (or not, where it is not even up), fails with a message that holds both texts. */
static void expect_failure(const char *command, const char *text, const char *last)
{
    struct eg_error error = {0};
    double taken;
    struct eg_worker worker = {.whose = "mine", .command = command, .stop = &stop};
    int status = eg_worker_start(&worker, scratch.folder, 2, &error);
    if (!status)
        status = eg_worker_ask(&worker, "line", 1, &taken, &error);
    cr_expect_eq(status, EG_DATA);
    cr_expect(strncmp(error.message, "mine: ", 6) == 0 && strstr(error.message, text) &&
                  strstr(error.message, last),
              "%s: %s", command, error.message);
    eg_worker_free(&worker);
}

/* One process answers all lines, and has them as they are. */
Test(worker, answers_many_lines)
{
    char line[64];
    double taken;
    struct eg_error error = {0};
    const struct scratch_path seen = find_scratch(&scratch, "seen");
    snprintf(line, sizeof line, "%s", "a path/with 'blanks' $and %s");
    char command[8192];
    snprintf(command, sizeof command,
             UP "while read -r l; do echo \"$$ $l\" >>'%s'; echo ok 0.125; done", seen.text);
    struct eg_worker worker = begin(command);
    for (size_t i = 0; i < 3; i++) {
        cr_assert_eq(eg_worker_ask(&worker, line, 20, &taken, &error), EG_OK, "%s", error.message);
        cr_expect(taken > 0 && taken <= 0.125, "%g s", taken);
    }
    eg_worker_free(&worker);
    char text[256];
    long pid = 0, own;
    size_t lines = 0;
    FILE *file = fopen(seen.text, "r");
    cr_assert(file);
    for (int at; fgets(text, sizeof text, file); lines++, pid = own) {
        cr_assert_eq(sscanf(text, "%ld %n", &own, &at), 1);
        cr_expect(!lines || own == pid, "another process answers");
        cr_expect(strncmp(text + at, line, strlen(line)) == 0, "%s", text);
    }
    fclose(file);
    cr_expect_eq(lines, 3);
    cr_expect(kill((pid_t)pid, 0) != 0, "it is still there");
}

/* The start is no part of what an answer takes, nor can more be said than was waited for. */
Test(worker, counts_the_answer_alone)
{
    double taken;
    struct eg_error error = {0};
    struct eg_worker worker = begin("sleep 2; " UP "read l; echo ok; read l; echo ok 1000; read l");
    for (size_t i = 0; i < 2; i++) {
        cr_assert_eq(eg_worker_ask(&worker, "x", 20, &taken, &error), EG_OK, "%s", error.message);
        cr_expect(taken < 1.9, "%g s", taken);
    }
    eg_worker_free(&worker);
}

Test(worker, says_what_is_wrong)
{
    expect_failure("echo no numpy >&2; exit 7", "ended with exit code 7 before it was up",
                   "no numpy");
    expect_failure("exit 255", "ended with exit code 255 before it was up", "(none)");
    expect_failure("not-a-command-at-all", "exit code 127 (there is no such command)", "not found");
    expect_failure("echo hello; sleep 9", "does not begin with the line \"egbench-worker 1\"",
                   "(none)");
    expect_failure("echo up >&2; sleep 60", "time limit of 2 s before it was up", "up");
    expect_failure(UP "echo here >&2; sleep 60", "time limit of 1 s over its answer", "here");
    expect_failure(UP "read l; kill -SEGV $$", "ended by signal 11 (Segmentation fault)", "(none)");
    expect_failure(UP "read l; exit 0", "ended with exit code 0 over its answer", "(none)");
    expect_failure(UP "read l; echo 'failed: ValueError: no'", "mine: ValueError: no", "");
    expect_failure(UP "read l; echo okay; read l", "answered 'okay' where", "(none)");
    expect_failure(UP "read l; echo ok -1; read l", "answered 'ok -1' where", "(none)");
    expect_failure(UP "read l; echo ok nan; read l", "answered 'ok nan' where", "(none)");
    expect_failure(UP "read l; printf 'a\\033[2Jb\\n'; read l", "answered 'a?[2Jb' where",
                   "(none)");
    expect_failure(UP "read l; printf 'note\\nok\\n'; read l", "more to its standard output",
                   "(none)");
    expect_failure(UP "read l; yes | tr -d '\\n'", "more to its standard output", "(none)");
    expect_failure("echo >&2 two; printf 'egbench-worker 1\\nok\\n'; sleep 60", "standard output",
                   "two");
}

/* The log is all that went to standard error, under the name asked for. */
Test(worker, leaves_its_log)
{
    char text[64] = "";
    double taken;
    struct eg_error error = {0};
    const struct scratch_path log = find_scratch(&scratch, "log.txt");
    struct eg_worker worker = begin(UP "echo one >&2; read l; echo two >&2; echo failed: three");
    cr_expect_eq(eg_worker_ask(&worker, "x", 20, &taken, &error), EG_DATA);
    eg_worker_write_log(&worker, log.text);
    eg_worker_free(&worker);
    FILE *file = fopen(log.text, "r");
    cr_assert(file);
    cr_expect_eq(fread(text, 1, sizeof text - 1, file), 8);
    cr_expect_str_eq(text, "one\ntwo\n");
    fclose(file);
}

Test(worker, ends_where_the_run_is_stopped)
{
    double taken;
    struct eg_error error = {0};
    struct eg_worker worker = begin(UP "read l; sleep 60");
    atomic_store(&stop, 1);
    cr_expect_eq(eg_worker_ask(&worker, "x", 0, &taken, &error), EG_INTERRUPTED);
    cr_expect(taken < 20);
    eg_worker_free(&worker);
}
