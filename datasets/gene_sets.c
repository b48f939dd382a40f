/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* tdestroy */
#include "datasets/gene_sets.h"

#include <search.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <csv.h>

#include "datasets/name_index.h"
#include "datasets/packed_file.h"

struct reader {
    const char *name; /* of the file */
    struct csv_parser parser;
    struct eg_name_index index; /* of the genes */
    size_t genes, least, most;
    struct eg_gene_sets *sets;
    struct eg_error *error;
    int status;
    size_t line;      /* from 1 */
    int after_return; /* the last byte was a CR, so that an LF ends no further line */
    size_t cell;      /* cells of the current line so far */
    void *seen;       /* a tree of the names of all sets so far, which it owns */
    const char *set;  /* the name of the current one */
    char *chosen;     /* genes: whether the current set has it */
    size_t found;     /* how many it has */
};

__attribute__((format(printf, 2, 3))) static void fail(struct reader *reader, const char *format,
                                                       ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    reader->status = eg_fail(reader->error, EG_DATA, "%s:%zu: %s", reader->name, reader->line,
                             text);
}

static void no_memory(struct reader *reader)
{
    reader->status = eg_fail(reader->error, EG_INTERNAL, "%s:%zu: out of memory", reader->name,
                             reader->line);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* The tree's copy of the name; NULL when memory is short. *is_new: it was not there before. */
static const char *remember_name(struct reader *reader, const char *name, int *is_new)
{
    char *copy = strdup(name);
    char *const *node = copy ? tsearch(copy, &reader->seen, compare_names) : NULL;
    *is_new = node && *node == copy;
    if (!*is_new)
        free(copy);
    if (!node)
        no_memory(reader);
    return node ? *node : NULL;
}

static void begin_set(struct reader *reader, const char *name)
{
    int is_new;
    if (!name) {
        fail(reader, "column 1: the set has no name");
        return;
    }
    reader->set = remember_name(reader, name, &is_new);
    if (reader->set && !is_new)
        fail(reader, "column 1: a set '%.60s' was there before; rename one of them", name);
    memset(reader->chosen, 0, reader->genes);
    reader->found = 0;
}

static void choose_gene(struct reader *reader, const char *name)
{
    if (!name) {
        fail(reader, "column %zu: the gene is empty; one tab is too many", reader->cell);
        return;
    }
    const struct eg_named *gene = eg_name_index_find(&reader->index, name);
    if (gene && !reader->chosen[gene->number]) {
        reader->chosen[gene->number] = 1;
        reader->found++;
    }
}

static void on_cell(void *bytes, size_t length, void *context)
{
    struct reader *reader = context;
    (void)length;
    reader->after_return = 0;
    if (reader->status)
        return;
    reader->cell++;
    if (reader->cell == 1)
        begin_set(reader, bytes);
    else if (reader->cell > 2) /* the second is a description */
        choose_gene(reader, bytes);
}

static void add_chosen(struct reader *reader)
{
    uint32_t *genes = eg_alloc(reader->found, sizeof *genes, reader->error);
    size_t count = 0;
    for (size_t gene = 0; gene < reader->genes && genes; gene++)
        if (reader->chosen[gene])
            genes[count++] = (uint32_t)gene;
    reader->status = genes
                         ? eg_gene_sets_add(reader->sets, reader->set, count, genes, reader->error)
                         : EG_INTERNAL;
    free(genes);
}

static void end_set(struct reader *reader)
{
    const size_t least = reader->least ? reader->least : 1;
    if (reader->cell < 3)
        fail(reader,
             "column %zu is the last; a name, a description and one gene or more, separated by "
             "tabs, are needed",
             reader->cell);
    else if (reader->found >= least && reader->found <= reader->most)
        add_chosen(reader);
    reader->cell = 0;
}

/* Called for the end of a blank line too. */
static void on_line(int terminator, void *context)
{
    struct reader *reader = context;
    if (!reader->status && reader->cell)
        end_set(reader);
    if (!reader->status)
        reader->line += terminator == '\r' || !reader->after_return;
    reader->after_return = terminator == '\r';
}

static void feed(struct reader *reader, const char *bytes, size_t size)
{
    const char *zero = memchr(bytes, '\0', size);
    const size_t length = zero ? (size_t)(zero - bytes) : size;
    if (csv_parse(&reader->parser, bytes, length, on_cell, on_line, reader) != length)
        no_memory(reader);
    else if (zero && !reader->status)
        fail(reader, "column %zu holds a byte of zero; this is not a text file", reader->cell + 1);
}

/* To be followed by end_reading even when it fails. */
static void begin_reading(struct reader *reader, char *const *gene_names)
{
    int is_new;
    csv_init(&reader->parser, CSV_APPEND_NULL | CSV_EMPTY_IS_NULL | CSV_REPALL_NL);
    csv_set_delim(&reader->parser, '\t');
    csv_set_quote(&reader->parser, '\0'); /* a byte it never gets: quotes mean nothing in GMT */
    reader->line = 1;
    reader->status = eg_name_index_alloc(&reader->index, reader->genes, gene_names, reader->error);
    if (!reader->status && !(reader->chosen = eg_alloc(reader->genes, 1, reader->error)))
        reader->status = EG_INTERNAL;
    for (size_t i = 0; i < reader->sets->count && !reader->status; i++)
        remember_name(reader, reader->sets->names[i], &is_new);
}

static void shrink(struct eg_gene_sets *sets, size_t count)
{
    while (sets->count > count) {
        sets->count--;
        free(sets->names[sets->count]);
        free((void *)sets->sets[sets->count].items);
    }
}

/* before: how many sets there were. */
static int end_reading(struct reader *reader, size_t before)
{
    if (!reader->status && csv_fini(&reader->parser, on_cell, on_line, reader))
        no_memory(reader);
    if (!reader->status && !reader->set)
        fail(reader, "no gene set; the file is empty");
    csv_free(&reader->parser);
    eg_name_index_free(&reader->index);
    tdestroy(reader->seen, free);
    free(reader->chosen);
    if (reader->status)
        shrink(reader->sets, before);
    return reader->status;
}

int eg_gene_sets_parse(const char *name, const char *bytes, size_t size, size_t genes,
                       char *const *gene_names, size_t least, size_t most,
                       struct eg_gene_sets *sets, struct eg_error *error)
{
    const size_t before = sets->count;
    struct reader reader = {
        .name = name, .genes = genes, .least = least, .most = most, .sets = sets, .error = error};
    begin_reading(&reader, gene_names);
    if (!reader.status)
        feed(&reader, bytes, size);
    return end_reading(&reader, before);
}

int eg_gene_sets_read(const char *path, size_t genes, char *const *gene_names, size_t least,
                      size_t most, struct eg_gene_sets *sets, struct eg_error *error)
{
    const size_t before = sets->count;
    char piece[1 << 16];
    struct eg_packed_file *file;
    const int status = eg_packed_open(path, &file, error);
    if (status)
        return status;
    struct reader reader = {.name = eg_packed_path(file),
                            .genes = genes,
                            .least = least,
                            .most = most,
                            .sets = sets,
                            .error = error};
    begin_reading(&reader, gene_names);
    for (size_t count = sizeof piece; count == sizeof piece && !reader.status;) {
        reader.status = eg_packed_read(file, piece, sizeof piece, &count, error);
        if (!reader.status)
            feed(&reader, piece, count);
    }
    const int outcome = end_reading(&reader, before);
    eg_packed_close(file);
    return outcome;
}

int eg_gene_sets_add(struct eg_gene_sets *sets, const char *name, size_t count,
                     const uint32_t *genes, struct eg_error *error)
{
    char **names = realloc(sets->names, (sets->count + 1) * sizeof *names);
    if (names)
        sets->names = names;
    struct eg_item_set *grown = realloc(sets->sets, (sets->count + 1) * sizeof *grown);
    if (grown)
        sets->sets = grown;
    char *own_name = strdup(name);
    uint32_t *own_genes = eg_alloc(count, sizeof *own_genes, error);
    if (!names || !grown || !own_name || !own_genes) {
        free(own_name);
        free(own_genes);
        return eg_fail(error, EG_INTERNAL, "out of memory");
    }
    memcpy(own_genes, genes, count * sizeof *own_genes);
    sets->names[sets->count] = own_name;
    sets->sets[sets->count] = (struct eg_item_set){count, own_genes};
    sets->count++;
    return EG_OK;
}

void eg_gene_sets_free(struct eg_gene_sets *sets)
{
    shrink(sets, 0);
    free(sets->names);
    free(sets->sets);
    *sets = (struct eg_gene_sets){0};
}
