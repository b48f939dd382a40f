/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What --help, the man page and a shell's completion say, from the option table
 * and a few lines about the program.
 */
#ifndef EG_BASE_OPTION_TEXT_H
#define EG_BASE_OPTION_TEXT_H

#include <stdio.h>

#include "base/options.h"

/* A word and what it means: an exit code, an environment variable, a file. */
struct eg_term {
    const char *term, *meaning; /* a list ends with term NULL */
};

struct eg_manual {
    const char *program;     /* "egbench-sparsity" */
    const char *title;       /* one line: "train under every penalty and compare" */
    const char *operands;    /* "[FOLDER ...]", or NULL: none */
    const char *description; /* plain sentences; blank line: new paragraph */
    const struct eg_option *options;
    /* Each may be NULL. commands: what the first operand may be. */
    const struct eg_term *commands, *exit_codes, *environment, *files, *examples;
    const char *see_also;       /* other programs, blank-separated; NULL: none */
    const char *version, *date; /* "0.1.0", "January 31, 2026" */
};

/* The text of --help: synopsis, title and two examples first. Fails only through ferror(out). */
void eg_print_help(const struct eg_manual *manual, FILE *out);

/* The source of the man page, section 1, in mdoc(7). Fails only through ferror(out). */
void eg_print_man(const struct eg_manual *manual, FILE *out);

/* The shells that there are completions for, blank-separated. */
#define EG_COMPLETION_SHELLS "bash zsh"

/* The shell's completion of the program's options and their values, and of its commands, each of which
 * is taken to be completed as PROGRAM-COMMAND. Fails only through ferror(out). */
void eg_print_completion(const struct eg_manual *manual, const char *shell, FILE *out);

#endif
