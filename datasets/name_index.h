/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds names (of genes, patients, drugs) in a list of them.
 */
#ifndef EG_DATASETS_NAME_INDEX_H
#define EG_DATASETS_NAME_INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct eg_named {
    const char *name; /* the list's own text */
    uint32_t number;  /* its place in the list; of a name that comes twice, the first */
};

/* The distinct names of a list, ascending by strcmp. */
struct eg_name_index {
    size_t count;
    struct eg_named *entries; /* count */
};

/* The index of names[0..count-1], which must outlive it. EG_DATA for more than 2^32 - 1 names. */
int eg_name_index_alloc(struct eg_name_index *index, size_t count, char *const *names,
                        struct eg_error *error);
void eg_name_index_free(struct eg_name_index *index);

/* The entry of that name; NULL when there is none. */
const struct eg_named *eg_name_index_find(const struct eg_name_index *index, const char *name);

/* The place among the distinct names, from 0, of a name that is there. */
uint32_t eg_name_index_rank(const struct eg_name_index *index, const char *name);

/* Frees a list of names that owns each of its texts; names may be NULL, and so may a text. */
void eg_names_free(size_t count, char **names);

#endif
