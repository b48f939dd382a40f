/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A cohort of your own: expression, response and a graph, from three CSV files.
 *   place: datasets/own_cohort.c
 *   line:  datasets/drug_response.c: COHORT(eg_own_cohort)
 *   line:  bench/graph/graph_cohorts.c: {.name = "own_cohort", .source = "own_cohort"},
 *
 * expression.csv: a row for each sample, its line's name ("HL60", "HL60.2") in column line, a column for each
 * gene (log2). response.csv: line, drug ("none": a well without one), viability. edges.csv: gene_a, gene_b,
 * confidence (0 to 100). All in the folder own_cohort of the data folder.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "datasets/cohort_tables.h"

static int take_row(const struct eg_drug_cohort_options *options, const char *path,
                    const struct eg_csv_table *table, size_t row,
                    struct eg_measurement *measurement, struct eg_error *error)
{
    const struct eg_csv_column *viability = eg_csv_find(table, "viability");
    char *drug = eg_csv_find(table, "drug")->texts[row];
    (void)options;
    if (strcmp(drug, "none") == 0)
        return EG_OK;
    if (viability->numbers[row] <= 0)
        return eg_csv_fail(error, path, table, viability, row, "%g must be above 0",
                           viability->numbers[row]);
    *measurement = (struct eg_measurement){eg_csv_find(table, "line")->texts[row], drug,
                                           log2(viability->numbers[row])};
    return EG_OK;
}

static const struct eg_cohort_form form = {
    .name = "own_cohort",
    .expression = "own_cohort/expression.csv",
    .response = "own_cohort/response.csv",
    .edges = "own_cohort/edges.csv",
    .name_column = "line",
    .take_row = take_row,
};

static int is_available(const char *data_folder)
{
    return eg_cohort_is_available(&form, data_folder);
}

static int load(const struct eg_drug_cohort_options *options, struct eg_drug_cohort *cohort,
                struct eg_error *error)
{
    static const struct eg_csv_want wanted[] = {
        {"line", EG_CSV_NAME}, {"drug", EG_CSV_NAME}, {"viability", EG_CSV_FILLED}, {0}};
    const struct eg_edge_list_options edges = {.weight = "confidence", .unit = 100};
    const int status = eg_cohort_read(&form, options, wanted, &edges, cohort, error);
    if (status)
        return status;
    cohort->source = "real";
    cohort->unit = "log2 viability";
    snprintf(cohort->graph_name, sizeof cohort->graph_name, "own graph, weighted by confidence");
    snprintf(cohort->description, sizeof cohort->description, "own cohort (%zu lines)",
             cohort->patients);
    return EG_OK;
}

const struct eg_drug_cohort_source eg_own_cohort = {
    .name = "own_cohort",
    .summary = "cell lines of our own, log2 viability (from files)",
    .is_available = is_available,
    .load = load,
};
