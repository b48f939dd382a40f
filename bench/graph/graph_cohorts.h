/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The cohorts of the graph-prior experiment with what goes with each: gene sets,
 * and the graph as a graph convolution takes it.
 */
#ifndef EG_BENCH_GRAPH_COHORTS_H
#define EG_BENCH_GRAPH_COHORTS_H

#include "datasets/drug_response.h"

struct eg_graph_cohort {
    struct eg_drug_cohort cohort;
    struct eg_graph propagation; /* over all features: drugs, which have a loop alone, then genes */
    struct eg_gene_sets sets;    /* to test for enrichment; empty where their files are not there */
    char sets_hash[33];          /* of the sets, hexadecimal */
    int drugs_unscaled;          /* as in struct eg_patient_split_settings */
};

/*
 * A cohort by its name in this experiment: beataml, beataml_auc (area under the curve in place of
 * IC50), beataml_all_waves, beataml_ohmnet (one network of the three), gdsc, simulated_response (of
 * so many patients and drugs; 0: as many as by default); beataml, gdsc and simulated_response with
 * _drugs_unscaled, whose columns of drugs stay 0 and 1. Kept to the program's end; any thread may ask. NULL with *error filled when it is
 * unknown or cannot be read.
 */
const struct eg_graph_cohort *eg_graph_cohort_load(const char *name, const char *data_folder,
                                                   size_t patients, size_t drugs,
                                                   struct eg_error *error);

/* Whether that cohort can be loaded from there. */
int eg_graph_cohort_is_available(const char *name, const char *data_folder);

/* Whether a gene set says by its name that it matters here: those of AML and of its transcription
 * factors (Supplement H.2), and those that act in a simulated cohort. */
int eg_graph_set_is_relevant(const char *name);

#endif
