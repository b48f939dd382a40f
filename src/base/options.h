/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Command-line options from one table: getopt_long reads it, --help and the man
 * page are printed from it (base/option_text.h).
 */
#ifndef EG_BASE_OPTIONS_H
#define EG_BASE_OPTIONS_H

#include <stdint.h>

#include "base/error.h"

struct eg_option;

/* Reads text into option->target, or fails with EG_USAGE naming the option, the value and the fix. */
typedef int eg_option_parse(const struct eg_option *option, const char *text,
                            struct eg_error *error);

struct eg_option {
    const char *name;     /* "threads"; the table ends with an entry whose name is NULL */
    char letter;          /* 't' for -t, 0 for none */
    const char *argument; /* "N" as help shows it; NULL: a flag, whose parse gets text NULL */
    const char *help;     /* plain text, lower case, no full stop; NULL: not shown */
    eg_option_parse *parse;
    void *target;
    uint64_t minimum, maximum; /* eg_parse_count, eg_parse_seed: the range allowed */
    const char *choices;       /* eg_parse_choice: "smoke quick paper" */
};

eg_option_parse eg_parse_flag;   /* target: int, set to 1 */
eg_option_parse eg_parse_text;   /* target: const char *; not empty */
eg_option_parse eg_parse_choice; /* target: const char *; one of choices */
eg_option_parse eg_parse_count;  /* target: size_t; decimal, minimum .. maximum */
eg_option_parse eg_parse_seed;   /* target: uint64_t; decimal, minimum .. maximum */

/* Reads argv by the table. operands: whether anything but options may follow; *first_operand (may be
 * NULL) becomes its index in argv (argc when there is none). EG_USAGE on the first bad argument.
 * argv is reordered (operands last). Not for several threads: getopt_long is not. */
int eg_options_read(const struct eg_option *options, int operands, int argc, char **argv,
                    int *first_operand, struct eg_error *error);

/* Whether word is one of the blank-separated words of list. */
int eg_word_in_list(const char *word, const char *list);

/* Keeps in *nearest whichever of *nearest (NULL: none yet) and candidate is spelled more like word; a
 * candidate more than three edits, or all of its letters, away from word never gets there. */
void eg_keep_nearest(const char *word, const char *candidate, const char **nearest);

/* The whole of text as a decimal number without sign; 0, or -1 when it is none or over 2^64 - 1. */
int eg_read_u64(const char *text, uint64_t *number);

#endif
