/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/run_fake.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "bench/frame/program.h"
#include "run/digest.h"
#include "tests/fake_experiment.h"

/* There in the coverage build only; _exit would lose what was counted. */
void __gcov_dump(void) __attribute__((weak));

static int child_main(const char *const *arguments)
{
    char *argv[32] = {(char *)"egbench-fake"};
    int argc = 1;
    for (; arguments[argc - 1] && argc < 31; argc++)
        argv[argc] = (char *)arguments[argc - 1];
    struct eg_experiment experiment = fake_experiment;
    experiment.has_followers = getenv("EGBENCH_FAKE_FOLLOWS") != NULL;
    return eg_program_main(&experiment, argc, argv);
}

static pid_t start(const char *const *arguments, int out, int err)
{
    fflush(NULL);
    const pid_t process = fork();
    cr_assert(process >= 0);
    if (process > 0)
        return process;
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    const int status = child_main(arguments);
    fflush(NULL);
    if (__gcov_dump)
        __gcov_dump();
    _exit(status);
}

int wait_for_fake(pid_t process)
{
    int status;
    cr_assert_eq(waitpid(process, &status, 0), process);
    return WIFEXITED(status) ? WEXITSTATUS(status) : FAKE_KILLED + WTERMSIG(status);
}

static void read_back(FILE *file, char *text, size_t size)
{
    rewind(file);
    text[fread(text, 1, size - 1, file)] = '\0';
    fclose(file);
}

struct fake_outcome run_fake(const char *const *arguments)
{
    struct fake_outcome outcome;
    FILE *out = tmpfile(), *err = tmpfile();
    cr_assert(out && err);
    outcome.status = wait_for_fake(start(arguments, fileno(out), fileno(err)));
    read_back(out, outcome.out, sizeof outcome.out);
    read_back(err, outcome.err, sizeof outcome.err);
    return outcome;
}

pid_t start_fake(const char *const *arguments)
{
    const int nothing = open("/dev/null", O_WRONLY);
    const pid_t process = start(arguments, nothing, nothing);
    close(nothing);
    return process;
}

pid_t start_fake_telling(const char *const *arguments, const char *path)
{
    const int nothing = open("/dev/null", O_WRONLY);
    const int told = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    cr_assert(told >= 0, "%s", path);
    const pid_t process = start(arguments, nothing, told);
    close(nothing);
    close(told);
    return process;
}

size_t count_lines(const char *path)
{
    size_t lines = 0;
    FILE *file = fopen(path, "r");
    for (int c; file && (c = getc(file)) != EOF;)
        lines += c == '\n';
    if (file)
        fclose(file);
    return lines;
}

size_t digest_of(const char *const *folders, char *digest)
{
    static const struct eg_experiment *const experiments[] = {&fake_experiment, NULL};
    struct eg_error error = {0};
    size_t count = 0, rows = 0;
    while (folders[count])
        count++;
    cr_assert_eq(eg_digest(folders, count, experiments, NULL, 0, (struct eg_warner){0}, digest,
                           &rows, &error),
                 EG_OK, "%s", error.message);
    return rows;
}
