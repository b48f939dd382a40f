/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/option_text.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

enum { HELP_COLUMN = 26, HELP_WIDTH = 79, EXAMPLES_FIRST = 2 };

/* Writes text wrapped at HELP_WIDTH, continuing at column indent; the cursor stands there already. */
static void print_wrapped(const char *text, int indent, FILE *out)
{
    int column = indent;
    for (const char *at = text; *at;) {
        const int length = (int)strcspn(at, " ");
        if (column > indent && column + 1 + length > HELP_WIDTH) {
            fprintf(out, "\n%*s", indent, "");
            column = indent;
        } else if (column > indent) {
            fputc(' ', out);
            column++;
        }
        fwrite(at, 1, (size_t)length, out);
        column += length;
        at += length;
        at += strspn(at, " ");
    }
    fputc('\n', out);
}

/* The first terms of the list, so many at most. */
static void print_terms(const char *heading, const struct eg_term *terms, size_t most, FILE *out)
{
    if (!terms || !terms->term)
        return;
    fprintf(out, "\n%s:\n", heading);
    for (size_t i = 0; i < most && terms[i].term; i++) {
        const int length = fprintf(out, "  %s", terms[i].term);
        if (length + 2 > HELP_COLUMN)
            fprintf(out, "\n%*s", HELP_COLUMN, "");
        else
            fprintf(out, "%*s", HELP_COLUMN - length, "");
        print_wrapped(terms[i].meaning, HELP_COLUMN, out);
    }
}

static void print_option(const struct eg_option *option, FILE *out)
{
    int length = option->letter ? fprintf(out, "  -%c, --%s", option->letter, option->name)
                                : fprintf(out, "      --%s", option->name);
    if (option->argument)
        length += fprintf(out, " %s", option->argument);
    if (length + 2 > HELP_COLUMN)
        fprintf(out, "\n%*s", HELP_COLUMN, "");
    else
        fprintf(out, "%*s", HELP_COLUMN - length, "");
    print_wrapped(option->help, HELP_COLUMN, out);
}

static void print_paragraphs(const char *text, FILE *out)
{
    for (const char *at = text; *at;) {
        char paragraph[2048];
        const char *end = strstr(at, "\n\n");
        const size_t length = end ? (size_t)(end - at) : strlen(at);
        snprintf(paragraph, sizeof paragraph, "%.*s", (int)length, at);
        fputc('\n', out);
        print_wrapped(paragraph, 0, out);
        at += length;
        at += strspn(at, "\n");
    }
}

void eg_print_help(const struct eg_manual *manual, FILE *out)
{
    const struct eg_term *more = manual->examples;
    fprintf(out, "Usage: %s [OPTION ...]%s%s\n", manual->program, manual->operands ? " " : "",
            manual->operands ? manual->operands : "");
    print_wrapped(manual->title, 0, out);
    print_terms("Examples", manual->examples, EXAMPLES_FIRST, out);
    print_paragraphs(manual->description, out);
    print_terms("Commands", manual->commands, SIZE_MAX, out);
    fputs("\nOptions:\n", out);
    for (const struct eg_option *option = manual->options; option->name; option++)
        if (option->help)
            print_option(option, out);
    print_terms("Environment", manual->environment, SIZE_MAX, out);
    print_terms("Files", manual->files, SIZE_MAX, out);
    print_terms("Exit status", manual->exit_codes, SIZE_MAX, out);
    for (int i = 0; i < EXAMPLES_FIRST && more && more->term; i++)
        more++;
    print_terms("More examples", more, SIZE_MAX, out);
}

/* Writes one word so that roff takes nothing in it for its own. */
static void print_roff_word(const char *word, size_t length, int line_start, FILE *out)
{
    if (line_start && (*word == '.' || *word == '\''))
        fputs("\\&", out);
    for (size_t i = 0; i < length; i++) {
        if (word[i] == '\\')
            fputs("\\e", out);
        else if (word[i] == '-')
            fputs("\\-", out);
        else
            fputc(word[i], out);
    }
}

/* Writes text as mdoc text lines, a new one for each sentence and where one grows too long. */
static void print_roff(const char *text, FILE *out)
{
    size_t column = 0;
    for (const char *at = text; *at;) {
        const size_t length = strcspn(at, " \n");
        const int sentence = at > text + 1 && at[-2] == '.' && isupper((unsigned char)*at);
        if (column > 0 && (sentence || column + 1 + length > 72)) {
            fputc('\n', out);
            column = 0;
        } else if (column > 0) {
            fputc(' ', out);
            column++;
        }
        print_roff_word(at, length, column == 0, out);
        column += length;
        at += length;
        if (strncmp(at, "\n\n", 2) == 0) {
            fputs("\n.Pp\n", out);
            column = 0;
        }
        at += strspn(at, " \n");
    }
    fputc('\n', out);
}

