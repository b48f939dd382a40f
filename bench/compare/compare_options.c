/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* asprintf */
#include "bench/compare/compare_options.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <xxhash.h>

#include "attribution/method.h"
#include "base/input_file.h"
#include "base/options.h"
#include "bench/compare/compare_methods.h"
#include "run/cell_key.h"

enum { MOST_SECONDS = 1000000, TIME_LIMIT = 60, MOST_MODELS = 1000 };

void *eg_compare_make_options(struct eg_option table[EG_OWN_OPTIONS])
{
    struct eg_compare_options *options = calloc(1, sizeof *options);
    if (!options)
        return NULL;
    options->time_limit = TIME_LIMIT;
    options->models = 1;
    options->split = EG_NO_SPLIT;
    const struct eg_option own[] = {
        {"method", 'm', "FILE", "compare the method of this plug-in, a shared object",
         eg_parse_text, &options->plugin, 0, 0, NULL},
        {"exec", 'x', "COMMAND",
         "compare the method of this command, run by the shell for each unit; {dir} in it becomes "
         "the folder with model and data, where it leaves attributions.npy",
         eg_parse_text, &options->command, 0, 0, NULL},
        {"attributions", 0, "DIR",
         "compare the attributions in the files DIR/UNIT.npy or DIR/UNIT/attributions.npy, where "
         "UNIT is as --export names it; with --model, also in this file",
         eg_parse_text, &options->attributions, 0, 0, NULL},
        {"name", 0, "NAME", "what to call that method (default: from the name of its file)",
         eg_parse_text, &options->name, 0, 0, NULL},
        {"time-limit", 0, "SECONDS", "what such a method may take for a unit (default 60)",
         eg_parse_count, &options->time_limit, 1, MOST_SECONDS, NULL},
        {"model", 0, "FILE",
         "compare on this model (safetensors, as of a PyTorch Sequential) and rows of one's own",
         eg_parse_text, &options->model, 0, 0, NULL},
        {"network", 0, "TEXT",
         "its layers and activations, \"dense 32, relu, dense 1\", where the file does not tell "
         "them",
         eg_parse_text, &options->network, 0, 0, NULL},
        {"x-train", 0, "FILE", "its training rows (npy), the background", eg_parse_text,
         &options->x_train, 0, 0, NULL},
        {"y-train", 0, "FILE", "their labels", eg_parse_text, &options->y_train, 0, 0, NULL},
        {"x-test", 0, "FILE", "the rows to explain (npy)", eg_parse_text, &options->x_test, 0, 0,
         NULL},
        {"y-test", 0, "FILE", "their labels", eg_parse_text, &options->y_test, 0, 0, NULL},
        {"outputs-test", 0, "FILE",
         "what the model gives for the rows to explain (npy), as the framework that trained it "
         "says: "
         "the run is refused where the network as it is read here gives something else",
         eg_parse_text, &options->outputs_test, 0, 0, NULL},
        {"split", 0, "N",
         "score as SHAP's benchmark scores its split N: its conventions for the Keep/Remove "
         "measures, its random streams",
         eg_parse_count, &options->split, 0, MOST_SECONDS, NULL},
        {"units", 0, "DIR",
         "compare on models and rows of one's own, one in each folder in DIR, with files as "
         "--export writes them",
         eg_parse_text, &options->units, 0, 0, NULL},
        {"models", 0, "N", "networks on each split, from other initial weights (default 1)",
         eg_parse_count, &options->models, 1, MOST_MODELS, NULL},
        {"retrain", 0, NULL,
         "measure also what networks score that are trained without, or on, the features a method "
         "puts first (ROAR, KAR)",
         eg_parse_flag, &options->retrain, 0, 0, NULL},
        {"ask-again", 0, NULL,
         "ask the method of --method or --exec eleven times more on each unit, about 25 rows: for "
         "max-sensitivity, and whether its numbers depend on the model's weights",
         eg_parse_flag, &options->ask_again, 0, 0, NULL},
        {"export", 0, "DIR",
         "write model and rows of each unit into a folder in DIR, and stop: to explain them "
         "elsewhere",
         eg_parse_text, &options->export_folder, 0, 0, NULL},
    };
    _Static_assert(sizeof own <= EG_OWN_OPTIONS * sizeof *own, "table too small");
    memcpy(table, own, sizeof own);
    return options;
}

static int is_file(const char *path)
{
    struct stat found;
    return stat(path, &found) == 0 && S_ISREG(found.st_mode);
}

/* The next word of *text, without quotes around it, into word; 0 when there is none. */
static int next_word(const char **text, char *word, size_t size)
{
    static const char breaks[] = " \t\n'\"();|&<>=";
    *text += strspn(*text, breaks);
    const size_t length = strcspn(*text, breaks);
    snprintf(word, size, "%.*s", (int)length, *text);
    *text += length;
    return length > 0;
}

/* Of any size: a command may name what it reads. */
static int hash_file(const char *path, XXH3_state_t *state, struct eg_error *error)
{
    char bytes[1 << 16];
    struct eg_input_reason why;
    ssize_t count = 1;
    const int file = eg_input_open(path, UINT64_MAX, 0, &why);
    if (file < 0)
        return eg_fail(error, why.status, "%s: cannot read it: %s", path, why.text);
    while (count > 0 || (count < 0 && errno == EINTR)) {
        count = read(file, bytes, sizeof bytes);
        if (count > 0)
            XXH3_128bits_update(state, bytes, (size_t)count);
    }
    const int status = count < 0 ? eg_fail(error, EG_DATA, "%s: cannot be read: %s", path,
                                           strerror(errno))
                                 : EG_OK;
    close(file);
    return status;
}

