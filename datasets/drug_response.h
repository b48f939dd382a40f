/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Drug response: patients (or cell lines) with the expression of their genes,
 * drugs, and what a drug did to a patient's cells; a graph over the genes.
 *
 * A new cohort: one file that defines a struct eg_drug_cohort_source, and one line in
 * drug_response.c.
 */
#ifndef EG_DATASETS_DRUG_RESPONSE_H
#define EG_DATASETS_DRUG_RESPONSE_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/matrix.h"
#include "datasets/gene_sets.h"
#include "graph/graph.h"

/* One measurement. */
struct eg_response {
    uint32_t patient, drug;
    double value;
};

struct eg_drug_cohort {
    const char *name;      /* as in the registry */
    char description[240]; /* for captions of tables */
    const char *source;    /* "real" or "simulated" */
    const char *unit;      /* of a response: "log10 IC50 in uM" */
    size_t patients, drugs, genes, responses;
    struct eg_matrix expression; /* patients x genes, no value missing */
    char **patient_names, **drug_names, **gene_names;
    struct eg_response *response; /* ascending by patient and drug, no pair twice */
    struct eg_graph graph;        /* over the genes */
    char graph_name[64];          /* where the edges come from, for captions */
    struct eg_gene_sets sets;     /* simulated cohorts: the planted modules; else empty */
    double *truth;                /* genes: a simulated cohort's true importance; else NULL */
    char content_hash[33];        /* XXH3-128 of names, numbers and edges, hexadecimal */
};

/* All zero is the default of everything. */
struct eg_drug_cohort_options {
    const char *data_folder; /* see eg_find_data_folder; NULL: none */
    int area;                /* response: the area under the curve in place of log IC50 */
    int all_waves;           /* beataml: waves 3 and 4 too; the paper has 1 and 2 */
    /* beataml: "all" (three networks together, default), "ohmnet_blood", "iref_miscore",
     * "string12_combined" */
    const char *graph;
    uint64_t seed;          /* of a simulated cohort */
    size_t patients, drugs; /* of a simulated cohort; 0: 273 and 30 */
};

struct eg_drug_cohort_source {
    const char *name;
    const char *summary; /* one line for --list */
    /* Whether the files are there; NULL: it needs none. */
    int (*is_available)(const char *data_folder);
    int (*load)(const struct eg_drug_cohort_options *options, struct eg_drug_cohort *cohort,
                struct eg_error *error);
};

extern const struct eg_drug_cohort_source eg_beataml, eg_gdsc, eg_simulated_response;

/* All cohorts, NULL-terminated. */
extern const struct eg_drug_cohort_source *const eg_drug_cohort_sources[];

/* The source of that name; NULL, with *error listing the names, when there is none. */
const struct eg_drug_cohort_source *eg_drug_cohort_find(const char *name, struct eg_error *error);

/* Loads the cohort of that name. EG_USAGE for an unknown name, else what its load returns. On failure
 * *cohort is empty. */
int eg_drug_cohort_load(const char *name, const struct eg_drug_cohort_options *options,
                        struct eg_drug_cohort *cohort, struct eg_error *error);
void eg_drug_cohort_free(struct eg_drug_cohort *cohort);

/* For a load function: an empty cohort of that size; expression and response zeroed, names NULL, each
 * to be a text of its own that eg_drug_cohort_free frees; no graph, sets or truth. */
int eg_drug_cohort_alloc(struct eg_drug_cohort *cohort, size_t patients, size_t drugs, size_t genes,
                         size_t responses, struct eg_error *error);

#endif
