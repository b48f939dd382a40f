/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/preprocess/preprocess_files.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <csv.h>

#include "bench/frame/output_file.h"
#include "datasets/name_index.h"
#include "datasets/rna_seq.h"

/* Makes the index of a column of names; EG_DATA when one comes twice. */
static int index_names(const char *path, const struct eg_csv_table *csv,
                       const struct eg_csv_column *column, struct eg_name_index *index,
                       struct eg_error *error)
{
    int status = eg_name_index_alloc(index, csv->rows, column->texts, error);
    for (size_t row = 0; row < csv->rows && !status; row++) {
        const size_t first = eg_name_index_find(index, column->texts[row])->number;
        if (first != row)
            status = eg_csv_fail(error, path, csv, column, row,
                                 "'%.60s' is on line %zu already; leave one of the two out",
                                 column->texts[row], csv->lines[first]);
    }
    return status;
}

/* Moves numbers and names out of what was read. */
static int fill_table(struct eg_gene_table *table, struct eg_error *error)
{
    struct eg_csv_table *csv = &table->csv;
    const size_t samples = csv->cols - 1;
    if (eg_matrix_alloc(&table->values, csv->rows, samples, error) ||
        !(table->samples = eg_alloc(samples, sizeof *table->samples, error)))
        return EG_INTERNAL;
    for (size_t s = 0; s < samples; s++) {
        struct eg_csv_column *column = &csv->columns[s + 1];
        for (size_t g = 0; g < csv->rows; g++)
            eg_row(&table->values, g)[s] = (real)column->numbers[g];
        table->samples[s] = column->name;
        free(column->numbers);
        column->numbers = NULL;
    }
    table->genes = csv->columns[0].texts;
    table->gene_room = csv->rows;
    csv->columns[0].texts = NULL;
    return EG_OK;
}

int eg_gene_table_read(const char *path, struct eg_gene_table *table, struct eg_error *error)
{
    static const struct eg_csv_want wanted[] = {{eg_csv_first, EG_CSV_NAME}, {0}};
    struct eg_name_index index = {0};
    *table = (struct eg_gene_table){.path = path};
    int status = eg_csv_read(path, wanted, EG_CSV_FILLED, &table->csv, error);
    if (!status && table->csv.cols < 2)
        status = eg_fail(error, EG_DATA,
                         "%s: one column only; genes are to be in the first column, samples in the "
                         "others, with commas between them",
                         path);
    if (!status)
        status = index_names(path, &table->csv, &table->csv.columns[0], &index, error);
    eg_name_index_free(&index);
    return status ? status : fill_table(table, error);
}

void eg_gene_table_free(struct eg_gene_table *table)
{
    eg_names_free(table->gene_room, table->genes);
    free(table->samples);
    eg_matrix_free(&table->values);
    eg_csv_free(&table->csv);
    *table = (struct eg_gene_table){0};
}

static void write_name(FILE *out, const char *name)
{
    const size_t length = strlen(name);
    if (name[strcspn(name, ",\"\r\n")] ||
        (length && (strchr(" \t", name[0]) || strchr(" \t", name[length - 1]))))
        csv_fwrite(out, name, length);
    else
        fputs(name, out);
}

static void write_rows(const struct eg_gene_table *table, FILE *out)
{
    write_name(out, table->csv.columns[0].name);
    for (size_t s = 0; s < table->values.cols; s++) {
        fputc(',', out);
        write_name(out, table->samples[s]);
    }
    for (size_t g = 0; g < table->values.rows && !ferror(out); g++) {
        fputc('\n', out);
        write_name(out, table->genes[g]);
        for (size_t s = 0; s < table->values.cols; s++)
            fprintf(out, ",%.12g", (double)eg_row(&table->values, g)[s]);
    }
    fputc('\n', out);
}

int eg_gene_table_write(const struct eg_gene_table *table, const char *path, struct eg_error *error)
{
    struct eg_output output;
    struct stat there;
    const char *slash = strrchr(path, '/');
    /* Whatever is there is replaced, which a device or a link would not outlive. */
    if ((slash && !slash[1]) || (lstat(path, &there) == 0 && !S_ISREG(there.st_mode)))
        return eg_fail(error, EG_DATA, "cannot write %s: it is not a file; give another --out",
                       path);
    char *folder = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
    if (!folder)
        return eg_fail(error, EG_INTERNAL, "out of memory writing %s", path);
    int status = eg_output_open(&output, folder, slash ? slash + 1 : path, error);
    free(folder);
    if (status)
        return status;
    write_rows(table, output.stream);
    return eg_output_close(&output, EG_OK, error);
}

