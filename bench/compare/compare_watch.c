/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _DEFAULT_SOURCE /* mkstemp */
#include "bench/compare/compare_watch.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/input_file.h"
#include "bench/compare/compare_imports.h"
#include "bench/compare/compare_options.h"
#include "bench/compare/compare_words.h"
#include "run/cell_key.h"
#include "run/child.h"

enum { GIT_SECONDS = 20, NAMED = 3 };

/* A file of more bytes is watched by its size and time. */
static const off_t most_read = 64 << 20;

/* What is watched, and the folders of the command's words, whose files may be. */
struct watch {
    struct eg_file_list files, folders;
};

static void add_folder(struct watch *watch, const char *path)
{
    eg_file_list_add(&watch->folders, path, EG_NAMED_BY_COMMAND);
}

static void add_word(struct watch *watch, const char *word)
{
    const char *slash = strrchr(word, '/');
    char folder[4096] = ".";
    if (slash)
        snprintf(folder, sizeof folder, "%.*s", slash == word ? 1 : (int)(slash - word), word);
    eg_file_list_add(&watch->files, word, EG_NAMED_BY_COMMAND);
    if (!eg_compare_is_interpreter(word))
        add_folder(watch, folder);
}

/* "package.part" after -m is a file or a folder here. */
static void add_module(struct watch *watch, char *name)
{
    char path[4096 + 16];
    for (char *dot = name; (dot = strchr(dot, '.'));)
        *dot = '/';
    snprintf(path, sizeof path, "%s.py", name);
    if (!eg_compare_is_file(path))
        snprintf(path, sizeof path, "%s/__main__.py", name);
    if (eg_compare_is_file(path))
        add_word(watch, path);
}

static void list_words(struct watch *watch, const char *command)
{
    char word[4096];
    int is_module = 0;
    /* A path with blanks in it may be the whole text. */
    if (eg_compare_is_file(command)) {
        add_word(watch, command);
        return;
    }
    while (eg_compare_next_word(&command, word, sizeof word)) {
        if (eg_compare_is_file(word))
            add_word(watch, word);
        else if (eg_compare_is_folder(word))
            add_folder(watch, word);
        else if (is_module)
            add_module(watch, word);
        is_module = strcmp(word, "-m") == 0;
    }
}

/* --- git --- */

/* What git prints is in the file. */
static void add_listed(struct watch *watch, const char *folder, const char *file)
{
    char *names = NULL, path[8192];
    size_t size = 0;
    if (eg_read_file(file, EG_INPUT_MOST, &names, &size, NULL))
        return;
    for (size_t at = 0; at < size; at += strlen(names + at) + 1) {
        snprintf(path, sizeof path, "%s/%s", folder, names + at);
        if (eg_compare_is_file(path))
            eg_file_list_add(&watch->files, path, EG_NAMED_BY_GIT);
    }
    free(names);
}

/* A folder that is in no work tree, and no git, name nothing. */
static void list_git(struct watch *watch, const char *folder)
{
    const char *const words[] = {"git", "-C", folder, "ls-files", "-z", NULL};
    const char *scratch = getenv("TMPDIR");
    char path[4096];
    struct eg_child_result result;
    snprintf(path, sizeof path, "%s/egbench-git-XXXXXX", scratch && *scratch ? scratch : "/tmp");
    const int made = mkstemp(path);
    if (made < 0)
        return;
    close(made);
    const struct eg_child child = {.words = words, .log = path, .seconds = GIT_SECONDS};
    if (eg_child_run(&child, &result, NULL) == EG_OK && result.exit_code == 0)
        add_listed(watch, folder, path);
    unlink(path);
}

/* --- --depends --- */

