/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* asprintf */
#include "bench/compare/compare_watch.h"

#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/compare/compare_imports.h"
#include "bench/compare/compare_options.h"
#include "bench/compare/compare_words.h"
#include "run/cell_key.h"
#include "run/child.h"

enum { GIT_SECONDS = 20, NAMED = 3 };

/* A file of more bytes is watched by its size and time. */
static const off_t most_read = 64 << 20;

/* Folders whose files may be watched: of the command's words. */
struct folders {
    char *items[64];
    size_t count;
};

static int add_folder(struct folders *folders, const char *path, struct eg_error *error)
{
    const size_t most = sizeof folders->items / sizeof *folders->items;
    for (size_t i = 0; i < folders->count; i++)
        if (strcmp(folders->items[i], path) == 0)
            return EG_OK;
    if (folders->count == most)
        return EG_OK;
    folders->items[folders->count] = strdup(path);
    return folders->items[folders->count++] ? EG_OK
                                            : eg_fail(error, EG_INTERNAL, "out of memory watching");
}

static int add_word(const char *word, struct eg_file_list *files, struct folders *folders,
                    struct eg_error *error)
{
    int status = eg_file_list_add(files, word, EG_NAMED_BY_COMMAND, error);
    const char *slash = strrchr(word, '/');
    char folder[4096] = ".";
    if (slash)
        snprintf(folder, sizeof folder, "%.*s", slash == word ? 1 : (int)(slash - word), word);
    if (!status && !eg_compare_is_interpreter(word))
        status = add_folder(folders, folder, error);
    return status;
}

/* "package.part" after -m is a file or a folder here. */
static int add_module(char *name, struct eg_file_list *files, struct folders *folders,
                      struct eg_error *error)
{
    char path[4096 + 16];
    for (char *dot = name; (dot = strchr(dot, '.'));)
        *dot = '/';
    snprintf(path, sizeof path, "%s.py", name);
    if (eg_compare_is_file(path))
        return add_word(path, files, folders, error);
    snprintf(path, sizeof path, "%s/__main__.py", name);
    return eg_compare_is_file(path) ? add_word(path, files, folders, error) : EG_OK;
}

static int list_words(const char *command, struct eg_file_list *files, struct folders *folders,
                      struct eg_error *error)
{
    char word[4096];
    int status = EG_OK, is_module = 0;
    /* A path with blanks in it may be the whole text. */
    if (eg_compare_is_file(command))
        return add_word(command, files, folders, error);
    while (!status && eg_compare_next_word(&command, word, sizeof word)) {
        if (eg_compare_is_file(word))
            status = add_word(word, files, folders, error);
        else if (eg_compare_is_folder(word))
            status = add_folder(folders, word, error);
        else if (is_module)
            status = add_module(word, files, folders, error);
        is_module = strcmp(word, "-m") == 0;
    }
    return status;
}

/* --- git --- */

static int add_listed(const char *folder, char *names, size_t size, struct eg_file_list *files,
                      struct eg_error *error)
{
    int status = EG_OK;
    for (size_t at = 0; at < size && !status; at += strlen(names + at) + 1) {
        char *path = NULL;
        if (asprintf(&path, "%s/%s", folder, names + at) < 0)
            return eg_fail(error, EG_INTERNAL, "out of memory watching");
        if (eg_compare_is_file(path))
            status = eg_file_list_add(files, path, EG_NAMED_BY_GIT, error);
        free(path);
    }
    return status;
}

/* What git prints is in the file; a folder that is in no work tree, and no git, name nothing. */
static int read_listed(const char *folder, int file, struct eg_file_list *files,
                       struct eg_error *error)
{
    struct stat found;
    if (fstat(file, &found) || found.st_size == 0)
        return EG_OK;
    char *names = eg_alloc((size_t)found.st_size + 1, 1, error);
    if (!names)
        return EG_INTERNAL;
    const ssize_t size = pread(file, names, (size_t)found.st_size, 0);
    const int status = size > 0 ? add_listed(folder, names, (size_t)size, files, error) : EG_OK;
    free(names);
    return status;
}

