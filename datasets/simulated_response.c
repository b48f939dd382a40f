/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "datasets/simulated_response.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/stream.h"

enum {
    GENES = EG_RESPONSE_GENES,
    MODULES = EG_RESPONSE_MODULES,
    ACTING = EG_RESPONSE_ACTING,
    MODULE_GENES = EG_RESPONSE_MODULE_GENES,
    MODULE_PAIRS = MODULE_GENES * (MODULE_GENES - 1) / 2,
    PATIENTS = 273,
    DRUGS = 30,
    INSENSITIVE_EVERY = 5
};

static const double shared_part = 0.4, share_means = 0.5, share_sums = 0.2, share_products = 0.05,
                    share_noise = 0.25, share_missing = 0.1, spread = 0.5,
                    extra_edges = (MODULE_PAIRS / 2.0 - (MODULE_GENES - 1)) /
                                  (MODULE_PAIRS - (MODULE_GENES - 1));

/* What a stream is for: the replicate of its name. */
enum topic { PATIENT, DRUG, EDGES, DECOY, LAYOUT };

struct layout {
    size_t place[GENES];     /* columns: module after module, MODULE_GENES each, free genes last */
    double sign[ACTING + 1]; /* of the acting modules and of the product */
};

struct drug {
    double mean, sensitivity[ACTING], product;
};

static struct eg_stream make_stream(uint64_t seed, enum topic topic, size_t item)
{
    return eg_stream_make(seed, 0, EG_PURPOSE_DATA, (uint64_t)topic, item);
}

static void draw_layout(uint64_t seed, struct layout *layout)
{
    struct eg_stream stream = make_stream(seed, LAYOUT, 0);
    for (size_t g = 0; g < GENES; g++)
        layout->place[g] = g;
    eg_stream_shuffle(&stream, layout->place, GENES);
    for (size_t m = 0; m <= ACTING; m++)
        layout->sign[m] = eg_stream_uniform(&stream) < 0.5 ? -1 : 1;
}

static void draw_drug(uint64_t seed, size_t d, const struct layout *layout, struct drug *drug)
{
    struct eg_stream stream = make_stream(seed, DRUG, d);
    drug->mean = eg_stream_normal(&stream);
    double own = exp(spread * eg_stream_normal(&stream));
    if (d % INSENSITIVE_EVERY == INSENSITIVE_EVERY - 1)
        own = 0;
    for (size_t m = 0; m < ACTING; m++)
        drug->sensitivity[m] = own * layout->sign[m] * exp(spread * eg_stream_normal(&stream));
    drug->product = own * layout->sign[ACTING] * exp(spread * eg_stream_normal(&stream));
}

/* Gives means, sums and products of the drugs taken together their shares of the variance. */
static void scale_drugs(size_t count, struct drug *drugs)
{
    double mean = 0, means = 0, sums = 0, products = 0;
    for (size_t d = 0; d < count; d++)
        mean += drugs[d].mean / (double)count;
    for (size_t d = 0; d < count; d++) {
        drugs[d].mean -= mean;
        means += drugs[d].mean * drugs[d].mean / (double)count;
        products += drugs[d].product * drugs[d].product / (double)count;
        for (size_t m = 0; m < ACTING; m++)
            sums += drugs[d].sensitivity[m] * drugs[d].sensitivity[m] / (double)count;
    }
    for (size_t d = 0; d < count; d++) {
        drugs[d].mean *= sqrt(share_means / means);
        drugs[d].product *= sqrt(share_products / products);
        for (size_t m = 0; m < ACTING; m++)
            drugs[d].sensitivity[m] *= sqrt(share_sums / sums);
    }
}

static void fill_genes(const struct layout *layout, const double *activity,
                       struct eg_stream *stream, real *row)
{
    for (size_t g = 0; g < GENES; g++) {
        const size_t module = g / MODULE_GENES;
        const double noise = eg_stream_normal(stream);
        row[layout->place[g]] = (real)(module < MODULES ? sqrt(shared_part) * activity[module] +
                                                              sqrt(1 - shared_part) * noise
                                                        : noise);
    }
}