static size_t list_matches(struct watch *watch, const char *pattern)
{
    glob_t found = {0};
    size_t matches = 0;
    if (glob(pattern, 0, NULL, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc; i++)
            if (eg_compare_is_file(found.gl_pathv[i])) {
                eg_file_list_add(&watch->files, found.gl_pathv[i], EG_NAMED_BY_PATTERN);
                matches++;
            }
    globfree(&found);
    return matches;
}

static int list_pattern(struct watch *watch, const char *pattern, struct eg_error *error)
{
    const struct eg_file_list *folders = &watch->folders;
    const int is_whole = *pattern == '/' || folders->count == 0;
    size_t matches = is_whole ? list_matches(watch, pattern) : 0;
    for (size_t i = 0; i < folders->count && !is_whole; i++) {
        char path[8192];
        snprintf(path, sizeof path, "%s/%s", folders->items[i].path, pattern);
        matches += list_matches(watch, path);
    }
    return matches ? EG_OK
                   : eg_fail(error, EG_USAGE,
                             "--depends %s: fits no file in the folders of the command's files "
                             "(%s%s)",
                             pattern, folders->count ? folders->items[0].path : "here",
                             folders->count > 1 ? ", ..." : "");
}

/* --- what it comes to --- */

static int hash_one(const char *path, char hash[33], struct eg_error *error)
{
    struct stat found;
    char text[128];
    if (stat(path, &found) || found.st_size <= most_read)
        return eg_compare_hash_words(path, hash, error);
    snprintf(text, sizeof text, "%lld %lld.%09ld", (long long)found.st_size,
             (long long)found.st_mtim.tv_sec, found.st_mtim.tv_nsec);
    eg_hash_hex(text, strlen(text), hash);
    return EG_OK;
}

static int hash_all(struct eg_file_list *files, char hash[33], struct eg_error *error)
{
    char *text = NULL, one[33];
    size_t size = 0;
    int status = EG_OK;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return eg_fail(error, EG_INTERNAL, "out of memory watching");
    eg_file_list_sort(files);
    for (size_t i = 0; i < files->count && !status; i++) {
        status = hash_one(files->items[i].path, one, error);
        fprintf(out, "%s %s\n", one, files->items[i].path);
    }
    if (fclose(out) && !status)
        status = eg_fail(error, EG_INTERNAL, "out of memory watching");
    if (!status)
        eg_hash_hex(text, size, hash);
    free(text);
    return status;
}

static void describe(const struct eg_file_list *files, char *text, size_t size)
{
    static const char *const who[] = {[EG_NAMED_BY_GIT] = "git names beside it",
                                      [EG_NAMED_BY_PATTERN] = "--depends names",
                                      [EG_NAMED_BY_IMPORT] = "these import"};
    size_t counts[EG_NAMED_BY_IMPORT + 1] = {0}, used = 0;
    *text = '\0';
    for (size_t i = 0; i < files->count; i++) {
        const char *slash = strrchr(files->items[i].path, '/');
        const size_t place = counts[files->items[i].by]++;
        if (files->items[i].by == EG_NAMED_BY_COMMAND && place < NAMED)
            used += (size_t)snprintf(text + used, size - used, "%s%.80s", used ? ", " : "",
                                     slash ? slash + 1 : files->items[i].path);
    }
    if (counts[EG_NAMED_BY_COMMAND] > NAMED)
        used += (size_t)snprintf(text + used, size - used, " and %zu more of its command",
                                 counts[EG_NAMED_BY_COMMAND] - NAMED);
    for (size_t by = EG_NAMED_BY_GIT; by <= EG_NAMED_BY_IMPORT; by++)
        if (counts[by])
            used += (size_t)snprintf(text + used, size - used, "%s%zu %s that %s", used ? ", " : "",
                                     counts[by], counts[by] == 1 ? "file" : "files", who[by]);
    if (!used)
        snprintf(text, size, "no file: its command names none");
}

int eg_compare_watch(const struct eg_given *given, const struct eg_compare_depends *depends,
                     struct eg_compare_watched *watched, struct eg_error *error)
{
    struct watch watch = {0};
    int status = EG_OK;
    if (given->kind == EG_OUTSIDE_PLUGIN)
        add_word(&watch, given->what);
    else
        list_words(&watch, given->what);
    for (size_t i = 0; i < depends->count && !status; i++)
        status = list_pattern(&watch, depends->patterns[i], error);
    for (size_t i = 0; i < watch.folders.count && given->kind != EG_OUTSIDE_PLUGIN; i++)
        list_git(&watch, watch.folders.items[i].path);
    eg_file_list_add_imports(&watch.files);
    if (watch.files.is_short || watch.folders.is_short)
        status = eg_fail(error, EG_INTERNAL, "out of memory watching");
    if (!status)
        status = hash_all(&watch.files, watched->hash, error);
    describe(&watch.files, watched->text, sizeof watched->text);
    eg_file_list_free(&watch.folders);
    eg_file_list_free(&watch.files);
    return status;
}
