/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* vasprintf */
#include "bench/frame/load_once.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    struct entry *next;
    const struct eg_loaded_kind *kind;
    char *name;
    void *thing;
};

/* The newest first: it may stand on older ones. */
static struct entry *entries;

static void free_entry(struct entry *entry)
{
    if (entry->thing)
        entry->kind->free(entry->thing);
    free(entry->thing);
    free(entry->name);
    free(entry);
}

static void free_entries(void)
{
    while (entries) {
        struct entry *next = entries->next;
        free_entry(entries);
        entries = next;
    }
}

/* Takes over name. */
static struct entry *load(const struct eg_loaded_kind *kind, const void *request, char *name,
                          struct eg_error *error)
{
    struct entry *entry = eg_alloc(1, sizeof *entry, error);
    if (!entry) {
        free(name);
        return NULL;
    }
    *entry = (struct entry){.kind = kind, .name = name, .thing = eg_alloc(1, kind->size, error)};
    if (!entry->thing || kind->load(request, entry->thing, error)) {
        free_entry(entry);
        return NULL;
    }
    if (!entries)
        atexit(free_entries);
    entry->next = entries;
    entries = entry;
    return entry;
}

/* Takes over name. */
static const void *find_or_load(const struct eg_loaded_kind *kind, const void *request, char *name,
                                struct eg_error *error)
{
    for (const struct entry *entry = entries; entry; entry = entry->next)
        if (entry->kind == kind && strcmp(entry->name, name) == 0) {
            free(name);
            return entry->thing;
        }
    const struct entry *entry = load(kind, request, name, error);
    return entry ? entry->thing : NULL;
}

const void *eg_load_once(const struct eg_loaded_kind *kind, const void *request,
                         struct eg_error *error, const char *format, ...)
{
    va_list arguments;
    char *name = NULL;
    const void *thing = NULL;
    va_start(arguments, format);
    const int length = vasprintf(&name, format, arguments);
    va_end(arguments);
    if (length < 0) {
        eg_fail(error, EG_INTERNAL, "out of memory");
        return NULL;
    }
#pragma omp critical(eg_load_once)
    thing = find_or_load(kind, request, name, error);
    return thing;
}
