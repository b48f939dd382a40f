/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_imports.h"

#include <ctype.h>
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

static int is_name(char letter)
{
    return isalnum((unsigned char)letter) || letter == '_' || letter == '.';
}

/* What is after blanks, and after a backslash that ends a line. */
static const char *skip_blanks(const char *at)
{
    for (;;) {
        at += strspn(at, " \t\r");
        const size_t length = *at == '\\' ? 1 + strspn(at + 1, "\r") : 0;
        if (length == 0 || at[length] != '\n')
            return at;
        at += length + 1;
    }
}

/* The next name of a list "a.b as c, d", in brackets or not, which may go on in further lines then; 0 at the
 * list's end. */
static int next_name(const char **at, int *is_open, char name[NAME])
{
    for (;;) {
        *at = skip_blanks(*at);
        if (**at == '(')
            *is_open = 1;
        else if (**at == '#')
            *at += strcspn(*at, "\n") - 1;
        else if (**at != ',' && !(**at == '\n' && *is_open))
            break;
        ++*at;
    }
    size_t length = 0;
    while (is_name((*at)[length]))
        length++;
    snprintf(name, NAME, "%.*s", (int)length, *at);
    *at += length;
    const char *after = skip_blanks(*at);
    if (after > *at && strncmp(after, "as", 2) == 0 && !is_name(after[2])) {
        *at = skip_blanks(after + 2);
        while (is_name(**at))
            ++*at;
    }
    return length > 0;
}

static int read_import(struct eg_file_list *files, const char *importer, const char *at,
                       struct eg_error *error)
{
    char name[NAME];
    int is_open = 0, status = EG_OK;
    while (!status && next_name(&at, &is_open, name))
        status = add_everywhere(files, importer, 0, name, error);
    return status;
}

static int read_from(struct eg_file_list *files, const char *importer, const char *at,
                     struct eg_error *error)
{
    char package[NAME], name[NAME], whole[2 * NAME + 1];
    int is_open = 0;
    at = skip_blanks(at);
    const size_t dots = strspn(at, ".");
    at = skip_blanks(at + dots);
    if (strncmp(at, "import", 6) == 0 && !is_name(at[6]))
        *package = '\0';
    else
        next_name(&at, &is_open, package);
    at = skip_blanks(at);
    if (strncmp(at, "import", 6) != 0)
        return EG_OK;
    at += 6;
    int status = *package ? add_everywhere(files, importer, dots, package, error) : EG_OK;
    while (!status && next_name(&at, &is_open, name)) {
        snprintf(whole, sizeof whole, "%s%s%s", package, *package ? "." : "", name);
        status = add_everywhere(files, importer, dots, whole, error);
    }
    return status;
}

static int read_text(struct eg_file_list *files, const char *importer, const char *text,
                     struct eg_error *error)
{
    int status = EG_OK;
    for (const char *line = text; line && !status;) {
        line = skip_blanks(line);
        if (strncmp(line, "import ", 7) == 0)
            status = read_import(files, importer, line + 7, error);
        else if (strncmp(line, "from ", 5) == 0)
            status = read_from(files, importer, line + 5, error);
        line = strpbrk(line, "\n;:"); /* what follows may be a statement of its own */
        line = line ? line + 1 : NULL;
    }
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
