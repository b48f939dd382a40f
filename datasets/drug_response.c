/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "datasets/drug_response.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "datasets/name_index.h"

/* Every cohort has one line here. */
#define COHORTS(COHORT)                                                                            \
    COHORT(eg_beataml)                                                                             \
    COHORT(eg_gdsc)                                                                                \
    COHORT(eg_simulated_response)

#define DECLARE(name) extern const struct eg_drug_cohort_source name;
#define ADDRESS(name) &name,
COHORTS(DECLARE)

const struct eg_drug_cohort_source *const eg_drug_cohort_sources[] = {COHORTS(ADDRESS) NULL};

const struct eg_drug_cohort_source *eg_drug_cohort_find(const char *name, struct eg_error *error)
{
    char known[256] = "";
    size_t used = 0;
    for (size_t i = 0; eg_drug_cohort_sources[i]; i++) {
        if (strcmp(name, eg_drug_cohort_sources[i]->name) == 0)
            return eg_drug_cohort_sources[i];
        if (used < sizeof known)
            used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "",
                                     eg_drug_cohort_sources[i]->name);
    }
    eg_fail(error, EG_USAGE, "no drug response cohort is called '%.60s'; there are: %s", name,
            known);
    return NULL;
}

int eg_drug_cohort_alloc(struct eg_drug_cohort *cohort, size_t patients, size_t drugs, size_t genes,
                         size_t responses, struct eg_error *error)
{
    *cohort = (struct eg_drug_cohort){
        .patients = patients, .drugs = drugs, .genes = genes, .responses = responses};
    cohort->patient_names = eg_alloc(patients, sizeof *cohort->patient_names, error);
    cohort->drug_names = eg_alloc(drugs, sizeof *cohort->drug_names, error);
    cohort->gene_names = eg_alloc(genes, sizeof *cohort->gene_names, error);
    cohort->response = eg_alloc(responses, sizeof *cohort->response, error);
    if (!cohort->patient_names || !cohort->drug_names || !cohort->gene_names || !cohort->response ||
        eg_matrix_alloc(&cohort->expression, patients, genes, error)) {
        eg_drug_cohort_free(cohort);
        return EG_INTERNAL;
    }
    return EG_OK;
}

void eg_drug_cohort_free(struct eg_drug_cohort *cohort)
{
    eg_names_free(cohort->patients, cohort->patient_names);
    eg_names_free(cohort->drugs, cohort->drug_names);
    eg_names_free(cohort->genes, cohort->gene_names);
    eg_matrix_free(&cohort->expression);
    eg_graph_free(&cohort->graph);
    eg_gene_sets_free(&cohort->sets);
    free(cohort->response);
    free(cohort->truth);
    *cohort = (struct eg_drug_cohort){0};
}

static void hash_names(XXH3_state_t *state, size_t count, char *const *names)
{
    for (size_t i = 0; i < count; i++)
        XXH3_128bits_update(state, names[i], strlen(names[i]) + 1);
}

/* In single precision, so that both builds of the library know a cohort by the same name. */
static void hash_number(XXH3_state_t *state, double number)
{
    const float single = (float)number;
    XXH3_128bits_update(state, &single, sizeof single);
}

static void hash_responses(XXH3_state_t *state, const struct eg_drug_cohort *cohort)
{
    for (size_t i = 0; i < cohort->responses; i++) {
        const uint32_t pair[] = {cohort->response[i].patient, cohort->response[i].drug};
        XXH3_128bits_update(state, pair, sizeof pair);
        hash_number(state, cohort->response[i].value);
    }
}

static void hash_graph(XXH3_state_t *state, const struct eg_graph *graph)
{
    for (size_t node = 0; node < graph->nodes; node++)
        for (size_t k = graph->begin[node]; k < graph->begin[node + 1]; k++) {
            const uint32_t pair[] = {(uint32_t)node, graph->neighbour[k]};
            XXH3_128bits_update(state, pair, sizeof pair);
            hash_number(state, graph->weight[k]);
        }
}

static void hash_planted(XXH3_state_t *state, const struct eg_drug_cohort *cohort)
{
    const struct eg_gene_sets *sets = &cohort->sets;
    hash_names(state, sets->count, sets->names);
    for (size_t i = 0; i < sets->count; i++)
        XXH3_128bits_update(state, sets->sets[i].items,
                            sets->sets[i].count * sizeof *sets->sets[i].items);
    for (size_t gene = 0; cohort->truth && gene < cohort->genes; gene++)
        hash_number(state, cohort->truth[gene]);
}

static int hash_content(struct eg_drug_cohort *cohort, struct eg_error *error)
{
    XXH3_state_t *state = XXH3_createState();
    if (!state)
        return eg_fail(error, EG_INTERNAL, "out of memory");
    const uint64_t shape[] = {cohort->patients,  cohort->drugs,       cohort->genes,
                              cohort->responses, cohort->graph.edges, cohort->sets.count};
    XXH3_128bits_reset(state);
    XXH3_128bits_update(state, shape, sizeof shape);
    hash_names(state, cohort->patients, cohort->patient_names);
    hash_names(state, cohort->drugs, cohort->drug_names);
    hash_names(state, cohort->genes, cohort->gene_names);
    for (size_t i = 0; i < cohort->patients * cohort->genes; i++)
        hash_number(state, (double)cohort->expression.data[i]);
    hash_responses(state, cohort);
    hash_graph(state, &cohort->graph);
    hash_planted(state, cohort);
    const XXH128_hash_t hash = XXH3_128bits_digest(state);
    XXH3_freeState(state);
    snprintf(cohort->content_hash, sizeof cohort->content_hash, "%016llx%016llx",
             (unsigned long long)hash.high64, (unsigned long long)hash.low64);
    return EG_OK;
}

int eg_drug_cohort_load(const char *name, const struct eg_drug_cohort_options *options,
                        struct eg_drug_cohort *cohort, struct eg_error *error)
{
    *cohort = (struct eg_drug_cohort){0};
    const struct eg_drug_cohort_source *source = eg_drug_cohort_find(name, error);
    if (!source)
        return EG_USAGE;
    int status = source->load(options, cohort, error);
    if (status == EG_OK)
        status = hash_content(cohort, error);
    if (status)
        eg_drug_cohort_free(cohort);
    else
        cohort->name = source->name;
    return status;
}
