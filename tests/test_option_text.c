/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/option_text.h"

#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

static const struct eg_option options[] = {
    {"threads", 't', "N", "how many threads, at least one and no more than there are cores here",
     eg_parse_text, NULL, 0, 0, NULL},
    {"force", 0, NULL, "run again", eg_parse_flag, NULL, 0, 0, NULL},
    {"secret", 0, NULL, NULL, eg_parse_flag, NULL, 0, 0, NULL},
    {0},
};
static const struct eg_term examples[] = {{"egbench-thing --threads 2", "a pair of them"},
                                          {"egbench-thing .", "here"},
                                          {"egbench-thing --force", "again"},
                                          {NULL, NULL}};
static const struct eg_term codes[] = {{"0", "fine"}, {"2", "usage"}, {NULL, NULL}};
static const struct eg_manual manual = {
    .program = "egbench-thing",
    .title = "do a thing",
    .operands = "FOLDER [FILE ...]",
    .description = "The first sentence is here. A path C:\\tmp.\n\n.Dots begin a macro.",
    .options = options,
    .exit_codes = codes,
    .examples = examples,
    .see_also = "egbench egbench-report",
    .version = "1.2",
    .date = "May 4, 2026"};

static char *print_alloc(void (*print)(const struct eg_manual *, FILE *))
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    cr_assert(out);
    print(&manual, out);
    fclose(out);
    return text;
}

static size_t longest_line(const char *text)
{
    size_t longest = 0;
    for (; *text; text += strcspn(text, "\n"), text += *text == '\n')
        if (strcspn(text, "\n") > longest)
            longest = strcspn(text, "\n");
    return longest;
}

Test(option_text, help_shows_every_option_but_hidden_ones)
{
    char *text = print_alloc(eg_print_help);
    cr_assert(strstr(text, "Usage: egbench-thing [OPTION ...] FOLDER [FILE ...]\n"));
    cr_assert(strstr(text, "  -t, --threads N         how many threads, at least one"));
    cr_assert(strstr(text, "      --force             run again\n"));
    cr_assert(strstr(text, "  2                       usage\n"));
    cr_assert(!strstr(text, "secret"));
    cr_assert(longest_line(text) < 80);
    free(text);
}

Test(option_text, help_begins_with_synopsis_and_two_examples)
{
    char *text = print_alloc(eg_print_help);
    static const char beginning[] =
        "Usage: egbench-thing [OPTION ...] FOLDER [FILE ...]\ndo a thing\n\n"
        "Examples:\n  egbench-thing --threads 2\n"
        "                          a pair of them\n"
        "  egbench-thing .         here\n\nThe first sentence";
    cr_assert(strncmp(text, beginning, sizeof beginning - 1) == 0, "%s", text);
    cr_assert(strstr(text, "\nMore examples:\n  egbench-thing --force   again\n"));
    free(text);
}

Test(option_text, sections_of_the_man_page_are_in_their_conventional_order)
{
    static const char *const sections[] = {"NAME",        "SYNOPSIS", "DESCRIPTION", "OPTIONS",
                                           "EXIT STATUS", "EXAMPLES", "SEE ALSO",    "HISTORY"};
    char *text = print_alloc(eg_print_man);
    const char *at = text;
    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        char heading[32];
        snprintf(heading, sizeof heading, "\n.Sh %s\n", sections[i]);
        at = strstr(at, heading);
        cr_assert(at, "%s", sections[i]);
    }
    cr_assert(strstr(text, "A pair of them:\n.Bd -literal -offset indent\n"
                           "egbench\\-thing \\-\\-threads 2\n.Ed\n"));
    cr_assert(strstr(text, ".Xr egbench 1 ,\n.Xr egbench-report 1\n"));
    free(text);
}

Test(option_text, man_page_is_mdoc)
{
    char *text = print_alloc(eg_print_man);
    cr_assert(strstr(text, ".Dd May 4, 2026\n.Dt EGBENCH-THING 1\n"));
    cr_assert(
        strstr(text, ".Op Fl \\-threads Ar N\n.Op Fl \\-force\n.Ar FOLDER\n.Op Ar FILE ...\n"));
    cr_assert(strstr(text, ".It Fl t , Fl \\-threads Ar N\nhow many threads"));
    cr_assert(strstr(text, "\nA path C:\\etmp.\n.Pp\n\\&.Dots begin a macro.\n"));
    cr_assert(strstr(text, ".It 2\nusage\n"));
    cr_assert(!strstr(text, "secret"));
    cr_assert(longest_line(text) < 80);
    free(text);
}
