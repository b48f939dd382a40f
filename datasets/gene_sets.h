/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Gene sets, read from GMT files: one set a line, its name, a description, and
 * its genes, separated by tabs.
 */
#ifndef EG_DATASETS_GENE_SETS_H
#define EG_DATASETS_GENE_SETS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "stats/enrichment.h"

/* Sets of genes by their numbers among the genes of a cohort. */
struct eg_gene_sets {
    size_t count;
    char **names;             /* count */
    struct eg_item_set *sets; /* count; each has its genes ascending, none twice */
};

/*
 * Adds to *sets (all zero, or what an earlier call left) those sets of a GMT file (path, or path.gz
 * where that is not there) that have least to most of the given genes, and one at least; genes that
 * are not among them are passed over. EG_DATA, naming file, line and column, for anything wrong: a
 * line of fewer than three fields, an empty name, a name that was there before, an empty gene, a
 * byte of zero, no line at all. What was there before stays. Blank lines are passed over, and so is
 * white space around a field; quotes mean nothing.
 */
int eg_gene_sets_read(const char *path, size_t genes, char *const *gene_names, size_t least,
                      size_t most, struct eg_gene_sets *sets, struct eg_error *error);

/* The same from size bytes in memory; name stands for the file in messages. */
int eg_gene_sets_parse(const char *name, const char *bytes, size_t size, size_t genes,
                       char *const *gene_names, size_t least, size_t most,
                       struct eg_gene_sets *sets, struct eg_error *error);

/* Adds one set of count genes by their numbers, ascending. */
int eg_gene_sets_add(struct eg_gene_sets *sets, const char *name, size_t count,
                     const uint32_t *genes, struct eg_error *error);
void eg_gene_sets_free(struct eg_gene_sets *sets);

#endif
