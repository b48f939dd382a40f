/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "datasets/cohort_tables.h"

#include <stdlib.h>
#include <string.h>

#include "datasets/name_index.h"

void eg_expression_free(struct eg_expression *expression)
{
    eg_names_free(expression->samples, expression->patient_names);
    eg_names_free(expression->genes, expression->gene_names);
    free(expression->values);
    *expression = (struct eg_expression){0};
}

/* A copy of the text up to the first `end`. */
static char *copy_until(const char *text, char end)
{
    const char *found = strchr(text, end);
    return strndup(text, found ? (size_t)(found - text) : strlen(text));
}

/* A table of numbers beside one column of names. */
struct table_view {
    const char *path;
    const struct eg_csv_table *table;
    const struct eg_csv_column *names;
    int rows_are_genes;
};

/* Columns that are not the names, in the table's order. */
static size_t count_columns(const struct table_view *view)
{
    return view->table->cols - 1;
}

static const struct eg_csv_column *find_column(const struct table_view *view, size_t number)
{
    const size_t before = (size_t)(view->names - view->table->columns);
    return &view->table->columns[number < before ? number : number + 1];
}

static int copy_names(const struct table_view *view, struct eg_expression *expression,
                      struct eg_error *error)
{
    const int by_row = view->rows_are_genes;
    int fine = 1;
    for (size_t i = 0; i < expression->genes && fine; i++) {
        const char *name = by_row ? view->names->texts[i] : find_column(view, i)->name;
        fine = (expression->gene_names[i] = copy_until(name, '|')) != NULL;
    }
    for (size_t i = 0; i < expression->samples && fine; i++) {
        const char *name = by_row ? find_column(view, i)->name : view->names->texts[i];
        fine = (expression->patient_names[i] = copy_until(name, '.')) != NULL;
    }
    return fine ? EG_OK : eg_fail(error, EG_INTERNAL, "out of memory");
}

static int refuse_double_genes(const struct table_view *view,
                               const struct eg_expression *expression, struct eg_error *error)
{
    struct eg_name_index index;
    int status = eg_name_index_alloc(&index, expression->genes, expression->gene_names, error);
    for (size_t i = 0; i < expression->genes && !status; i++) {
        const char *name = expression->gene_names[i];
        if (eg_name_index_find(&index, name)->number == i)
            continue;
        if (view->rows_are_genes)
            status = eg_csv_fail(error, view->path, view->table, view->names, i,
                                 "gene '%.43s' comes twice; keep one of its rows", name);
        else
            status = eg_fail(error, EG_DATA,
                             "%s:1: column '%.43s': gene '%.43s' comes twice; keep one of its "
                             "columns",
                             view->path, find_column(view, i)->name, name);
    }
    eg_name_index_free(&index);
    return status;
}

static void copy_values(const struct table_view *view, struct eg_expression *expression)
{
    for (size_t i = 0; i < expression->samples; i++)
        for (size_t j = 0; j < expression->genes; j++)
            expression->values[i * expression->genes + j] = view->rows_are_genes
                                                                ? find_column(view, i)->numbers[j]
                                                                : find_column(view, j)->numbers[i];
}

static int fill_expression(const struct table_view *view, struct eg_expression *expression,
                           struct eg_error *error)
{
    const size_t rows = view->table->rows, columns = count_columns(view);
    if (columns == 0)
        return eg_fail(error, EG_DATA, "%s: no columns beside the names", view->path);
    expression->genes = view->rows_are_genes ? rows : columns;
    expression->samples = view->rows_are_genes ? columns : rows;
    expression->gene_names = eg_alloc(expression->genes, sizeof(char *), error);
    expression->patient_names = eg_alloc(expression->samples, sizeof(char *), error);
    expression->values = eg_alloc(rows * columns, sizeof *expression->values, error);
    if (!expression->gene_names || !expression->patient_names || !expression->values)
        return EG_INTERNAL;
    int status = copy_names(view, expression, error);
    if (!status)
        status = refuse_double_genes(view, expression, error);
    if (!status)
        copy_values(view, expression);
    return status;
}

int eg_expression_read(const char *path, const char *name_column, int rows_are_genes,
                       struct eg_expression *expression, struct eg_error *error)
{
    const struct eg_csv_want wanted[] = {{name_column, EG_CSV_NAME}, {0}};
    struct eg_csv_table table;
    *expression = (struct eg_expression){0};
    int status = eg_csv_read(path, wanted, EG_CSV_FILLED, &table, error);
    if (status)
        return status;
    const struct table_view view = {path, &table, eg_csv_find(&table, name_column), rows_are_genes};
    status = fill_expression(&view, expression, error);
    eg_csv_free(&table);
    if (status)
        eg_expression_free(expression);
    return status;
}
