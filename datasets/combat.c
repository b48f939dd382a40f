/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "datasets/combat.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A gene in a batch. */
struct effect {
    double gamma, delta; /* as measured, then shrunk */
};

struct prior {
    double gamma, tau2;      /* of the location */
    double m, lambda, theta; /* of the scale; lambda is infinite where all genes have the scale m */
};

struct combat {
    const struct eg_matrix *values;
    size_t batches;
    const uint32_t *batch;
    char *const *gene_names, *const *batch_names; /* for messages; NULL: none */
    size_t *samples;                              /* batches: how many it has */
    double *mean, *sd;                            /* genes */
    unsigned char *passes;                        /* genes: whether it passes unchanged */
    struct effect *effects;                       /* batches x genes */
    double *sums;                                 /* batches, for a gene at a time */
};

static int alloc_combat(struct combat *combat, struct eg_error *error)
{
    const size_t genes = combat->values->rows;
    if (!(combat->samples = eg_alloc(combat->batches, sizeof *combat->samples, error)) ||
        !(combat->sums = eg_alloc(combat->batches, sizeof *combat->sums, error)) ||
        !(combat->mean = eg_alloc(genes, sizeof *combat->mean, error)) ||
        !(combat->sd = eg_alloc(genes, sizeof *combat->sd, error)) ||
        !(combat->passes = eg_alloc(genes, 1, error)) ||
        !(combat->effects = eg_alloc(combat->batches, genes * sizeof *combat->effects, error)))
        return EG_INTERNAL;
    return EG_OK;
}

static void free_combat(struct combat *combat)
{
    free(combat->samples);
    free(combat->sums);
    free(combat->mean);
    free(combat->sd);
    free(combat->passes);
    free(combat->effects);
}

struct label {
    char text[96];
};

/* "gene 'TP53'", or "gene 3" where there are no names. */
static struct label name_item(const char *kind, char *const *names, size_t i)
{
    struct label label;
    if (names)
        snprintf(label.text, sizeof label.text, "%s '%.60s'", kind, names[i]);
    else
        snprintf(label.text, sizeof label.text, "%s %zu", kind, i + 1);
    return label;
}

static int count_samples(struct combat *combat, struct eg_error *error)
{
    for (size_t s = 0; s < combat->values->cols; s++) {
        if (combat->batch[s] >= combat->batches)
            return eg_fail(error, EG_DATA, "sample %zu is of batch %u; there are %zu", s + 1,
                           combat->batch[s] + 1, combat->batches);
        combat->samples[combat->batch[s]]++;
    }
    for (size_t b = 0; b < combat->batches; b++)
        if (combat->samples[b] < 2)
            return eg_fail(error, EG_DATA,
                           "%s has %zu sample%s; ComBat needs two or more of each, so join it to "
                           "another batch or leave it out",
                           name_item("batch", combat->batch_names, b).text, combat->samples[b],
                           combat->samples[b] ? "" : "s");
    return EG_OK;
}

/* Whether the gene has one value throughout some batch. */
static int stands_still(const struct combat *combat, size_t gene)
{
    const real *row = eg_row(combat->values, gene);
    for (size_t b = 0; b < combat->batches; b++) {
        size_t first = 0, s;
        while (combat->batch[first] != b)
            first++;
        for (s = first + 1; s < combat->values->cols; s++)
            if (combat->batch[s] == b && row[s] != row[first])
                break;
        if (s == combat->values->cols)
            return 1;
    }
    return 0;
}

/* Mean and sd of a gene, and its gamma^ and delta^ in each batch. */
static int measure_gene(struct combat *combat, size_t gene, struct eg_error *error)
{
    const size_t samples = combat->values->cols, genes = combat->values->rows;
    const real *row = eg_row(combat->values, gene);
    struct effect *effects = combat->effects + gene;
    double mean = 0, square = 0;
    memset(combat->sums, 0, combat->batches * sizeof *combat->sums);
    for (size_t s = 0; s < samples; s++) {
        mean += (double)row[s] / (double)samples;
        effects[combat->batch[s] * genes].gamma += (double)row[s] /
                                                   (double)combat->samples[combat->batch[s]];
    }
    for (size_t s = 0; s < samples; s++) {
        const double rest = (double)row[s] - effects[combat->batch[s] * genes].gamma;
        combat->sums[combat->batch[s]] += rest * rest;
        square += rest * rest;
    }
    const double sd = sqrt(square / (double)samples);
    if (!isfinite(sd) || sd <= 0)
        return eg_fail(error, EG_DATA,
                       "%s: its values are too large or too close together; leave it out",
                       name_item("gene", combat->gene_names, gene).text);
    for (size_t b = 0; b < combat->batches; b++) {
        effects[b * genes].gamma = (effects[b * genes].gamma - mean) / sd;
        effects[b * genes].delta = combat->sums[b] / (double)(combat->samples[b] - 1) / (sd * sd);
    }
    combat->mean[gene] = mean;
    combat->sd[gene] = sd;
    return EG_OK;
}