int eg_lengths_read(const char *path, const struct eg_gene_table *table, double *lengths,
                    struct eg_error *error)
{
    static const struct eg_csv_want wanted[] = {
        {"gene", EG_CSV_NAME}, {"length", EG_CSV_FILLED}, {0}};
    struct eg_csv_table csv;
    struct eg_name_index index = {0};
    int status = eg_csv_read(path, wanted, EG_CSV_SKIP, &csv, error);
    if (status)
        return status;
    const struct eg_csv_column *length = eg_csv_find(&csv, "length");
    for (size_t row = 0; row < csv.rows && !status; row++)
        if (!(length->numbers[row] > 0))
            status = eg_csv_fail(error, path, &csv, length, row,
                                 "a length of %g; lengths are in bases, more than 0",
                                 length->numbers[row]);
    if (!status)
        status = index_names(path, &csv, eg_csv_find(&csv, "gene"), &index, error);
    for (size_t g = 0; g < table->values.rows && !status; g++) {
        const struct eg_named *entry = eg_name_index_find(&index, table->genes[g]);
        if (entry)
            lengths[g] = length->numbers[entry->number];
        else
            status = eg_fail(error, EG_DATA,
                             "%s: no length of gene '%.60s', which is on line %zu of %s; add it",
                             path, table->genes[g], table->csv.lines[g], table->path);
    }
    eg_name_index_free(&index);
    eg_csv_free(&csv);
    return status;
}

/* names (samples) = each sample's batch. */
static int find_batches(const char *path, const struct eg_gene_table *table,
                        const struct eg_csv_table *csv, char **names, struct eg_error *error)
{
    struct eg_name_index index = {0};
    const struct eg_csv_column *batch = eg_csv_find(csv, "batch");
    int status = index_names(path, csv, eg_csv_find(csv, "sample"), &index, error);
    for (size_t s = 0; s < table->values.cols && !status; s++) {
        const struct eg_named *entry = eg_name_index_find(&index, table->samples[s]);
        if (entry)
            names[s] = batch->texts[entry->number];
        else
            status = eg_fail(error, EG_DATA, "%s: no batch of sample '%.60s' of %s; add it", path,
                             table->samples[s], table->path);
    }
    eg_name_index_free(&index);
    return status;
}

static int number_batches(size_t samples, char **names, struct eg_batches *batches,
                          struct eg_error *error)
{
    struct eg_name_index index = {0};
    int status = eg_name_index_alloc(&index, samples, names, error);
    if (!status && (!(batches->batch = eg_alloc(samples, sizeof *batches->batch, error)) ||
                    !(batches->names = eg_alloc(index.count, sizeof *batches->names, error))))
        status = EG_INTERNAL;
    for (size_t s = 0; s < samples && !status; s++) {
        batches->batch[s] = eg_name_index_rank(&index, names[s]);
        batches->names[batches->batch[s]] = names[s];
    }
    batches->count = index.count;
    eg_name_index_free(&index);
    return status;
}

int eg_batches_read(const char *path, const struct eg_gene_table *table, struct eg_batches *batches,
                    struct eg_error *error)
{
    static const struct eg_csv_want wanted[] = {
        {"sample", EG_CSV_NAME}, {"batch", EG_CSV_NAME}, {0}};
    *batches = (struct eg_batches){0};
    char **names = eg_alloc(table->values.cols, sizeof *names, error);
    int status = names ? eg_csv_read(path, wanted, EG_CSV_SKIP, &batches->csv, error) : EG_INTERNAL;
    if (!status)
        status = find_batches(path, table, &batches->csv, names, error);
    if (!status)
        status = number_batches(table->values.cols, names, batches, error);
    free(names);
    return status;
}

void eg_batches_free(struct eg_batches *batches)
{
    free(batches->batch);
    free(batches->names);
    eg_csv_free(&batches->csv);
    *batches = (struct eg_batches){0};
}

int eg_gene_list_read(const char *path, const struct eg_gene_table *table, unsigned char *keep,
                      size_t *dropped, struct eg_error *error)
{
    static const struct eg_csv_want wanted[] = {{"gene", EG_CSV_NAME}, {0}};
    struct eg_csv_table csv;
    int status = eg_csv_read(path, wanted, EG_CSV_SKIP, &csv, error);
    if (status)
        return status;
    status = eg_rna_drop_unlisted(table->values.rows, table->genes, csv.rows,
                                  eg_csv_find(&csv, "gene")->texts, keep, dropped, error);
    eg_csv_free(&csv);
    return status;
}
