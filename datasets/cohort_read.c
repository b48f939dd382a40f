/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* asprintf */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "datasets/cohort_tables.h"

/* The path of folder/file or folder/file.gz, whichever is there, the caller's to free. */
static int find_file(const char *cohort, const char *folder, const char *file, char **path,
                     struct eg_error *error)
{
    static const char *const endings[] = {"", ".gz"};
    *path = NULL;
    for (size_t i = 0; i < 2; i++) {
        if (asprintf(path, "%s/%s%s", folder, file, endings[i]) < 0) {
            *path = NULL;
            return eg_fail(error, EG_INTERNAL, "out of memory");
        }
        if (access(*path, F_OK) == 0)
            return EG_OK;
        free(*path);
        *path = NULL;
    }
    return eg_fail(error, EG_DATA,
                   "%s/%s: not there, nor with .gz after its name; datasets/fetch.sh %s says where "
                   "it comes from, the cohort simulated_response needs no file",
                   folder, file, cohort);
}

struct paths {
    char *expression, *response, *edges;
};

static void free_paths(struct paths *paths)
{
    free(paths->expression);
    free(paths->response);
    free(paths->edges);
}

/* *paths is to be freed after failure too. */
static int find_paths(const struct eg_cohort_form *form, const char *folder, struct paths *paths,
                      struct eg_error *error)
{
    *paths = (struct paths){0};
    if (!folder)
        return eg_fail(error, EG_DATA,
                       "%s: no data folder; give --data FOLDER or set EGBENCH_DATA_DIR",
                       form->name);
    int status = find_file(form->name, folder, form->expression, &paths->expression, error);
    if (!status)
        status = find_file(form->name, folder, form->response, &paths->response, error);
    if (!status)
        status = find_file(form->name, folder, form->edges, &paths->edges, error);
    return status;
}

int eg_cohort_is_available(const struct eg_cohort_form *form, const char *data_folder)
{
    struct paths paths;
    const int status = find_paths(form, data_folder, &paths, NULL);
    free_paths(&paths);
    return status == EG_OK;
}

/* list (rows of the table) = the rows that are wanted; their texts are the table's. */
static int list_measurements(const struct eg_cohort_form *form,
                             const struct eg_drug_cohort_options *options, const char *path,
                             const struct eg_csv_table *table, struct eg_measurement *list,
                             size_t *count, struct eg_error *error)
{
    int status = EG_OK;
    *count = 0;
    for (size_t row = 0; row < table->rows && !status; row++) {
        list[*count] = (struct eg_measurement){0};
        status = form->take_row(options, path, table, row, &list[*count], error);
        *count += list[*count].patient != NULL;
    }
    return status;
}

static int join_responses(const struct eg_cohort_form *form,
                          const struct eg_drug_cohort_options *options,
                          const struct eg_csv_want *wanted, const struct paths *paths,
                          const struct eg_expression *expression, struct eg_drug_cohort *cohort,
                          struct eg_error *error)
{
    struct eg_csv_table table;
    size_t count;
    int status = eg_csv_read(paths->response, wanted, EG_CSV_SKIP, &table, error);
    if (status)
        return status;
    struct eg_measurement *list = eg_alloc(table.rows, sizeof *list, error);
    status = list ? list_measurements(form, options, paths->response, &table, list, &count, error)
                  : EG_INTERNAL;
    if (!status)
        status = eg_cohort_join(paths->expression, expression, paths->response, count, list, cohort,
                                error);
    free(list);
    eg_csv_free(&table);
    return status;
}

int eg_cohort_read(const struct eg_cohort_form *form, const struct eg_drug_cohort_options *options,
                   const struct eg_csv_want *wanted, const struct eg_edge_list_options *edges,
                   struct eg_drug_cohort *cohort, struct eg_error *error)
{
    struct paths paths;
    struct eg_expression expression = {0};
    *cohort = (struct eg_drug_cohort){0};
    int status = find_paths(form, options->data_folder, &paths, error);
    if (!status)
        status = eg_expression_read(paths.expression, form->name_column, form->rows_are_genes,
                                    &expression, error);
    if (!status)
        status = join_responses(form, options, wanted, &paths, &expression, cohort, error);
    if (!status)
        status = eg_edge_list_read(paths.edges, edges, cohort->genes, cohort->gene_names,
                                   &cohort->graph, error);
    if (status)
        eg_drug_cohort_free(cohort);
    eg_expression_free(&expression);
    free_paths(&paths);
    return status;
}
