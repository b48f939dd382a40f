/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cohorts that are read from files: a table of expression, a list of responses,
 * both joined by the patient's name, and a list of edges between genes. Each file
 * may also lie there gzipped, with .gz after its name.
 */
#ifndef EG_DATASETS_COHORT_TABLES_H
#define EG_DATASETS_COHORT_TABLES_H

#include "base/csv_table.h"
#include "datasets/drug_response.h"
#include "datasets/edge_list.h"

/* The expression of the genes of samples, on the file's own scale: nothing is imputed, chosen or
 * standardised here; a split does that by its training rows. A patient may have several samples. */
struct eg_expression {
    size_t samples, genes;
    char **patient_names; /* samples: whose each is */
    char **gene_names;    /* genes; none twice */
    double *values;       /* samples x genes, row-major */
};

/*
 * Reads a table of numbers with a header row and the column name_column of names: rows are genes and
 * columns samples, or the other way round. Of a sample's name what comes before a point names the
 * patient ("P2029.1"), of a gene's what comes before a bar the gene ("AKT3|10000"). EG_DATA, naming
 * file, line and column, for what eg_csv_read refuses, an empty cell, or a gene that comes twice. On
 * failure *expression is empty.
 */
int eg_expression_read(const char *path, const char *name_column, int rows_are_genes,
                       struct eg_expression *expression, struct eg_error *error);
void eg_expression_free(struct eg_expression *expression);

/* The response of a patient's cells to a drug. The texts are someone else's. */
struct eg_measurement {
    char *patient, *drug;
    double value;
};

/*
 * Makes the cohort of the patients who have both expression and a measurement, and of the drugs
 * measured in one of them, both in the order of their names; genes are in the order of the table.
 * Samples of a patient are averaged on the table's scale (log2, or z-scores over all samples of the
 * file), measurements of a pair as take_row gives them (logarithms), both before anything is split or
 * standardised. The caller fills in the rest:
 * description, source, unit and graph. EG_DATA, naming both paths, when no patient has both. On
 * failure *cohort is empty.
 */
int eg_cohort_join(const char *expression_path, const struct eg_expression *expression,
                   const char *response_path, size_t count,
                   const struct eg_measurement *measurements, struct eg_drug_cohort *cohort,
                   struct eg_error *error);

/* How the files of a cohort look. */
struct eg_cohort_form {
    const char *name;                          /* of the cohort, for messages */
    const char *expression, *response, *edges; /* files below the data folder */
    const char *name_column;                   /* as for eg_expression_read, and the next */
    int rows_are_genes;
    /* Takes a row of the list of responses, or leaves the measurement as it is, all zero, where the
     * row is not wanted. EG_DATA, by eg_csv_fail, for a cell that makes no sense. */
    int (*take_row)(const struct eg_drug_cohort_options *options, const char *path,
                    const struct eg_csv_table *table, size_t row,
                    struct eg_measurement *measurement, struct eg_error *error);
};

/* Whether the three files are there; data_folder may be NULL. */
int eg_cohort_is_available(const struct eg_cohort_form *form, const char *data_folder);

/* Reads all three, wanted being the columns of the list of responses. The caller fills in
 * description, source, unit and graph_name. EG_DATA when a file is missing, and what the functions
 * above and eg_edge_list_read return. On failure *cohort is empty. */
int eg_cohort_read(const struct eg_cohort_form *form, const struct eg_drug_cohort_options *options,
                   const struct eg_csv_want *wanted, const struct eg_edge_list_options *edges,
                   struct eg_drug_cohort *cohort, struct eg_error *error);

#endif