static int check_values(const struct combat *combat, struct eg_error *error)
{
    const struct eg_matrix *values = combat->values;
    for (size_t g = 0; g < values->rows; g++)
        for (size_t s = 0; s < values->cols; s++)
            if (!isfinite(eg_row(values, g)[s]))
                return eg_fail(error, EG_DATA, "%s of sample %zu is not a finite number",
                               name_item("gene", combat->gene_names, g).text, s + 1);
    return EG_OK;
}

static int measure_genes(struct combat *combat, size_t *unchanged, struct eg_error *error)
{
    const size_t genes = combat->values->rows;
    int status = check_values(combat, error);
    *unchanged = 0;
    for (size_t g = 0; g < genes && !status; g++) {
        combat->passes[g] = (unsigned char)stands_still(combat, g);
        *unchanged += combat->passes[g];
        if (!combat->passes[g])
            status = measure_gene(combat, g, error);
    }
    if (!status && genes - *unchanged < 2)
        status = eg_fail(error, EG_DATA,
                         "%zu of %zu genes vary in every batch; ComBat needs two or more, since it "
                         "learns from them together",
                         genes - *unchanged, genes);
    return status;
}

static struct prior find_prior(const struct combat *combat, size_t b, size_t counted)
{
    const size_t genes = combat->values->rows;
    const struct effect *effects = combat->effects + b * genes;
    struct prior prior = {0};
    double s2 = 0;
    for (size_t g = 0; g < genes; g++)
        if (!combat->passes[g]) {
            prior.gamma += effects[g].gamma / (double)counted;
            prior.m += effects[g].delta / (double)counted;
        }
    for (size_t g = 0; g < genes; g++)
        if (!combat->passes[g]) {
            const double location = effects[g].gamma - prior.gamma,
                         scale = effects[g].delta - prior.m;
            prior.tau2 += location * location / (double)(counted - 1);
            s2 += scale * scale / (double)(counted - 1);
        }
    prior.lambda = 2 + prior.m * prior.m / s2;
    prior.theta = prior.m * (1 + prior.m * prior.m / s2);
    return prior;
}

static int solve_effect(const struct prior *prior, size_t samples, struct effect *effect,
                        struct eg_error *error)
{
    enum { MOST_SWEEPS = 100000 };
    static const double tolerance = 1e-12;
    const double n = (double)samples, square = (n - 1) * effect->delta, measured = effect->gamma;
    double change = INFINITY;
    for (int turn = 0; turn < MOST_SWEEPS && change > tolerance; turn++) {
        const struct effect old = *effect;
        effect->gamma = (n * prior->tau2 * measured + old.delta * prior->gamma) /
                        (n * prior->tau2 + old.delta);
        const double shift = measured - effect->gamma;
        effect->delta = isfinite(prior->lambda)
                            ? (prior->theta + (square + n * shift * shift) / 2) /
                                  (prior->lambda + n / 2 - 1)
                            : prior->m;
        change = fmax(fabs(effect->gamma - old.gamma) / (fabs(old.gamma) + sqrt(old.delta)),
                      fabs(effect->delta - old.delta) / old.delta);
    }
    if (!(change <= tolerance))
        return eg_fail(error, EG_INTERNAL, "ComBat did not settle in %d sweeps", MOST_SWEEPS);
    return EG_OK;
}

static void adjust_gene(const struct combat *combat, size_t gene, real *row)
{
    for (size_t s = 0; s < combat->values->cols; s++) {
        const struct effect *effect = combat->effects + combat->batch[s] * combat->values->rows +
                                      gene;
        const double z = ((double)row[s] - combat->mean[gene]) / combat->sd[gene];
        row[s] = (real)(combat->sd[gene] * (z - effect->gamma) / sqrt(effect->delta) +
                        combat->mean[gene]);
    }
}

static int correct(struct combat *combat, struct eg_matrix *values, size_t *unchanged,
                   struct eg_error *error)
{
    int status = count_samples(combat, error);
    if (!status)
        status = measure_genes(combat, unchanged, error);
    for (size_t b = 0; b < combat->batches && !status; b++) {
        const struct prior prior = find_prior(combat, b, values->rows - *unchanged);
        for (size_t g = 0; g < values->rows && !status; g++)
            if (!combat->passes[g])
                status = solve_effect(&prior, combat->samples[b],
                                      combat->effects + b * values->rows + g, error);
    }
    for (size_t g = 0; g < values->rows && !status; g++)
        if (!combat->passes[g])
            adjust_gene(combat, g, eg_row(values, g));
    return status;
}

int eg_combat(struct eg_matrix *values, char *const *gene_names, size_t batches,
              const uint32_t *batch, char *const *batch_names, size_t *unchanged,
              struct eg_error *error)
{
    struct combat combat = {.values = values,
                            .batches = batches,
                            .batch = batch,
                            .gene_names = gene_names,
                            .batch_names = batch_names};
    *unchanged = 0;
    if (batches < 2)
        return eg_fail(error, EG_DATA,
                       "all samples are of one batch: there is nothing for ComBat to correct");
    int status = alloc_combat(&combat, error);
    if (!status)
        status = correct(&combat, values, unchanged, error);
    free_combat(&combat);
    return status;
}
