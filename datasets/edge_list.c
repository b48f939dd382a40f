/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "datasets/edge_list.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/csv_table.h"
#include "datasets/name_index.h"

/* The columns of the table, wherever the file has them. */
struct columns {
    const struct eg_csv_column *gene_a, *gene_b, *weight; /* weight may be NULL */
};

enum { WANTED_MOST = EG_EDGE_COLUMNS_MAX + 3 };

static int list_wanted(const struct eg_edge_list_options *options,
                       struct eg_csv_want wanted[WANTED_MOST], struct eg_error *error)
{
    size_t count = 2;
    wanted[0] = (struct eg_csv_want){"gene_a", EG_CSV_NAME};
    wanted[1] = (struct eg_csv_want){"gene_b", EG_CSV_NAME};
    for (; options && options->weight; options = options->also) {
        if (count == EG_EDGE_COLUMNS_MAX + 2)
            return eg_fail(error, EG_USAGE, "an edge list with more than %d columns of weights",
                           EG_EDGE_COLUMNS_MAX);
        wanted[count++] = (struct eg_csv_want){options->weight, EG_CSV_NUMBER};
    }
    wanted[count] = (struct eg_csv_want){NULL, EG_CSV_SKIP};
    return EG_OK;
}

/* The weight of a row's edge; 0 where there is none. */
static double find_weight(const struct columns *columns, size_t row, double unit)
{
    if (!columns->weight)
        return 1;
    const double number = columns->weight->numbers[row];
    return isnan(number) ? 0 : number / unit;
}

static int check_row(const char *name, const struct eg_csv_table *table,
                     const struct columns *columns, size_t row, double weight,
                     struct eg_error *error)
{
    const char *a = columns->gene_a->texts[row], *b = columns->gene_b->texts[row];
    if (weight < 0 || isinf(weight))
        return eg_csv_fail(error, name, table, columns->weight, row,
                           "%g is no weight of an edge; a number above 0 is needed, 0 or an empty "
                           "cell where there is no edge",
                           columns->weight->numbers[row]);
    if (weight > 0 && strcmp(a, b) == 0)
        return eg_csv_fail(error, name, table, columns->gene_b, row,
                           "'%.43s' is joined with itself; an edge needs two genes", b);
    return EG_OK;
}

/* Adds to list the edges between genes of the index, by one column of weights. */
static int list_edges(const char *name, const struct eg_csv_table *table,
                      const struct eg_edge_list_options *options, const struct eg_name_index *index,
                      struct eg_edge *list, size_t *count, struct eg_error *error)
{
    const struct columns columns = {eg_csv_find(table, "gene_a"), eg_csv_find(table, "gene_b"),
                                    options->weight ? eg_csv_find(table, options->weight) : NULL};
    const double unit = options->unit > 0 ? options->unit : 1;
    int status = EG_OK;
    for (size_t row = 0; row < table->rows && !status; row++) {
        const double weight = find_weight(&columns, row, unit);
        const struct eg_named *a = eg_name_index_find(index, columns.gene_a->texts[row]),
                              *b = eg_name_index_find(index, columns.gene_b->texts[row]);
        status = check_row(name, table, &columns, row, weight, error);
        if (!status && weight > 0 && a && b)
            list[(*count)++] = (struct eg_edge){a->number, b->number, weight};
    }
    return status;
}

static int make_graph(const char *name, const struct eg_csv_table *table,
                      const struct eg_edge_list_options *options, size_t genes,
                      char *const *gene_names, struct eg_graph *graph, struct eg_error *error)
{
    struct eg_name_index index = {0};
    size_t count = 0, columns = 0;
    for (const struct eg_edge_list_options *o = options; o; o = o->also)
        columns++;
    struct eg_edge *list = eg_alloc(columns * table->rows, sizeof *list, error);
    int status = list ? eg_name_index_alloc(&index, genes, gene_names, error) : EG_INTERNAL;
    for (const struct eg_edge_list_options *o = options; o && !status; o = o->also)
        status = list_edges(name, table, o, &index, list, &count, error);
    if (!status && count == 0)
        status = eg_fail(error, EG_DATA,
                         "%s: no edge%s%s joins two of the %zu genes; are the genes of both named "
                         "alike?",
                         name, options->weight ? " of column " : "",
                         options->weight ? options->weight : "", genes);
    if (!status)
        status = eg_graph_alloc(graph, genes, count, list, error);
    eg_name_index_free(&index);
    free(list);
    return status;
}

int eg_edge_list_read(const char *path, const struct eg_edge_list_options *options, size_t genes,
                      char *const *gene_names, struct eg_graph *graph, struct eg_error *error)
{
    struct eg_csv_want wanted[WANTED_MOST];
    struct eg_csv_table table = {0};
    *graph = (struct eg_graph){0};
    int status = list_wanted(options, wanted, error);
    if (!status)
        status = eg_csv_read(path, wanted, EG_CSV_SKIP, &table, error);
    if (!status)
        status = make_graph(path, &table, options, genes, gene_names, graph, error);
    eg_csv_free(&table);
    return status;
}

int eg_edge_list_parse(const char *name, const char *bytes, size_t size,
                       const struct eg_edge_list_options *options, size_t genes,
                       char *const *gene_names, struct eg_graph *graph, struct eg_error *error)
{
    struct eg_csv_want wanted[WANTED_MOST];
    struct eg_csv_table table = {0};
    *graph = (struct eg_graph){0};
    int status = list_wanted(options, wanted, error);
    if (!status)
        status = eg_csv_parse(name, bytes, size, wanted, EG_CSV_SKIP, &table, error);
    if (!status)
        status = make_graph(name, &table, options, genes, gene_names, graph, error);
    eg_csv_free(&table);
    return status;
}
