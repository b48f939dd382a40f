/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/options.h"

#include <stddef.h>
#include <string.h>

#include <criterion/criterion.h>
#include <criterion/parameterized.h>

struct values {
    int force;
    const char *scale, *out;
    size_t threads;
    uint64_t seed;
};

static int read_words(struct values *values, int operands, int argc, char **argv, int *first,
                      struct eg_error *error)
{
    const struct eg_option table[] = {
        {"force", 'f', NULL, "run again", eg_parse_flag, &values->force, 0, 0, NULL},
        {"format", 0, "NAME", "format", eg_parse_text, &values->out, 0, 0, NULL},
        {"scale", 's', "SCALE", "how much", eg_parse_choice, &values->scale, 0, 0, "smoke quick"},
        {"threads", 't', "N", "threads", eg_parse_count, &values->threads, 1, 64, NULL},
        {"seed", 0, "N", "seed", eg_parse_seed, &values->seed, 0, UINT64_MAX, NULL},
        {0},
    };
    return eg_options_read(table, operands, argc, argv, first, error);
}

Test(options, reads_long_and_short_forms)
{
    struct values values = {0};
    struct eg_error error = {0};
    char *argv[] = {"p", "--force", "--scale=smoke", "-t", "8", "--seed", "18446744073709551615"};
    cr_assert_eq(read_words(&values, 0, 7, argv, NULL, &error), EG_OK, "%s", error.message);
    cr_assert(values.force == 1 && values.threads == 8 && values.seed == UINT64_MAX);
    cr_assert_str_eq(values.scale, "smoke");
    char *again[] = {"p", "-ft2", "--sca", "quick"};
    values = (struct values){0};
    cr_assert_eq(read_words(&values, 0, 4, again, NULL, &error), EG_OK, "%s", error.message);
    cr_assert(values.force == 1 && values.threads == 2);
    cr_assert_str_eq(values.scale, "quick");
}

Test(options, operands_come_last)
{
    struct values values = {0};
    struct eg_error error = {0};
    int first;
    char *argv[] = {"p", "one", "-f", "two", "--", "--three"};
    cr_assert_eq(read_words(&values, 1, 6, argv, &first, &error), EG_OK, "%s", error.message);
    cr_assert(values.force == 1 && first == 3);
    cr_assert_str_eq(argv[first], "one");
    cr_assert_str_eq(argv[5], "--three");
    char *none[] = {"p", "-f"};
    cr_assert_eq(read_words(&values, 1, 2, none, &first, &error), EG_OK);
    cr_assert_eq(first, 2);
}

struct bad {
    char words[3][32];
    char told[3][48];
};

ParameterizedTestParameters(options, refuses)
{
    static struct bad bad[] = {
        {{"--threads", "0"}, {"--threads 0", "from 1 to 64"}},
        {{"--threads", "65"}, {"--threads 65", "from 1 to 64"}},
        {{"--threads", "-2"}, {"--threads -2", "from 1 to 64"}},
        {{"--threads", "two"}, {"--threads two", "whole number"}},
        {{"--threads", "2x"}, {"--threads 2x", "whole number"}},
        {{"--threads", " 2"}, {"--threads  2", "whole number"}},
        {{"--threads", "1e3"}, {"--threads 1e3", "whole number"}},
        {{"--threads="}, {"--threads ''", "whole number"}},
        {{"--seed", "18446744073709551616"}, {"--seed 18446744073709551616", "whole number"}},
        {{"--seed", "+1"}, {"--seed +1", "whole number"}},
        {{"--scale", "paper"}, {"--scale paper", "smoke quick"}},
        {{"--scale", "smoke quick"}, {"--scale smoke quick", "one of"}},
        {{"--scale="}, {"--scale ''", "one of"}},
        {{"--format="}, {"--format", "empty", "--format NAME"}},
        {{"--threads"}, {"--threads", "missing", "--threads N"}},
        {{"-t"}, {"--threads", "missing"}},
        {{"--force=yes"}, {"--force=yes", "no value", "--force"}},
        {{"--treads", "2"}, {"--treads", "no such option", "--threads"}},
        {{"--sale=smoke"}, {"--sale=smoke", "--scale"}},
        {{"--zzzzzzzz"}, {"--zzzzzzzz", "no such option", "--help"}},
        {{"--fo"}, {"--fo", "several"}},
        {{"-x"}, {"-x", "no such option"}},
        {{"-fx"}, {"-x", "no such option"}},
        {{"stray"}, {"stray", "stray argument"}},
        {{"--force", "--", "-f"}, {"-f", "stray argument"}},
    };
    return cr_make_param_array(struct bad, bad, sizeof bad / sizeof *bad);
}

ParameterizedTest(struct bad *bad, options, refuses)
{
    struct values values = {0};
    struct eg_error error = {0};
    char *argv[5] = {"p"};
    int argc = 1;
    for (size_t i = 0; i < 3 && *bad->words[i]; i++)
        argv[argc++] = bad->words[i];
    cr_assert_eq(read_words(&values, 0, argc, argv, NULL, &error), EG_USAGE, "%s", argv[1]);
    cr_assert_eq(error.status, EG_USAGE);
    cr_assert(!strchr(error.message, '\n'));
    for (size_t i = 0; i < 3; i++)
        cr_assert(strstr(error.message, bad->told[i]), "'%s' lacks '%s'", error.message,
                  bad->told[i]);
}

Test(options, words_in_lists)
{
    cr_assert(eg_word_in_list("b", "a b c") && eg_word_in_list("c", "a b c"));
    cr_assert(!eg_word_in_list("", "a b") && !eg_word_in_list("ab", "a b") &&
              !eg_word_in_list("a", "ab ba") && !eg_word_in_list("a", ""));
}
