/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/graph/graph_cohorts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <xxhash.h>

#include "base/folder.h"
#include "bench/frame/load_once.h"

/* Sets with fewer of a cohort's genes than this, or more, are not tested, as in GSEA but for the
 * least, which is 15 there: these cohorts have some 500 genes, not 20,000. */
enum { GENES_LEAST = 8, GENES_MOST = 500 };

static const char *const set_files[] = {"genesets/h.all.v6.2.symbols.gmt",
                                        "genesets/c2.cp.v7.4.symbols.gmt"};

static const struct variant {
    const char *name, *source, *graph;
    int area, all_waves, drugs_unscaled;
} variants[] = {{.name = "simulated_response", .source = "simulated_response"},
                {.name = "beataml", .source = "beataml"},
                {.name = "beataml_auc", .source = "beataml", .area = 1},
                {.name = "beataml_all_waves", .source = "beataml", .all_waves = 1},
                {.name = "beataml_ohmnet", .source = "beataml", .graph = "ohmnet_blood"},
                {.name = "beataml_drugs_unscaled", .source = "beataml", .drugs_unscaled = 1},
                {.name = "gdsc", .source = "gdsc"},
                {.name = "gdsc_drugs_unscaled", .source = "gdsc", .drugs_unscaled = 1},
                {.name = "simulated_response_drugs_unscaled",
                 .source = "simulated_response",
                 .drugs_unscaled = 1},
                {0}};

static const struct variant *find_variant(const char *name, struct eg_error *error)
{
    char names[256] = "";
    size_t used = 0;
    for (const struct variant *variant = variants; variant->name; variant++) {
        if (strcmp(variant->name, name) == 0)
            return variant;
        used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", used ? ", " : "",
                                 variant->name);
        used = used < sizeof names ? used : sizeof names - 1;
    }
    eg_fail(error, EG_USAGE, "graph-prior has no cohort '%.60s'; there are: %s", name, names);
    return NULL;
}

/* --- gene sets --- */

static int copy_sets(const struct eg_gene_sets *from, struct eg_gene_sets *to,
                     struct eg_error *error)
{
    int status = EG_OK;
    for (size_t s = 0; s < from->count && !status; s++)
        status = eg_gene_sets_add(to, from->names[s], from->sets[s].count, from->sets[s].items,
                                  error);
    return status;
}

static size_t at_most(size_t count, size_t most)
{
    return count < most ? count : most;
}

static int read_sets(const char *folder, const struct eg_drug_cohort *cohort,
                     struct eg_gene_sets *sets, struct eg_error *error)
{
    int status = EG_OK;
    for (size_t f = 0; f < sizeof set_files / sizeof *set_files && !status; f++) {
        char *path = eg_join_path_alloc(folder, set_files[f], error);
        if (!path)
            return EG_INTERNAL;
        if (access(path, F_OK) == 0)
            status = eg_gene_sets_read(path, cohort->genes, cohort->gene_names, GENES_LEAST,
                                       at_most(cohort->genes - 1, GENES_MOST), sets, error);
        free(path);
    }
    return status;
}

static int hash_sets(const struct eg_gene_sets *sets, char text[33], struct eg_error *error)
{
    XXH3_state_t *state = XXH3_createState();
    if (!state)
        return eg_fail(error, EG_INTERNAL, "out of memory");
    XXH3_128bits_reset(state);
    for (size_t s = 0; s < sets->count; s++) {
        XXH3_128bits_update(state, sets->names[s], strlen(sets->names[s]) + 1);
        XXH3_128bits_update(state, sets->sets[s].items,
                            sets->sets[s].count * sizeof *sets->sets[s].items);
    }
    const XXH128_hash_t hash = XXH3_128bits_digest(state);
    XXH3_freeState(state);
    snprintf(text, 33, "%016llx%016llx", (unsigned long long)hash.high64,
             (unsigned long long)hash.low64);
    return EG_OK;
}

int eg_graph_set_is_relevant(const char *name)
{
    static const char *const words[] = {"AML",   "MYELOID", "LEUKEMIA", "RUNX1", "CEBPA",
                                        "HOXA9", "MEIS1",   "GATA2",    "SPI1",  "PU1"};
    /* An acting module's name ends so; names of real sets have it elsewhere ("REACTIVE"). */
    static const char acting[] = "_ACTIVE";
    const size_t length = strlen(name), ending = sizeof acting - 1;
    for (size_t w = 0; w < sizeof words / sizeof *words; w++)
        if (strstr(name, words[w]))
            return 1;
    return length >= ending && strcmp(name + length - ending, acting) == 0;
}

/* --- the cache --- */

struct request {
    const struct variant *variant;
    const char *folder;
    size_t patients, drugs;
};

static int load(const void *asked, void *made, struct eg_error *error)
{
    const struct request *request = asked;
    struct eg_graph_cohort *own = made;
    struct eg_drug_cohort *cohort = &own->cohort;
    own->drugs_unscaled = request->variant->drugs_unscaled;
    const struct eg_drug_cohort_options options = {.data_folder = request->folder,
                                                   .graph = request->variant->graph,
                                                   .area = request->variant->area,
                                                   .all_waves = request->variant->all_waves,
                                                   .patients = request->patients,
                                                   .drugs = request->drugs};
    int status = eg_drug_cohort_load(request->variant->source, &options, cohort, error);
    if (!status)
        status = eg_graph_propagation(&cohort->graph, cohort->drugs, cohort->drugs + cohort->genes,
                                      &own->propagation, error);
    if (!status && cohort->sets.count)
        status = copy_sets(&cohort->sets, &own->sets, error);
    else if (!status && request->folder)
        status = read_sets(request->folder, cohort, &own->sets, error);
    return status ? status : hash_sets(&own->sets, own->sets_hash, error);
}

static void release(void *made)
{
    struct eg_graph_cohort *cohort = made;
    eg_drug_cohort_free(&cohort->cohort);
    eg_graph_free(&cohort->propagation);
    eg_gene_sets_free(&cohort->sets);
}

static const struct eg_loaded_kind kind = {sizeof(struct eg_graph_cohort), load, release};

const struct eg_graph_cohort *eg_graph_cohort_load(const char *name, const char *data_folder,
                                                   size_t patients, size_t drugs,
                                                   struct eg_error *error)
{
    const struct request request = {find_variant(name, error), data_folder, patients, drugs};
    return request.variant ? eg_load_once(&kind, &request, error, "%s %zu %zu %s", name, patients,
                                          drugs, data_folder ? data_folder : "")
                           : NULL;
}

int eg_graph_cohort_is_available(const char *name, const char *data_folder)
{
    const struct variant *variant = find_variant(name, NULL);
    const struct eg_drug_cohort_source *source = variant
                                                     ? eg_drug_cohort_find(variant->source, NULL)
                                                     : NULL;
    return source && (!source->is_available || source->is_available(data_folder));
}
