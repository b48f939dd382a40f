/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/dataset_cache.h"

#include <stdlib.h>
#include <string.h>

struct entry {
    struct entry *next;
    char *name, *folder;
    struct eg_dataset_options options;
    struct eg_dataset dataset;
};

static struct entry *entries;

static void free_entry(struct entry *entry)
{
    eg_dataset_free(&entry->dataset);
    free(entry->name);
    free(entry->folder);
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

static int is_same(const struct entry *entry, const char *name,
                   const struct eg_dataset_options *options, const char *folder)
{
    return strcmp(entry->name, name) == 0 && strcmp(entry->folder, folder) == 0 &&
           entry->options.label_years == options->label_years &&
           entry->options.missing_flags == options->missing_flags &&
           entry->options.seed == options->seed && entry->options.rows == options->rows;
}

static const struct eg_dataset *
find_or_load(const char *name, const struct eg_dataset_options *options, struct eg_error *error)
{
    const char *folder = options->data_folder ? options->data_folder : "";
    for (const struct entry *entry = entries; entry; entry = entry->next)
        if (is_same(entry, name, options, folder))
            return &entry->dataset;
    struct entry *entry = eg_alloc(1, sizeof *entry, error);
    if (!entry)
        return NULL;
    entry->options = *options;
    entry->name = strdup(name);
    entry->folder = strdup(folder);
    if (!entry->name || !entry->folder) {
        eg_fail(error, EG_INTERNAL, "out of memory");
        free_entry(entry);
        return NULL;
    }
    if (eg_dataset_load(name, options, &entry->dataset, error)) {
        free_entry(entry);
        return NULL;
    }
    if (!entries)
        atexit(free_entries);
    entry->next = entries;
    entries = entry;
    return &entry->dataset;
}

const struct eg_dataset *eg_cached_dataset(const char *name,
                                           const struct eg_dataset_options *options,
                                           struct eg_error *error)
{
    const struct eg_dataset *dataset;
#pragma omp critical(eg_dataset_cache)
    dataset = find_or_load(name, options, error);
    return dataset;
}
