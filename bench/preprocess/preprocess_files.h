/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The files of egbench-preprocess, all CSV with a header row, plain or gzipped.
 */
#ifndef EG_BENCH_PREPROCESS_FILES_H
#define EG_BENCH_PREPROCESS_FILES_H

#include <stdint.h>

#include "base/csv_table.h"
#include "base/matrix.h"

/* A row for each gene, a column for each sample. */
struct eg_gene_table {
    const char *path;        /* the caller's */
    struct eg_matrix values; /* genes x samples */
    char **genes, **samples; /* their names; no name twice */
    size_t gene_room;        /* genes there were when it was read */
    struct eg_csv_table csv; /* header and lines, for messages; the numbers are in values */
};

/* Reads a table whose first column, whatever its name, has the genes. EG_DATA, naming file, line and
 * column, for what eg_csv_read refuses, a cell without number, a gene without name, a gene that comes
 * twice, or no sample. Free after failure too. */
int eg_gene_table_read(const char *path, struct eg_gene_table *table, struct eg_error *error);
void eg_gene_table_free(struct eg_gene_table *table);

/* Writes it under that path, whole or not at all; numbers have 12 significant digits. EG_DATA naming
 * the file and the fix, also for a path where something else than a file is. */
int eg_gene_table_write(const struct eg_gene_table *table, const char *path,
                        struct eg_error *error);

/* lengths (genes of *table) from the columns gene and length; EG_DATA where one has none. */
int eg_lengths_read(const char *path, const struct eg_gene_table *table, double *lengths,
                    struct eg_error *error);

/* Which batch each sample of a table is of. */
struct eg_batches {
    size_t count;
    uint32_t *batch;         /* samples */
    char **names;            /* count, in alphabetical order; their texts are csv's */
    struct eg_csv_table csv; /* owns the texts */
};

/* From the columns sample and batch; samples that the table does not have are passed over. EG_DATA
 * where one of the table's has none. Free after failure too. */
int eg_batches_read(const char *path, const struct eg_gene_table *table, struct eg_batches *batches,
                    struct eg_error *error);
void eg_batches_free(struct eg_batches *batches);

/* Sets keep (genes of *table) to 0 for those not in the column gene; *dropped: how many. */
int eg_gene_list_read(const char *path, const struct eg_gene_table *table, unsigned char *keep,
                      size_t *dropped, struct eg_error *error);

#endif
