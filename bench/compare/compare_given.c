/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_given.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "bench/compare/compare_methods.h"
#include "bench/compare/compare_words.h"

/* --- the command line --- */

int eg_parse_method(const struct eg_option *option, const char *text, struct eg_error *error)
{
    struct eg_given_methods *methods = option->target;
    if (!*text)
        return eg_fail(error, EG_USAGE, "--%s: its argument is empty", option->name);
    if (methods->count == EG_MOST_OUTSIDE)
        return eg_fail(error, EG_USAGE, "--%s %s: more than %d methods; compare them in two runs",
                       option->name, text, EG_MOST_OUTSIDE);
    struct eg_given *given = &methods->items[methods->count++];
    *given = methods->ahead;
    given->kind = (enum eg_outside_kind)option->minimum;
    given->what = text;
    methods->ahead = (struct eg_given){.kind = EG_OUTSIDE_NONE};
    return EG_OK;
}

/* It goes with the nearest method before, or the first that comes. */
int eg_parse_saying(const struct eg_option *option, const char *text, struct eg_error *error)
{
    struct eg_given_methods *methods = option->target;
    struct eg_given *nearest = methods->count ? &methods->items[methods->count - 1]
                                              : &methods->ahead;
    const char **place = (const char **)((char *)nearest + option->minimum);
    if (option->choices && !eg_word_in_list(text, option->choices))
        return eg_fail(error, EG_USAGE, "--kind %s: give slopes or shares", text);
    if (!*text)
        return eg_fail(error, EG_USAGE, "--%s: its argument is empty", option->name);
    if (*place)
        return eg_fail(error, EG_USAGE,
                       "--%s: '%s' and '%s' for one method; with several methods, each is followed "
                       "by its own --%s",
                       option->name, *place, text, option->name);
    *place = text;
    return EG_OK;
}

int eg_compare_is_baseline_word(const char *baseline)
{
    return eg_word_in_list(baseline, "rows mean zero");
}

/* --- what it comes to --- */

/* The last part of the path, without what follows its last dot. */
static void take_name(const char *path, char *name, size_t size)
{
    size_t end = strlen(path);
    while (end > 1 && path[end - 1] == '/')
        end--;
    size_t start = end;
    while (start > 0 && path[start - 1] != '/')
        start--;
    snprintf(name, size, "%.*s", (int)(end - start), path + start);
    char *dot = strrchr(name, '.');
    if (dot && dot != name)
        *dot = '\0';
}

static void name_command(const char *command, char *name, size_t size)
{
    char word[4096], first[4096] = "";
    while (eg_compare_next_word(&command, word, sizeof word)) {
        if (!first[0])
            snprintf(first, sizeof first, "%s", word);
        if (eg_compare_is_file(word) && !eg_compare_is_interpreter(word)) {
            take_name(word, name, size);
            return;
        }
    }
    take_name(first, name, size);
}

static int check_name(const struct eg_outsiders *before, const char *name, struct eg_error *error)
{
    for (const char *letter = name; *letter; letter++)
        if (!isalnum((unsigned char)*letter) && !strchr("_.+-", *letter))
            return eg_fail(error, EG_USAGE,
                           "'%s' is no name for a method: give --name with letters, digits and "
                           "_ . + - alone",
                           name);
    if (!*name)
        return eg_fail(error, EG_USAGE, "the method has no name: give --name");
    for (size_t i = 0; i < eg_compare_method_count(); i++)
        if (strcmp(name, eg_compare_method_name(i)) == 0)
            return eg_fail(error, EG_USAGE,
                           "'%s' is a method that is compared anyway: call yours otherwise with "
                           "--name",
                           name);
    if (eg_compare_find_outsider(before, name))
        return eg_fail(error, EG_USAGE, "two methods are called '%s': give each a --name after it",
                       name);
    return EG_OK;
}

static int check_path(const char *option, const char *path, int wants_folder,
                      struct eg_error *error)
{
    struct stat found;
    if (stat(path, &found))
        return eg_fail(error, EG_DATA,
                       "%s %s: %s; methods of the program's own are compared anyway", option, path,
                       strerror(errno));
    if (wants_folder ? !S_ISDIR(found.st_mode) : !S_ISREG(found.st_mode))
        return eg_fail(error, EG_DATA, "%s %s: this is no %s", option, path,
                       wants_folder ? "folder" : "file");
    return EG_OK;
}

static int find_one(const struct eg_given *given, int one_file, const struct eg_outsiders *before,
                    struct eg_outside *outside, struct eg_error *error)
{
    static const char *const kinds[] = {"", "plugin", "command", "worker", "files"};
    int status = EG_OK;
    *outside = (struct eg_outside){.given = *given, .kind_name = kinds[given->kind]};
    if (given->kind == EG_OUTSIDE_PLUGIN)
        status = check_path("--method", given->what, 0, error);
    else if (given->kind == EG_OUTSIDE_FILES)
        status = check_path("--attributions", given->what,
                            !(one_file && eg_compare_is_file(given->what)), error);
    if (!status && given->baseline && !eg_compare_is_baseline_word(given->baseline))
        status = check_path("--baseline", given->baseline, 0, error);
    if (given->name)
        snprintf(outside->name, sizeof outside->name, "%s", given->name);
    else if (given->kind == EG_OUTSIDE_COMMAND || given->kind == EG_OUTSIDE_WORKER)
        name_command(given->what, outside->name, sizeof outside->name);
    else
        take_name(given->what, outside->name, sizeof outside->name);
    return status ? status : check_name(before, outside->name, error);
}

int eg_compare_find_outsiders(const struct eg_given_methods *given, int one_file,
                              struct eg_outsiders *found, struct eg_error *error)
{
    const struct eg_given *ahead = &given->ahead;
    found->count = 0;
    if (ahead->name || ahead->phi_kind || ahead->baseline)
        return eg_fail(error, EG_USAGE,
                       "%s: give one of --method, --exec, --worker and --attributions too",
                       ahead->name       ? "--name names the method of another option"
                       : ahead->phi_kind ? "--kind says what a method's numbers are"
                                         : "--baseline says what a method's numbers count from");
    for (size_t i = 0; i < given->count; i++) {
        const int status = find_one(&given->items[i], one_file, found, &found->items[i], error);
        if (status)
            return status;
        found->count++;
    }
    return EG_OK;
}

const struct eg_outside *eg_compare_find_outsider(const struct eg_outsiders *among,
                                                  const char *name)
{
    for (size_t i = 0; i < among->count; i++)
        if (strcmp(among->items[i].name, name) == 0)
            return &among->items[i];
    return NULL;
}
