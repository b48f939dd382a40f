/* SPDX-License-Identifier: GPL-3.0-or-later */
/* egbench: one name for all programs: "egbench compare ..." is egbench-compare, beside it. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bench/experiments.h"
#include "bench/frame/own_file.h"
#include "bench/frame/start.h"

static const char program[] = "egbench";

/* Beside the experiments. */
static const struct eg_term own_commands[] = {
    {"help", "the help of a command, as in: egbench help compare"},
    {"list", "name the experiments and what each reproduces"},
    {"reproduce", "regenerate every table and figure of the paper, and report"},
    {"compare", "compare attribution methods, your own too"},
    {"report", "sum up results: tables, figures, verdicts, one page"},
    {"fetch", "fetch data sets, by name"},
    {"preprocess", "prepare expression data as the paper did"},
    {"nightly", "keep the results of nightly runs"},
    {"drift", "say whether results moved since the reference"},
    {"kernels", "time the training steps against the machine's limit"},
    {"plugin-host", "run a method from a shared object"},
    {NULL, NULL}};

enum { COMMANDS_MOST = 64, NAME = 64 };

static const struct eg_term examples[] = {
    {"egbench reproduce --scale smoke", "all experiments in a minute, and the page about them"},
    {"egbench help compare", "how to compare a method of one's own"},
    {"egbench fetch nhanes", "fetches a data set"},
    {NULL, NULL}};

static const char description[] =
    "Regenerates the experiments of Erion et al. (2021) on attribution priors and expected "
    "gradients, and compares attribution methods by the same measures. A command COMMAND is the "
    "program egbench-COMMAND, which may be called by that name too and has a manual page of its "
    "own. The library for programs of one's own, its headers and pkg-config files are in "
    "egbench(3).";

/* Own commands and the experiments, into terms (COMMANDS_MOST). */
static void list_commands(struct eg_term *terms)
{
    size_t count = 0;
    for (const struct eg_term *own = own_commands; own->term; own++)
        terms[count++] = *own;
    for (size_t i = 0; eg_experiments[i] && count + 1 < COMMANDS_MOST; i++)
        terms[count++] = (struct eg_term){eg_experiments[i]->name, eg_experiments[i]->title};
    terms[count] = (struct eg_term){NULL, NULL};
}

static int print_experiments(void)
{
    for (size_t i = 0; eg_experiments[i]; i++)
        printf("%-20s %s\n%-20s %s\n", eg_experiments[i]->name, eg_experiments[i]->title, "",
               eg_experiments[i]->reproduces);
    return EG_OK;
}

/* argv[0] becomes the program's path; comes back only where it cannot be started. */
static int become(const char *path, char **argv, struct eg_error *error)
{
    argv[0] = (char *)path;
    fflush(stdout);
    execv(path, argv);
    return eg_fail(error, EG_DATA, "cannot start %s: %s", path, strerror(errno));
}

static int fail_command(const struct eg_term *commands, const char *word, struct eg_error *error)
{
    const char *nearest = NULL;
    for (; commands->term; commands++)
        eg_keep_nearest(word, commands->term, &nearest);
    return nearest ? eg_fail(error, EG_USAGE,
                             "%s: no such command; did you mean %s? (egbench help lists them)",
                             word, nearest)
                   : eg_fail(error, EG_USAGE, "%s: no such command; egbench help lists them", word);
}

/* argv[0] is the command, with its own arguments behind it. */
static int run_command(const struct eg_term *commands, char **argv, struct eg_error *error)
{
    const struct eg_term *command = commands;
    struct eg_own_path room;
    char name[NAME];
    while (command->term && strcmp(command->term, argv[0]) != 0)
        command++;
    if (!command->term)
        return fail_command(commands, argv[0], error);
    if (strcmp(command->term, "list") == 0)
        return print_experiments();
    if (strcmp(command->term, "fetch") == 0)
        return become(eg_find_own("datasets/fetch.sh", &room), argv, error);
    snprintf(name, sizeof name, "%s-%s", program, command->term);
    const int status = eg_find_beside(name, &room, error);
    return status ? status : become(room.text, argv, error);
}

static int read_and_run(int argc, char **argv, struct eg_error *error)
{
    struct eg_common_options common = {0};
    struct eg_term commands[COMMANDS_MOST];
    list_commands(commands);
    const struct eg_option options[] = {EG_COMMON_OPTIONS(&common)};
    const struct eg_manual manual = {.program = program,
                                     .title = "regenerate a paper's experiments, compare methods",
                                     .operands = "COMMAND [ARGUMENT ...]",
                                     .description = description,
                                     .options = options,
                                     .commands = commands,
                                     .exit_codes = eg_exit_codes,
                                     .examples = examples,
                                     .see_also = "egbench-compare egbench-report "
                                                 "egbench-reproduce",
                                     .version = EG_BUILD_VERSION,
                                     .date = EG_MANUAL_DATE};
    char *help[] = {argc > 2 ? argv[2] : NULL, "--help", NULL};
    const int asks_help = argc > 1 && strcmp(argv[1], "help") == 0;
    const int asks_own = asks_help && (argc == 2 || strcmp(argv[2], "help") == 0);
    if (argc > 1 && argv[1][0] != '-' && !asks_own)
        return run_command(commands, asks_help ? help : argv + 1, error);
    const int status = asks_help ? EG_OK : eg_options_read(options, 0, argc, argv, NULL, error);
    common.help |= asks_help || argc == 1;
    if (!status)
        eg_answer_common(&common, &manual);
    return status;
}

int main(int argc, char **argv)
{
    return eg_run_program(program, read_and_run, argc, argv);
}
