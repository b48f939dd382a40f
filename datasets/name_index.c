/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "datasets/name_index.h"

#include <stdlib.h>
#include <string.h>

static int compare_names(const void *a, const void *b)
{
    const struct eg_named *first = a, *second = b;
    return strcmp(first->name, second->name);
}

static int compare_entries(const void *a, const void *b)
{
    const struct eg_named *first = a, *second = b;
    const int by_name = compare_names(a, b);
    return by_name ? by_name : (first->number > second->number) - (first->number < second->number);
}

int eg_name_index_alloc(struct eg_name_index *index, size_t count, char *const *names,
                        struct eg_error *error)
{
    *index = (struct eg_name_index){0};
    if (count > UINT32_MAX)
        return eg_fail(error, EG_DATA, "%zu names are too many", count);
    index->entries = eg_alloc(count, sizeof *index->entries, error);
    if (!index->entries)
        return EG_INTERNAL;
    for (size_t i = 0; i < count; i++)
        index->entries[i] = (struct eg_named){names[i], (uint32_t)i};
    qsort(index->entries, count, sizeof *index->entries, compare_entries);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || compare_names(&index->entries[index->count - 1], &index->entries[i]) != 0)
            index->entries[index->count++] = index->entries[i];
    return EG_OK;
}

void eg_name_index_free(struct eg_name_index *index)
{
    free(index->entries);
    *index = (struct eg_name_index){0};
}

const struct eg_named *eg_name_index_find(const struct eg_name_index *index, const char *name)
{
    const struct eg_named wanted = {.name = name};
    if (index->count == 0)
        return NULL;
    return bsearch(&wanted, index->entries, index->count, sizeof wanted, compare_names);
}

uint32_t eg_name_index_rank(const struct eg_name_index *index, const char *name)
{
    return (uint32_t)(eg_name_index_find(index, name) - index->entries);
}

void eg_names_free(size_t count, char **names)
{
    for (size_t i = 0; names && i < count; i++)
        free(names[i]);
    free(names);
}
