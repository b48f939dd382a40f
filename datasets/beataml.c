/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Beat AML (Tyner et al. 2018; Bottomly et al. 2022): cells of leukaemia patients, in the reduced form
 * that datasets/manifest describes. From the folder beataml of the data folder:
 *
 *   expression_469x615.csv  log2 expression: a row for each gene, its name in the first column, whose
 *                           header is empty; a column for each sample ("P2029", "P2029.1")
 *   response.csv            patient, waves ("Waves1+2", "Both", "Waves3+4"), drug, ic50_uM, auc
 *   edges.csv               gene_a, gene_b, and the weights of three networks
 *
 * Options used: data_folder, area, all_waves, graph.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "datasets/cohort_tables.h"

/* All three by default, the heaviest weight of an edge counting. */
static const struct eg_edge_list_options ohmnet = {"ohmnet_blood", 1, NULL},
                                         iref = {"iref_miscore", 1, NULL},
                                         string12 = {"string12_combined", 1000, NULL},
                                         two = {"iref_miscore", 1, &string12},
                                         three = {"ohmnet_blood", 1, &two};

static const struct network {
    const char *name;
    const struct eg_edge_list_options *columns;
    const char *title;
} networks[] = {
    {"all", &three, "OhmNet (blood), iRefIndex and STRING 12 together"},
    {"ohmnet_blood", &ohmnet, "OhmNet, blood"},
    {"iref_miscore", &iref, "iRefIndex, weighted by MI score"},
    {"string12_combined", &string12, "STRING 12, weighted by combined score"},
};
enum { NETWORKS = sizeof networks / sizeof *networks };

static const struct network *find_network(const char *name, struct eg_error *error)
{
    for (size_t i = 0; i < NETWORKS; i++)
        if (strcmp(name ? name : "all", networks[i].name) == 0)
            return &networks[i];
    eg_fail(error, EG_USAGE,
            "beataml has no graph '%.60s'; there are: all, ohmnet_blood, iref_miscore, "
            "string12_combined",
            name);
    return NULL;
}

static int take_row(const struct eg_drug_cohort_options *options, const char *path,
                    const struct eg_csv_table *table, size_t row,
                    struct eg_measurement *measurement, struct eg_error *error)
{
    const struct eg_csv_column *waves = eg_csv_find(table, "waves"),
                               *value = eg_csv_find(table, options->area ? "auc" : "ic50_uM");
    const char *wave = waves->texts[row];
    const double number = value->numbers[row];
    const int is_early = strcmp(wave, "Waves1+2") == 0 || strcmp(wave, "Both") == 0;
    if (!is_early && strcmp(wave, "Waves3+4") != 0)
        return eg_csv_fail(error, path, table, waves, row,
                           "'%.43s' is none of Waves1+2, Waves3+4 and Both", wave);
    if (!options->area && number <= 0)
        return eg_csv_fail(error, path, table, value, row,
                           "%g is no concentration; it must be above 0", number);
    if (is_early || options->all_waves)
        *measurement = (struct eg_measurement){eg_csv_find(table, "patient")->texts[row],
                                               eg_csv_find(table, "drug")->texts[row],
                                               options->area ? number : log10(number)};
    return EG_OK;
}

static const struct eg_cohort_form form = {
    .name = "beataml",
    .expression = "beataml/expression_469x615.csv",
    .response = "beataml/response.csv",
    .edges = "beataml/edges.csv",
    .name_column = "",
    .rows_are_genes = 1,
    .take_row = take_row,
};

static int is_available(const char *data_folder)
{
    return eg_cohort_is_available(&form, data_folder);
}

static int load(const struct eg_drug_cohort_options *options, struct eg_drug_cohort *cohort,
                struct eg_error *error)
{
    const struct eg_csv_want wanted[] = {{"patient", EG_CSV_NAME},
                                         {"waves", EG_CSV_NAME},
                                         {"drug", EG_CSV_NAME},
                                         {options->area ? "auc" : "ic50_uM", EG_CSV_FILLED},
                                         {0}};
    const struct network *network = find_network(options->graph, error);
    if (!network)
        return EG_USAGE;
    const int status = eg_cohort_read(&form, options, wanted, network->columns, cohort, error);
    if (status)
        return status;
    cohort->source = "real";
    cohort->unit = options->area ? "area under the dose-response curve" : "log10 IC50 in uM";
    snprintf(cohort->graph_name, sizeof cohort->graph_name, "%s", network->title);
    snprintf(cohort->description, sizeof cohort->description,
             "Beat AML, %s (%zu patients, %zu drugs, %zu genes, %zu responses, %zu edges)",
             options->all_waves ? "all waves" : "waves 1 and 2", cohort->patients, cohort->drugs,
             cohort->genes, cohort->responses, cohort->graph.edges);
    return EG_OK;
}

const struct eg_drug_cohort_source eg_beataml = {
    .name = "beataml",
    .summary = "Beat AML: leukaemia patients and drugs (from files; see datasets/fetch.sh)",
    .is_available = is_available,
    .load = load,
};
