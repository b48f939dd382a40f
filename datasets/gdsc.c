/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Genomics of Drug Sensitivity in Cancer: cell lines, each in the place of a patient, in the reduced
 * form that datasets/manifest describes. From the folder gdsc of the data folder:
 *
 *   expression_580x706.csv  z-scores of expression, over all cell lines and as they come (a split
 *                           standardises again by its own training lines): a row for each cell line,
 *                           its name in the column DepMap_ID; a column for each gene ("AKT3|10000")
 *   response.csv            drug, DepMap_ID, ln_ic50
 *   edges.csv               gene_a, gene_b: STRING 11, combined score above 0.9
 *
 * Options used: data_folder.
 */
#include <stdio.h>

#include "datasets/cohort_tables.h"

static int take_row(const struct eg_drug_cohort_options *options, const char *path,
                    const struct eg_csv_table *table, size_t row,
                    struct eg_measurement *measurement, struct eg_error *error)
{
    (void)options;
    (void)path;
    (void)error;
    *measurement = (struct eg_measurement){eg_csv_find(table, "DepMap_ID")->texts[row],
                                           eg_csv_find(table, "drug")->texts[row],
                                           eg_csv_find(table, "ln_ic50")->numbers[row]};
    return EG_OK;
}

static const struct eg_cohort_form form = {
    .name = "gdsc",
    .expression = "gdsc/expression_580x706.csv",
    .response = "gdsc/response.csv",
    .edges = "gdsc/edges.csv",
    .name_column = "DepMap_ID",
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
        {"drug", EG_CSV_NAME}, {"DepMap_ID", EG_CSV_NAME}, {"ln_ic50", EG_CSV_FILLED}, {0}};
    const struct eg_edge_list_options edges = {0};
    if (options->area)
        return eg_fail(error, EG_USAGE,
                       "gdsc has no area under the curve; leave that option away, the response is "
                       "ln IC50");
    if (options->graph)
        return eg_fail(error, EG_USAGE,
                       "gdsc has one graph, that of STRING; '%.60s' cannot be chosen",
                       options->graph);
    const int status = eg_cohort_read(&form, options, wanted, &edges, cohort, error);
    if (status)
        return status;
    cohort->source = "real";
    cohort->unit = "ln IC50";
    snprintf(cohort->graph_name, sizeof cohort->graph_name, "STRING 11, combined score above 0.9");
    snprintf(cohort->description, sizeof cohort->description,
             "GDSC (%zu cell lines, %zu drugs, %zu genes, %zu responses, %zu edges)",
             cohort->patients, cohort->drugs, cohort->genes, cohort->responses,
             cohort->graph.edges);
    return EG_OK;
}

const struct eg_drug_cohort_source eg_gdsc = {
    .name = "gdsc",
    .summary = "GDSC: cancer cell lines and drugs (from files; see datasets/fetch.sh)",
    .is_available = is_available,
    .load = load,
};