static double respond(const struct drug *drug, const double *activity)
{
    double response = drug->mean + drug->product * activity[0] * activity[1];
    for (size_t m = 0; m < ACTING; m++)
        response += drug->sensitivity[m] * activity[m];
    return response;
}

static void draw_patient(uint64_t seed, size_t i, const struct layout *layout,
                         const struct drug *drugs, struct eg_drug_cohort *cohort)
{
    struct eg_stream stream = make_stream(seed, PATIENT, i);
    double activity[MODULES];
    for (size_t m = 0; m < MODULES; m++)
        activity[m] = eg_stream_normal(&stream);
    fill_genes(layout, activity, &stream, eg_row(&cohort->expression, i));
    for (size_t d = 0; d < cohort->drugs; d++) {
        const double noise = sqrt(share_noise) * eg_stream_normal(&stream);
        if (eg_stream_uniform(&stream) >= share_missing)
            cohort->response[cohort->responses++] = (struct eg_response){
                (uint32_t)i, (uint32_t)d, respond(&drugs[d], activity) + noise};
    }
}

static void find_truth(const struct layout *layout, size_t count, const struct drug *drugs,
                       double *truth)
{
    double share[ACTING] = {0}, all = 0;
    for (size_t d = 0; d < count; d++)
        for (size_t m = 0; m < ACTING; m++) {
            const double product = m < 2 ? drugs[d].product * drugs[d].product / 2 : 0;
            const double part = drugs[d].sensitivity[m] * drugs[d].sensitivity[m] + product;
            share[m] += part;
            all += part;
        }
    for (size_t g = 0; g < ACTING * MODULE_GENES; g++)
        truth[layout->place[g]] = share[g / MODULE_GENES] / all / MODULE_GENES;
}

/* list += the edges of module m; returns how many. */
static size_t draw_edges(uint64_t seed, const struct layout *layout, size_t m, struct eg_edge *list)
{
    struct eg_stream stream = make_stream(seed, EDGES, m);
    const size_t *genes = layout->place + m * MODULE_GENES;
    size_t count = 0;
    for (size_t b = 1; b < MODULE_GENES; b++) {
        const size_t parent = eg_stream_below(&stream, b);
        for (size_t a = 0; a < b; a++)
            if (a == parent || eg_stream_uniform(&stream) < extra_edges)
                list[count++] = (struct eg_edge){(uint32_t)genes[a], (uint32_t)genes[b], 1};
    }
    return count;
}

static int make_graph(uint64_t seed, const struct layout *layout, struct eg_graph *graph,
                      struct eg_error *error)
{
    struct eg_edge list[MODULES * MODULE_PAIRS];
    size_t count = 0;
    for (size_t m = 0; m < MODULES; m++)
        count += draw_edges(seed, layout, m, list + count);
    return eg_graph_alloc(graph, GENES, count, list, error);
}

static int compare_places(const void *a, const void *b)
{
    const uint32_t first = *(const uint32_t *)a, second = *(const uint32_t *)b;
    return (first > second) - (first < second);
}

static int add_set(const char *name, const size_t *places, struct eg_gene_sets *sets,
                   struct eg_error *error)
{
    uint32_t genes[MODULE_GENES];
    for (size_t g = 0; g < MODULE_GENES; g++)
        genes[g] = (uint32_t)places[g];
    qsort(genes, MODULE_GENES, sizeof *genes, compare_places);
    return eg_gene_sets_add(sets, name, MODULE_GENES, genes, error);
}

static int make_sets(uint64_t seed, const struct layout *layout, struct eg_gene_sets *sets,
                     struct eg_error *error)
{
    char name[40];
    int status = EG_OK;
    for (size_t m = 0; m < MODULES && !status; m++) {
        snprintf(name, sizeof name, "MODULE_%02zu%s", m + 1, m < ACTING ? "_ACTIVE" : "");
        status = add_set(name, layout->place + m * MODULE_GENES, sets, error);
    }
    for (size_t k = 0; k < EG_RESPONSE_DECOYS && !status; k++) {
        struct eg_stream stream = make_stream(seed, DECOY, k);
        size_t places[GENES];
        for (size_t g = 0; g < GENES; g++)
            places[g] = g;
        eg_stream_shuffle(&stream, places, GENES);
        snprintf(name, sizeof name, "DECOY_%02zu", k + 1);
        status = add_set(name, places, sets, error);
    }
    return status;
}

