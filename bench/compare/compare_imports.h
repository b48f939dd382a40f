/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list of files, and the Python files that those among them import. */
#ifndef EG_BENCH_COMPARE_IMPORTS_H
#define EG_BENCH_COMPARE_IMPORTS_H

#include <stddef.h>

enum eg_named_by { EG_NAMED_BY_COMMAND, EG_NAMED_BY_GIT, EG_NAMED_BY_PATTERN, EG_NAMED_BY_IMPORT };

struct eg_named_file {
    char *path; /* owned */
    enum eg_named_by by;
};

struct eg_file_list {
    struct eg_named_file *items;
    size_t count;
    int is_short; /* of memory: something was not added */
};

/* Adds a path (copied), unless it is there. */
void eg_file_list_add(struct eg_file_list *files, const char *path, enum eg_named_by by);
void eg_file_list_sort(struct eg_file_list *files);
void eg_file_list_free(struct eg_file_list *files);

/*
 * Adds, for each "import a.b" and "from a import b" in the .py files of the list, those added among them, the
 * files a.py, a/__init__.py, a/b.py and a/b/__init__.py that are there: beside the importing file, above it
 * for each further dot of "from ..a", and beside the files that the command names. What is imported by
 * other means is not found.
 */
void eg_file_list_add_imports(struct eg_file_list *files);

#endif