int eg_compare_hash_words(const char *text, char hash[33], struct eg_error *error)
{
    char word[4096];
    XXH3_state_t *state = XXH3_createState();
    int status = state ? EG_OK : eg_fail(error, EG_INTERNAL, "out of memory hashing a method");
    if (!status)
        XXH3_128bits_reset(state);
    /* A path with blanks in it may be the whole text. */
    const int is_path = !status && is_file(text);
    if (is_path)
        status = hash_file(text, state, error);
    while (!is_path && !status && next_word(&text, word, sizeof word))
        if (is_file(word))
            status = hash_file(word, state, error);
    if (!status) {
        XXH128_canonical_t digest;
        XXH128_canonicalFromHash(&digest, XXH3_128bits_digest(state));
        for (size_t i = 0; i < sizeof digest.digest; i++)
            snprintf(hash + 2 * i, 3, "%02x", digest.digest[i]);
    }
    XXH3_freeState(state);
    return status;
}

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

/* Whether a word names a program that runs what comes after it: "/usr/bin/python3.11". */
static int is_interpreter(const char *word)
{
    static const char *const names[] = {"python", "Rscript", "R",    "julia", "sh",   "bash",
                                        "dash",   "zsh",     "perl", "ruby",  "lua",  "node",
                                        "octave", "java",    "env",  "nice",  "time", "timeout"};
    const char *slash = strrchr(word, '/');
    const char *base = slash ? slash + 1 : word;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const size_t length = strlen(names[i]);
        if (strncmp(base, names[i], length) == 0 &&
            base[length + strspn(base + length, "0123456789.")] == '\0')
            return 1;
    }
    return 0;
}

static void name_command(const char *command, char *name, size_t size)
{
    char word[4096], first[4096] = "";
    while (next_word(&command, word, sizeof word)) {
        if (!first[0])
            snprintf(first, sizeof first, "%s", word);
        if (is_file(word) && !is_interpreter(word)) {
            take_name(word, name, size);
            return;
        }
    }
    take_name(first, name, size);
}

static int check_name(const char *name, struct eg_error *error)
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

int eg_compare_find_outside(const struct eg_compare_options *options, struct eg_outside *outside,
                            struct eg_error *error)
{
    static const char *const kinds[] = {"", "plugin", "command", "files"};
    *outside = (struct eg_outside){0};
    const int given = !!options->plugin + !!options->command + !!options->attributions;
    if (options->ask_again && !options->plugin && !options->command)
        return eg_fail(error, EG_USAGE, "--ask-again goes with --method or --exec: give one too");
    if (given > 1)
        return eg_fail(error, EG_USAGE,
                       "--method, --exec and --attributions: give one of them only");
    if (!given)
        return options->name ? eg_fail(error, EG_USAGE,
                                       "--name names the method of --method, --exec or "
                                       "--attributions: give one of them too")
                             : EG_OK;
    int status = EG_OK;
    if (options->plugin) {
        *outside = (struct eg_outside){.kind = EG_OUTSIDE_PLUGIN, .what = options->plugin};
        status = check_path("--method", outside->what, 0, error);
    } else if (options->command)
        *outside = (struct eg_outside){.kind = EG_OUTSIDE_COMMAND, .what = options->command};
    else {
        *outside = (struct eg_outside){.kind = EG_OUTSIDE_FILES, .what = options->attributions};
        const int is_one = options->model && is_file(outside->what);
        status = check_path("--attributions", outside->what, !is_one, error);
    }
    outside->kind_name = kinds[outside->kind];
    if (options->name)
        snprintf(outside->name, sizeof outside->name, "%s", options->name);
    else if (outside->kind == EG_OUTSIDE_COMMAND)
        name_command(outside->what, outside->name, sizeof outside->name);
    else
        take_name(outside->what, outside->name, sizeof outside->name);
    return status ? status : check_name(outside->name, error);
}

static char *name_file(const char *folder, const char *unit, const char *rest,
                       struct eg_error *error)
{
    char *path;
    if (asprintf(&path, "%s/%s%s", folder, unit, rest) >= 0)
        return path;
    eg_fail(error, EG_INTERNAL, "out of memory naming a file");
    return NULL;
}

char *eg_compare_file_alloc(const char *folder, const char *unit, int is_train,
                            struct eg_error *error)
{
    if (!is_train && is_file(folder)) {
        char *path = strdup(folder);
        if (!path)
            eg_fail(error, EG_INTERNAL, "out of memory naming a file");
        return path;
    }
    char *beside = name_file(folder, unit, is_train ? "-train.npy" : ".npy", error);
    if (!beside || is_file(beside))
        return beside;
    char *inside = name_file(folder, unit,
                             is_train ? "/attributions_train.npy" : "/attributions.npy", error);
    if (inside && !is_file(inside)) {
        free(inside);
        return beside;
    }
    free(beside);
    return inside;
}
