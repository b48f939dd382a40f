/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

enum { LONG_ONLY = 1000 }; /* getopt's code of the first option of the table */

int eg_word_in_list(const char *word, const char *list)
{
    const size_t length = strlen(word);
    for (const char *at = list; length > 0 && *at;) {
        const size_t span = strcspn(at, " ");
        if (span == length && strncmp(at, word, length) == 0)
            return 1;
        at += span;
        at += strspn(at, " ");
    }
    return 0;
}

int eg_read_u64(const char *text, uint64_t *number)
{
    /* strtoull would take blanks and a sign, and wrap -1 around. */
    if (*text == '\0' || strspn(text, "0123456789") != strlen(text))
        return -1;
    errno = 0;
    *number = strtoull(text, NULL, 10);
    return errno ? -1 : 0;
}

int eg_parse_flag(const struct eg_option *option, const char *text, struct eg_error *error)
{
    (void)text;
    (void)error;
    *(int *)option->target = 1;
    return EG_OK;
}

int eg_parse_text(const struct eg_option *option, const char *text, struct eg_error *error)
{
    if (*text == '\0')
        return eg_fail(error, EG_USAGE, "--%s: the value is empty; give --%s %s", option->name,
                       option->name, option->argument);
    *(const char **)option->target = text;
    return EG_OK;
}

int eg_parse_choice(const struct eg_option *option, const char *text, struct eg_error *error)
{
    if (!eg_word_in_list(text, option->choices))
        return eg_fail(error, EG_USAGE, "--%s %s: no such choice; take one of: %s", option->name,
                       *text ? text : "''", option->choices);
    *(const char **)option->target = text;
    return EG_OK;
}

int eg_parse_seed(const struct eg_option *option, const char *text, struct eg_error *error)
{
    uint64_t number;
    if (eg_read_u64(text, &number) || number < option->minimum || number > option->maximum)
        return eg_fail(error, EG_USAGE, "--%s %s: give a whole number from %llu to %llu",
                       option->name, *text ? text : "''", (unsigned long long)option->minimum,
                       (unsigned long long)option->maximum);
    *(uint64_t *)option->target = number;
    return EG_OK;
}

int eg_parse_count(const struct eg_option *option, const char *text, struct eg_error *error)
{
    uint64_t number = 0;
    struct eg_option wide = *option;
    wide.target = &number;
    if (eg_parse_seed(&wide, text, error))
        return EG_USAGE;
    *(size_t *)option->target = (size_t)number;
    return EG_OK;
}

/* Edit distance (Levenshtein) between a and b, both short; for "did you mean". */
static size_t edit_distance(const char *a, const char *b)
{
    enum { LONGEST = 32 };
    size_t row[LONGEST + 1];
    const size_t columns = strnlen(b, LONGEST);
    for (size_t j = 0; j <= columns; j++)
        row[j] = j;
    for (size_t i = 1; *a; i++, a++) {
        size_t corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= columns; j++) {
            const size_t replace = corner + (*a != b[j - 1]);
            corner = row[j];
            const size_t either = 1 + (row[j] < row[j - 1] ? row[j] : row[j - 1]);
            row[j] = replace < either ? replace : either;
        }
    }
    return row[columns];
}

void eg_keep_nearest(const char *word, const char *candidate, const char **nearest)
{
    enum { MOST = 3 };
    const size_t distance = edit_distance(word, candidate);
    if (distance <= MOST && distance < strlen(word) &&
        (!*nearest || distance < edit_distance(word, *nearest)))
        *nearest = candidate;
}

static int fail_unknown(const struct eg_option *options, const char *word, struct eg_error *error)
{
    const char *nearest = NULL;
    const char *name = word + strspn(word, "-");
    const size_t length = strcspn(name, "=");
    char bare[33] = "";
    if (length < sizeof bare)
        memcpy(bare, name, length);
    for (const struct eg_option *option = options; option->name; option++)
        if (option->help)
            eg_keep_nearest(bare, option->name, &nearest);
    if (nearest)
        return eg_fail(error, EG_USAGE,
                       "%s: no such option; did you mean --%s? (--help lists them)", word, nearest);
    return eg_fail(error, EG_USAGE, "%s: no such option; --help lists them", word);
}

/* getopt_long leaves the reason of a '?' in optopt only half told; look at the word itself. */
static int fail_word(const struct eg_option *options, int argc, char **argv, struct eg_error *error)
{
    const char *word = optind > 0 && optind <= argc ? argv[optind - 1] : "";
    const char *name = word + strspn(word, "-");
    if (optopt >= LONG_ONLY)
        return eg_fail(error, EG_USAGE, "%s: this option takes no value; give --%s alone", word,
                       options[optopt - LONG_ONLY].name);
    if (optopt)
        return eg_fail(error, EG_USAGE, "-%c: no such option; --help lists them", optopt);
    size_t alike = 0;
    const size_t length = strcspn(name, "=");
    for (const struct eg_option *option = options; option->name; option++)
        alike += strncmp(option->name, name, length) == 0;
    if (alike > 1)
        return eg_fail(error, EG_USAGE, "%s: fits several options; write the name in full", word);
    return fail_unknown(options, word, error);
}

struct getopt_tables {
    struct option longs[64];
    char shorts[2 + 2 * 64];
};

static int fill_tables(const struct eg_option *options, struct getopt_tables *tables,
                       struct eg_error *error)
{
    char *letter = tables->shorts;
    *letter++ = ':'; /* a missing value comes back as ':' */
    size_t count = 0;
    for (; options[count].name; count++) {
        const struct eg_option *option = &options[count];
        if (count + 1 >= sizeof tables->longs / sizeof *tables->longs)
            return eg_fail(error, EG_INTERNAL, "option table too long at --%s", option->name);
        tables->longs[count] = (struct option){option->name,
                                               option->argument ? required_argument : no_argument,
                                               NULL, LONG_ONLY + (int)count};
        if (option->letter) {
            *letter++ = option->letter;
            if (option->argument)
                *letter++ = ':';
        }
    }
    *letter = '\0';
    tables->longs[count] = (struct option){0};
    return EG_OK;
}

static const struct eg_option *option_of_code(const struct eg_option *options, int code)
{
    if (code >= LONG_ONLY)
        return &options[code - LONG_ONLY];
    for (const struct eg_option *option = options; option->name; option++)
        if (option->letter == code)
            return option;
    return NULL;
}

int eg_options_read(const struct eg_option *options, int operands, int argc, char **argv,
                    int *first_operand, struct eg_error *error)
{
    struct getopt_tables tables;
    if (fill_tables(options, &tables, error))
        return EG_INTERNAL;
    opterr = 0;
    optind = 0; /* glibc: begin anew */
    for (int code; (code = getopt_long(argc, argv, tables.shorts, tables.longs, NULL)) != -1;) {
        if (code == '?')
            return fail_word(options, argc, argv, error);
        const struct eg_option *option = option_of_code(options, code == ':' ? optopt : code);
        if (!option)
            return eg_fail(error, EG_INTERNAL, "option code %d is not in the table", code);
        if (code == ':')
            return eg_fail(error, EG_USAGE, "--%s: the value is missing; give --%s %s",
                           option->name, option->name, option->argument);
        const int status = option->parse(option, option->argument ? optarg : NULL, error);
        if (status)
            return status;
    }
    if (!operands && optind < argc)
        return eg_fail(error, EG_USAGE, "%s: a stray argument; options begin with -- (--help)",
                       argv[optind]);
    if (first_operand)
        *first_operand = optind;
    return EG_OK;
}