/* names = "PREFIX_001" and on. */
static int make_names(const char *prefix, int digits, size_t count, char **names,
                      struct eg_error *error)
{
    enum { LONGEST = 32 };
    for (size_t i = 0; i < count; i++) {
        names[i] = eg_alloc(LONGEST, 1, error);
        if (!names[i])
            return EG_INTERNAL;
        snprintf(names[i], LONGEST, "%s_%0*zu", prefix, digits, i + 1);
    }
    return EG_OK;
}

static int fill_cohort(uint64_t seed, struct drug *drugs, struct eg_drug_cohort *cohort,
                       struct eg_error *error)
{
    struct layout layout;
    draw_layout(seed, &layout);
    for (size_t d = 0; d < cohort->drugs; d++)
        draw_drug(seed, d, &layout, &drugs[d]);
    scale_drugs(cohort->drugs, drugs);
    for (size_t i = 0; i < cohort->patients; i++)
        draw_patient(seed, i, &layout, drugs, cohort);
    find_truth(&layout, cohort->drugs, drugs, cohort->truth);
    const int status = make_graph(seed, &layout, &cohort->graph, error);
    return status ? status : make_sets(seed, &layout, &cohort->sets, error);
}

static int alloc_cohort(size_t patients, size_t drugs, struct eg_drug_cohort *cohort,
                        struct eg_error *error)
{
    if (patients > UINT32_MAX || drugs > UINT32_MAX || patients > SIZE_MAX / drugs)
        return eg_fail(error, EG_USAGE,
                       "simulated_response: %zu patients and %zu drugs are too many; give fewer",
                       patients, drugs);
    if (eg_drug_cohort_alloc(cohort, patients, drugs, GENES, patients * drugs, error) ||
        make_names("PATIENT", 3, patients, cohort->patient_names, error) ||
        make_names("DRUG", 2, drugs, cohort->drug_names, error) ||
        make_names("GENE", 3, GENES, cohort->gene_names, error) ||
        !(cohort->truth = eg_alloc(GENES, sizeof *cohort->truth, error)))
        return EG_INTERNAL;
    cohort->responses = 0; /* so far; some pairs will be missing */
    cohort->name = eg_simulated_response.name;
    cohort->source = "simulated";
    cohort->unit = "arbitrary units";
    return EG_OK;
}

static int load(const struct eg_drug_cohort_options *options, struct eg_drug_cohort *cohort,
                struct eg_error *error)
{
    const size_t patients = options->patients ? options->patients : PATIENTS,
                 count = options->drugs ? options->drugs : DRUGS;
    *cohort = (struct eg_drug_cohort){0};
    if (count < 2)
        return eg_fail(error, EG_USAGE,
                       "simulated_response: %zu drug; give 2 or more, so that drugs can differ",
                       count);
    struct drug *drugs = eg_alloc(count, sizeof *drugs, error);
    int status = drugs ? alloc_cohort(patients, count, cohort, error) : EG_INTERNAL;
    if (!status)
        status = fill_cohort(options->seed, drugs, cohort, error);
    free(drugs);
    if (status) {
        eg_drug_cohort_free(cohort);
        return status;
    }
    snprintf(cohort->graph_name, sizeof cohort->graph_name, "planted modules");
    snprintf(cohort->description, sizeof cohort->description,
             "simulated response (%zu patients, %zu drugs, %d genes; %d of %d modules of %d genes "
             "act; R2 of drug means 0.50, best possible from genes 0.70)",
             patients, count, GENES, ACTING, MODULES, MODULE_GENES);
    return EG_OK;
}

const struct eg_drug_cohort_source eg_simulated_response = {
    .name = "simulated_response",
    .summary = "simulated drug response that follows graph modules (no files needed)",
    .load = load};
