/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_imports.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/input_file.h"
#include "bench/compare/compare_words.h"

enum { PATH = 4096, NAME = 512 };

int eg_file_list_add(struct eg_file_list *files, const char *path, enum eg_named_by by,
                     struct eg_error *error)
{
    while (strncmp(path, "./", 2) == 0)
        path += 2;
    for (size_t i = 0; i < files->count; i++)
        if (strcmp(files->items[i].path, path) == 0)
            return EG_OK;
    if (files->count == files->capacity) {
        const size_t capacity = files->capacity ? 2 * files->capacity : 16;
        void *items = realloc(files->items, capacity * sizeof *files->items);
        if (!items)
            return eg_fail(error, EG_INTERNAL, "out of memory listing files");
        files->items = items;
        files->capacity = capacity;
    }
    files->items[files->count].path = strdup(path);
    files->items[files->count].by = by;
    return files->items[files->count++].path
               ? EG_OK
               : eg_fail(error, EG_INTERNAL, "out of memory listing files");
}

static int by_path(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

void eg_file_list_sort(struct eg_file_list *files)
{
    if (files->count)
        qsort(files->items, files->count, sizeof *files->items, by_path);
}

void eg_file_list_free(struct eg_file_list *files)
{
    for (size_t i = 0; i < files->count; i++)
        free(files->items[i].path);
    free(files->items);
    *files = (struct eg_file_list){0};
}

/* path = the folder of the file, `above` folders further up. */
static void find_folder(const char *file, size_t above, char path[PATH])
{
    const char *slash = strrchr(file, '/');
    const int length = slash ? (int)(slash - file) : 1;
    snprintf(path, PATH, "%.*s", length, slash ? file : ".");
    for (; above > 0; above--)
        strncat(path, "/..", PATH - strlen(path) - 1);
}

/* The module of that dotted name in the folder, where it is there: its packages on the way, and itself. */
static int add_module(struct eg_file_list *files, const char *folder, const char *name,
                      struct eg_error *error)
{
    char path[PATH + NAME], file[PATH + NAME + 16];
    int status = EG_OK;
    snprintf(path, sizeof path, "%s", folder);
    while (*name && !status) {
        const size_t length = strcspn(name, "."), used = strlen(path);
        snprintf(path + used, sizeof path - used, "/%.*s", (int)length, name);
        static const char *const ends[] = {".py", "/__init__.py"};
        for (size_t i = 0; i < 2 && !status; i++) {
            snprintf(file, sizeof file, "%s%s", path, ends[i]);
            if (eg_compare_is_file(file))
                status = eg_file_list_add(files, file, EG_NAMED_BY_IMPORT, error);
        }
        name += length;
        name += *name == '.';
    }
    return status;
}

/* The module wherever Python would find it here: beside the importing file, and where the command's files
 * are, which is what Python looks through first. */
static int add_everywhere(struct eg_file_list *files, const char *importer, size_t dots,
                          const char *name, struct eg_error *error)
{
    char folder[PATH];
    find_folder(importer, dots ? dots - 1 : 0, folder);
    int status = add_module(files, folder, name, error);
    for (size_t i = 0; i < files->count && !dots && !status; i++) {
        if (files->items[i].by != EG_NAMED_BY_COMMAND ||
            eg_compare_is_interpreter(files->items[i].path))
            continue;
        find_folder(files->items[i].path, 0, folder);
        status = add_module(files, folder, name, error);
    }
    return status;
}

static int begins_with(const char *text, const char *word)
{
    const size_t length = strlen(word);
    return strncmp(text, word, length) == 0 && strchr(" \t\r\\", text[length]);
}

/* The next statement of *text, in one line, where it is an import, without comments; 0 at the end. Room for what
 * is left of the text is enough for it. */
static int next_statement(const char **text, char *statement)
{
    const char *at = *text + strspn(*text, " \t\r\n;:\\");
    const int is_import = begins_with(at, "import") || begins_with(at, "from");
    int depth = 0;
    *statement = '\0';
    if (!*at)
        return 0;
    for (; *at && (depth > 0 || !strchr("\n;:", *at)); at++) {
        if (!is_import)
            continue;
        if (*at == '#')
            at += strcspn(at, "\n") - 1;
        else if (*at == '\\' && at[1 + strspn(at + 1, "\r")] == '\n')
            at += 1 + strspn(at + 1, "\r");
        else {
            *statement++ = *at;
            depth += (*at == '(') - (*at == ')');
        }
    }
    *statement = '\0';
    *text = at;
    return 1;
}

/* "import a.b as c, d" or "from ..a import (b, c)"; its words are cut apart. */
static int read_statement(struct eg_file_list *files, const char *importer, char *statement,
                          struct eg_error *error)
{
    static const char breaks[] = " \t\r\n,()";
    char package[NAME] = "", whole[2 * NAME], *rest = NULL;
    const char *word = strtok_r(statement, breaks, &rest);
    size_t dots = 0;
    if (word && strcmp(word, "from") == 0)
        while ((word = strtok_r(NULL, breaks, &rest)) && strcmp(word, "import") != 0) {
            dots += strspn(word, ".");
            snprintf(package, sizeof package, "%s", word + strspn(word, "."));
        }
    int status = word && *package ? add_everywhere(files, importer, dots, package, error) : EG_OK;
    while (word && (word = strtok_r(NULL, breaks, &rest)) && !status) {
        snprintf(whole, sizeof whole, "%s%s%s", package, *package ? "." : "", word);
        if (strcmp(word, "as") == 0)
            word = strtok_r(NULL, breaks, &rest);
        else
            status = add_everywhere(files, importer, dots, whole, error);
    }
    return status;
}

static int read_text(struct eg_file_list *files, const char *importer, const char *text,
                     struct eg_error *error)
{
    char *statement = eg_alloc(strlen(text) + 1, 1, error);
    int status = statement ? EG_OK : EG_INTERNAL;
    while (!status && next_statement(&text, statement))
        status = read_statement(files, importer, statement, error);
    free(statement);
    return status;
}

/* A source file is not large; what is longer is read no further. */
static char *read_source(const char *path, struct eg_error *error)
{
    enum { MOST = 4 << 20 };
    char *text = eg_alloc(MOST + 1, 1, error);
    struct eg_input_reason why;
    const int file = text ? eg_input_open(path, EG_INPUT_MOST, 0, &why) : -1;
    size_t used = 0;
    for (ssize_t count; file >= 0 && used < MOST; used += (size_t)count) {
        count = read(file, text + used, MOST - used);
        if (count <= 0)
            break;
    }
    if (file >= 0)
        close(file);
    return text;
}

int eg_file_list_add_imports(struct eg_file_list *files, struct eg_error *error)
{
    int status = EG_OK;
    for (size_t i = 0; i < files->count && !status; i++) {
        const size_t length = strlen(files->items[i].path);
        if (length < 4 || strcmp(files->items[i].path + length - 3, ".py") != 0)
            continue;
        char *importer = strdup(files->items[i].path); /* the list may move */
        char *text = importer ? read_source(importer, error) : NULL;
        status = text ? read_text(files, importer, text, error)
                      : eg_fail(error, EG_INTERNAL, "out of memory reading %s",
                                importer ? importer : "a source");
        free(text);
        free(importer);
    }
    return status;
}