/* The whole line as it is, in which no macro is looked for. */
static void print_roff_literal(const char *line, FILE *out)
{
    fputs(".Bd -literal -offset indent\n", out);
    print_roff_word(line, strlen(line), 1, out);
    fputs("\n.Ed\n", out);
}

static void print_term_list(const char *section, const char *macro, const struct eg_term *terms,
                            FILE *out)
{
    if (!terms)
        return;
    fprintf(out, ".Sh %s\n.Bl -tag -width Ds\n", section);
    for (; terms->term; terms++) {
        fprintf(out, ".It %s%s", macro, *macro ? " " : "");
        print_roff(terms->term, out);
        print_roff(terms->meaning, out);
    }
    fputs(".El\n", out);
}

/* What an example does, then its command. */
static void print_examples(const struct eg_term *examples, FILE *out)
{
    if (!examples)
        return;
    for (const char *before = ".Sh EXAMPLES\n"; examples->term; examples++, before = ".Pp\n") {
        char sentence[512];
        snprintf(sentence, sizeof sentence, "%s:", examples->meaning);
        sentence[0] = (char)toupper((unsigned char)sentence[0]);
        fputs(before, out);
        print_roff(sentence, out);
        print_roff_literal(examples->term, out);
    }
}

static void print_see_also(const char *programs, FILE *out)
{
    if (!programs)
        return;
    fputs(".Sh SEE ALSO\n", out);
    while (*programs) {
        const int length = (int)strcspn(programs, " ");
        fprintf(out, ".Xr %.*s 1", length, programs);
        programs += length;
        programs += strspn(programs, " ");
        fputs(*programs ? " ,\n" : "\n", out);
    }
}

static void print_synopsis_option(const struct eg_option *option, FILE *out)
{
    fprintf(out, ".Op Fl \\-%s", option->name);
    if (option->argument)
        fprintf(out, " Ar %s", option->argument);
    fputc('\n', out);
}

/* "COMMAND [ARGUMENT ...]": what stands in brackets may be left out. */
static void print_synopsis_operands(const char *operands, FILE *out)
{
    while (*operands) {
        const int is_optional = *operands == '[';
        operands += is_optional;
        const char *end = operands + strcspn(operands, "[]"), *last = end;
        while (last > operands && last[-1] == ' ')
            last--;
        fprintf(out, ".%sAr %.*s\n", is_optional ? "Op " : "", (int)(last - operands), operands);
        operands = end + is_optional;
        operands += strspn(operands, " ");
    }
}

static void print_man_option(const struct eg_option *option, FILE *out)
{
    fputs(".It", out);
    if (option->letter)
        fprintf(out, " Fl %c ,", option->letter);
    fprintf(out, " Fl \\-%s", option->name);
    if (option->argument)
        fprintf(out, " Ar %s", option->argument);
    fputc('\n', out);
    print_roff(option->help, out);
}

void eg_print_man(const struct eg_manual *manual, FILE *out)
{
    fprintf(out, ".\\\" SPDX-License-Identifier: GPL-3.0-or-later\n.Dd %s\n.Dt ", manual->date);
    for (const char *at = manual->program; *at; at++)
        fputc(toupper((unsigned char)*at), out);
    fprintf(out, " 1\n.Os\n.Sh NAME\n.Nm %s\n.Nd ", manual->program);
    print_roff(manual->title, out);
    fputs(".Sh SYNOPSIS\n.Nm\n", out);
    for (const struct eg_option *option = manual->options; option->name; option++)
        if (option->help)
            print_synopsis_option(option, out);
    if (manual->operands)
        print_synopsis_operands(manual->operands, out);
    fputs(".Sh DESCRIPTION\n", out);
    print_roff(manual->description, out);
    print_term_list("COMMANDS", "Cm", manual->commands, out);
    fputs(".Sh OPTIONS\n.Bl -tag -width Ds\n", out);
    for (const struct eg_option *option = manual->options; option->name; option++)
        if (option->help)
            print_man_option(option, out);
    fputs(".El\n", out);
    print_term_list("ENVIRONMENT", "Ev", manual->environment, out);
    print_term_list("FILES", "Pa", manual->files, out);
    print_term_list("EXIT STATUS", "", manual->exit_codes, out);
    print_examples(manual->examples, out);
    print_see_also(manual->see_also, out);
    fprintf(out, ".Sh HISTORY\nThis is the manual of version %s.\n", manual->version);
}