static int list_git(const char *folder, struct eg_file_list *files, struct eg_error *error)
{
    const char *const words[] = {"git", "-C", folder, "ls-files", "-z", NULL};
    const char *scratch = getenv("TMPDIR");
    char *path = NULL;
    struct eg_child_result result;
    if (asprintf(&path, "%s/egbench-git-XXXXXX", scratch && *scratch ? scratch : "/tmp") < 0)
        return eg_fail(error, EG_INTERNAL, "out of memory watching");
    const int made = mkstemp(path);
    if (made >= 0)
        close(made);
    const struct eg_child child = {.words = words, .log = path, .seconds = GIT_SECONDS};
    int status = EG_OK;
    if (made >= 0 && eg_child_run(&child, &result, NULL) == EG_OK && result.exit_code == 0) {
        const int file = open(path, O_RDONLY | O_CLOEXEC);
        status = file < 0 ? EG_OK : read_listed(folder, file, files, error);
        if (file >= 0)
            close(file);
    }
    if (made >= 0)
        unlink(path);
    free(path);
    return status;
}

/* --- --depends --- */

static int list_matches(const char *pattern, size_t *matches, struct eg_file_list *files,
                        struct eg_error *error)
{
    glob_t found = {0};
    int status = EG_OK;
    if (glob(pattern, 0, NULL, &found) == 0)
        for (size_t i = 0; i < found.gl_pathc && !status; i++)
            if (eg_compare_is_file(found.gl_pathv[i])) {
                status = eg_file_list_add(files, found.gl_pathv[i], EG_NAMED_BY_PATTERN, error);
                ++*matches;
            }
    globfree(&found);
    return status;
}

static int list_pattern(const char *pattern, const struct folders *folders,
                        struct eg_file_list *files, struct eg_error *error)
{
    size_t matches = 0;
    int status = EG_OK;
    if (*pattern == '/' || folders->count == 0)
        status = list_matches(pattern, &matches, files, error);
    for (size_t i = 0; i < folders->count && *pattern != '/' && !status; i++) {
        char *path = NULL;
        if (asprintf(&path, "%s/%s", folders->items[i], pattern) < 0)
            return eg_fail(error, EG_INTERNAL, "out of memory watching");
        status = list_matches(path, &matches, files, error);
        free(path);
    }
    if (!status && matches == 0)
        status = eg_fail(error, EG_USAGE,
                         "--depends %s: fits no file in the folders of the command's files (%s%s)",
                         pattern, folders->count ? folders->items[0] : "here",
                         folders->count > 1 ? ", ..." : "");
    return status;
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

static void append_count(const struct eg_file_list *files, enum eg_named_by by, const char *who,
                         char *text, size_t size)
{
    size_t count = 0;
    for (size_t i = 0; i < files->count; i++)
        count += files->items[i].by == by;
    const size_t used = strlen(text);
    if (count)
        snprintf(text + used, size - used, "%s%zu %s that %s", used ? ", " : "", count,
                 count == 1 ? "file" : "files", who);
}

static void describe(const struct eg_file_list *files, char *text, size_t size)
{
    size_t named = 0;
    *text = '\0';
    for (size_t i = 0; i < files->count; i++) {
        const char *slash = strrchr(files->items[i].path, '/');
        const size_t used = strlen(text);
        if (files->items[i].by == EG_NAMED_BY_COMMAND && named++ < NAMED)
            snprintf(text + used, size - used, "%s%.80s", used ? ", " : "",
                     slash ? slash + 1 : files->items[i].path);
    }
    const size_t used = strlen(text);
    if (named > NAMED)
        snprintf(text + used, size - used, " and %zu more of its command", named - NAMED);
    append_count(files, EG_NAMED_BY_GIT, "git names beside it", text, size);
    append_count(files, EG_NAMED_BY_PATTERN, "--depends names", text, size);
    append_count(files, EG_NAMED_BY_IMPORT, "these import", text, size);
    if (!*text)
        snprintf(text, size, "no file: its command names none");
}

int eg_compare_watch(const struct eg_given *given, const struct eg_compare_depends *depends,
                     struct eg_compare_watched *watched, struct eg_error *error)
{
    struct eg_file_list files = {0};
    struct folders folders = {0};
    int status = given->kind == EG_OUTSIDE_PLUGIN
                     ? add_word(given->what, &files, &folders, error)
                     : list_words(given->what, &files, &folders, error);
    for (size_t i = 0; i < depends->count && !status; i++)
        status = list_pattern(depends->patterns[i], &folders, &files, error);
    for (size_t i = 0; i < folders.count && !status && given->kind == EG_OUTSIDE_COMMAND; i++)
        status = list_git(folders.items[i], &files, error);
    if (!status)
        status = eg_file_list_add_imports(&files, error);
    if (!status)
        status = hash_all(&files, watched->hash, error);
    describe(&files, watched->text, sizeof watched->text);
    for (size_t i = 0; i < folders.count; i++)
        free(folders.items[i]);
    eg_file_list_free(&files);
    return status;
}
