/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a GMT file: sets of given genes in order, or one line of error and the sets before. */
#include "datasets/gene_sets.h"

#include <string.h>

enum { GENES = 4 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check_sets(const struct eg_gene_sets *sets)
{
    for (size_t i = 0; i < sets->count; i++) {
        const struct eg_item_set *set = &sets->sets[i];
        if (!*sets->names[i] || set->count == 0 || set->count > GENES - 1)
            __builtin_trap();
        for (size_t k = 0; k < set->count; k++)
            if (set->items[k] >= GENES || (k && set->items[k] <= set->items[k - 1]))
                __builtin_trap();
        for (size_t k = 0; k < i; k++)
            if (strcmp(sets->names[i], sets->names[k]) == 0)
                __builtin_trap();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static char *const genes[GENES] = {"C", "A", "D", "B"};
    static const uint32_t before[] = {1, 2};
    struct eg_error error = {0};
    struct eg_gene_sets sets = {0};
    if (eg_gene_sets_add(&sets, "BEFORE", 2, before, &error))
        __builtin_trap();
    const int status = eg_gene_sets_parse("fuzz.gmt", (const char *)bytes, size, GENES, genes, 0,
                                          GENES - 1, &sets, &error);
    if (status != EG_OK && (sets.count != 1 || !*error.message || strchr(error.message, '\n')))
        __builtin_trap();
    check_sets(&sets);
    eg_gene_sets_free(&sets);
    return 0;
}
