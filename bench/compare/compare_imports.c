/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_imports.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/input_file.h"
#include "bench/compare/compare_words.h"

enum { PATH = 4096, NAME = 512 };

void eg_file_list_add(struct eg_file_list *files, const char *path, enum eg_named_by by)
{
    while (strncmp(path, "./", 2) == 0)
        path += 2;
    for (size_t i = 0; i < files->count; i++)
        if (strcmp(files->items[i].path, path) == 0)
            return;
    char *copy = strdup(path);
    void *items = realloc(files->items, (files->count + 1) * sizeof *files->items);
    if (items)
        files->items = items;
    if (items && copy)
        files->items[files->count++] = (struct eg_named_file){copy, by};
    else
        free(copy);
    files->is_short |= !items || !copy;
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
static void add_module(struct eg_file_list *files, const char *folder, const char *name)
{
    static const char *const ends[] = {".py", "/__init__.py"};
    char path[PATH + NAME], file[PATH + NAME + 16];
    snprintf(path, sizeof path, "%s", folder);
    while (*name) {
        const size_t length = strcspn(name, "."), used = strlen(path);
        snprintf(path + used, sizeof path - used, "/%.*s", (int)length, name);
        for (size_t i = 0; i < 2; i++) {
            snprintf(file, sizeof file, "%s%s", path, ends[i]);
            if (eg_compare_is_file(file))
                eg_file_list_add(files, file, EG_NAMED_BY_IMPORT);
        }
        name += length;
        name += *name == '.';
    }
}

/* The module wherever Python would find it here: beside the importing file, and where the command's files
 * are, which is what Python looks through first. */
static void add_everywhere(struct eg_file_list *files, const char *importer, size_t dots,
                           const char *name)
{
    char folder[PATH];
    find_folder(importer, dots ? dots - 1 : 0, folder);
    add_module(files, folder, name);
    for (size_t i = 0; i < files->count && !dots; i++) {
        if (files->items[i].by != EG_NAMED_BY_COMMAND ||
            eg_compare_is_interpreter(files->items[i].path))
            continue;
        find_folder(files->items[i].path, 0, folder);
        add_module(files, folder, name);
    }
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
static void read_statement(struct eg_file_list *files, const char *importer, char *statement)
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
    if (word && *package)
        add_everywhere(files, importer, dots, package);
    while (word && (word = strtok_r(NULL, breaks, &rest))) {
        snprintf(whole, sizeof whole, "%s%s%s", package, *package ? "." : "", word);
        if (strcmp(word, "as") == 0)
            word = strtok_r(NULL, breaks, &rest);
        else
            add_everywhere(files, importer, dots, whole);
    }
}

/* One that cannot be read says nothing. */
static void read_source(struct eg_file_list *files, const char *importer)
{
    char *text = NULL;
    size_t size;
    if (eg_read_file(importer, EG_INPUT_MOST_JSON, &text, &size, NULL))
        return;
    char *statement = malloc(size + 1);
    files->is_short |= !statement;
    for (const char *rest = text; statement && next_statement(&rest, statement);)
        read_statement(files, importer, statement);
    free(statement);
    free(text);
}

void eg_file_list_add_imports(struct eg_file_list *files)
{
    for (size_t i = 0; i < files->count; i++) {
        const char *path = files->items[i].path; /* stays where it is when the list moves */
        const size_t length = strlen(path);
        if (length > 3 && strcmp(path + length - 3, ".py") == 0)
            read_source(files, path);
    }
}
