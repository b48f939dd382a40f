/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/graph/graph_linear.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/graph/graph_training.h"
#include "linear/lasso.h"
#include "linear/ridge.h"

/* The duality gap, as a share of y's mean square, as in scikit-learn; and the sweeps it may take. */
static const double tolerance = 1e-4;
enum { SWEEPS_MOST = 20000 };

/* What the fits share. */
struct fit {
    const struct eg_patient_split *split;
    size_t features, drugs;
    double *q, *c, *w, *best, *means; /* one allocation; means: features + 1 */
    double y_square;
    struct eg_network trial; /* one unit with the weights at hand */
};

static void free_fit(struct fit *fit)
{
    free(fit->q);
    eg_network_free(&fit->trial);
}

static int alloc_fit(struct fit *fit, struct eg_error *error)
{
    const size_t p = fit->features;
    fit->q = eg_alloc(p * p + 4 * p + 1, sizeof *fit->q, error);
    if (!fit->q)
        return EG_INTERNAL;
    fit->c = fit->q + p * p;
    fit->w = fit->c + p;
    fit->best = fit->w + p;
    fit->means = fit->best + p;
    return eg_network_alloc(&fit->trial, p, "dense 1", error);
}

/* The unit that predicts with weights w of centred features. */
static void set_unit(const struct fit *fit, const double *w, struct eg_network *unit)
{
    double bias = fit->means[fit->features];
    for (size_t j = 0; j < fit->features; j++) {
        unit->theta[j] = (real)w[j];
        bias -= w[j] * fit->means[j];
    }
    unit->theta[fit->features] = (real)bias;
}

/* Solves at one strength from the weights at hand; where its validation error is the least so far,
 * keeps weights and *chosen. A strength whose gap is not reached is passed over: of the LASSO those
 * are next to none, of the graph's penalty the stiff ones. */
static int try_strength(struct fit *fit, double alpha, double strength, double *least,
                        double *chosen, size_t *solved, struct eg_error *error)
{
    const struct eg_lasso_problem problem = {fit->features, fit->q, fit->c, fit->y_square};
    struct eg_lasso_outcome outcome = {0};
    double square;
    int status = eg_lasso(&problem, alpha, tolerance, SWEEPS_MOST, fit->w, &outcome, error);
    if (status == EG_DATA && outcome.gap > tolerance * fit->y_square)
        return EG_OK;
    if (status)
        return status;
    ++*solved;
    set_unit(fit, fit->w, &fit->trial);
    status = eg_graph_squared_error(&fit->trial, &fit->split->parts[EG_VALIDATION], &square, error);
    if (!status && square < *least) {
        *least = square;
        *chosen = strength;
        memcpy(fit->best, fit->w, fit->features * sizeof *fit->best);
    }
    return status;
}

static int fit_lasso(struct fit *fit, const struct eg_graph_strengths *strengths,
                     struct eg_graph_linear *linear, struct eg_error *error)
{
    double least = INFINITY;
    int status = EG_OK;
    for (size_t i = 0; i < strengths->alphas.count && !status; i++)
        status = try_strength(fit, strengths->alphas.at[i], strengths->alphas.at[i], &least,
                              &linear->alpha, &linear->alphas_solved, error);
    if (!status && linear->alphas_solved == 0)
        status = eg_fail(error, EG_DATA, "LASSO: no strength of %zu was solved",
                         strengths->alphas.count);
    if (!status)
        status = eg_network_alloc(&linear->lasso, fit->features, "dense 1", error);
    if (!status)
        set_unit(fit, fit->best, &linear->lasso);
    return status;
}

/* q += by times the graph's Laplacian, on the features from number first on */
static void add_laplacian(struct fit *fit, const struct eg_graph *graph, size_t first, double by)
{
    for (size_t i = 0; i < graph->nodes; i++)
        for (size_t at = graph->begin[i]; at < graph->begin[i + 1]; at++) {
            double *row = fit->q + (first + i) * fit->features + first;
            row[i] += by * graph->weight[at];
            row[graph->neighbour[at]] -= by * graph->weight[at];
        }
}

static int fit_graph_lasso(struct fit *fit, const struct eg_graph *graph,
                           const struct eg_graph_strengths *strengths,
                           struct eg_graph_linear *linear, struct eg_error *error)
{
    double least = INFINITY, within = 0;
    int status = EG_OK;
    memcpy(fit->w, fit->best, fit->features * sizeof *fit->w);
    for (size_t i = 0; i < strengths->nus.count && !status; i++) {
        add_laplacian(fit, graph, fit->drugs, strengths->nus.at[i] - within);
        within = strengths->nus.at[i];
        status = try_strength(fit, linear->alpha, strengths->nus.at[i], &least, &linear->nu,
                              &linear->nus_solved, error);
    }
    if (!status)
        status = eg_network_alloc(&linear->graph_lasso, fit->features, "dense 1", error);
    if (!status)
        set_unit(fit, fit->best, &linear->graph_lasso);
    return status;
}

/* --- models whose drugs are free --- */

/* The unit that predicts level[drug] plus w times the genes. Its inputs are 0/1 less their mean, over
 * their deviation. */
static void set_drug_unit(const struct fit *fit, const double *level, const double *w,
                          struct eg_network *unit)
{
    const struct eg_scaler *scaler = &fit->split->scaler;
    double bias = 0;
    for (size_t d = 0; d < fit->drugs; d++) {
        unit->theta[d] = (real)(level[d] * scaler->sd[d]);
        bias += level[d] * scaler->mean[d];
    }
    for (size_t j = fit->drugs; j < fit->features; j++)
        unit->theta[j] = (real)w[j - fit->drugs];
    unit->theta[fit->features] = (real)bias;
}

/* What the ridge on the genes is fitted from. Penalised are genes alone, so (Frisch and Waugh) what
 * counts is within drugs: every row less the mean of its drug's rows. */
struct within {
    size_t genes;
    double *q, *c;         /* genes x genes; genes: as of the LASSO, within drugs */
    double *means, *share; /* drugs x genes; drugs: of the training rows, those of the drug */
    double *w, *level;     /* genes; drugs */
};

/* Free within->q, after failure too. */
static int alloc_within(struct within *within, const struct fit *fit, struct eg_error *error)
{
    const size_t drugs = fit->drugs, genes = fit->features - drugs;
    within->genes = genes;
    within->q = eg_alloc(genes * genes + (drugs + 2) * genes + 2 * drugs, sizeof *within->q, error);
    if (!within->q)
        return EG_INTERNAL;
    within->c = within->q + genes * genes;
    within->w = within->c + genes;
    within->means = within->w + genes;
    within->share = within->means + drugs * genes;
    within->level = within->share + drugs;
    return EG_OK;
}

/* means = of each drug's rows, that of each gene less its mean over all rows */
static void find_drug_means(const struct fit *fit, struct within *within)
{
    const struct eg_response_rows *train = &fit->split->parts[EG_TRAIN];
    const size_t n = train->x.rows, genes = within->genes;
    for (size_t i = 0; i < n; i++) {
        const real *own = eg_row(&train->x, i) + fit->drugs;
        double *sums = within->means + train->drug[i] * genes;
        within->share[train->drug[i]] += 1 / (double)n;
        for (size_t g = 0; g < genes; g++)
            sums[g] += ((double)own[g] - fit->means[fit->drugs + g]) / (double)n;
    }
    for (size_t d = 0; d < fit->drugs; d++)
        for (size_t g = 0; g < genes && within->share[d] > 0; g++)
            within->means[d * genes + g] /= within->share[d];
}

/* Sums of squares within drugs are those of all rows less those between drugs. */
static void find_within(const struct fit *fit, struct within *within)
{
    const size_t drugs = fit->drugs, genes = within->genes;
    find_drug_means(fit, within);
    for (size_t g = 0; g < genes; g++) {
        memcpy(within->q + g * genes, fit->q + (drugs + g) * fit->features + drugs,
               genes * sizeof *within->q);
        within->c[g] = fit->c[drugs + g];
    }
    for (size_t d = 0; d < drugs; d++) {
        const double *mean = within->means + d * genes;
        const double y = fit->split->drug_mean[d] - fit->means[fit->features];
        for (size_t g = 0; g < genes; g++) {
            const double part = within->share[d] * mean[g];
            within->c[g] -= part * y;
            for (size_t h = 0; h < genes; h++)
                within->q[g * genes + h] -= part * mean[h];
        }
    }
}

static void set_ridge_unit(const struct fit *fit, const struct within *within,
                           struct eg_network *unit)
{
    for (size_t d = 0; d < fit->drugs; d++) {
        within->level[d] = fit->split->drug_mean[d];
        for (size_t g = 0; g < within->genes; g++)
            within->level[d] -= within->w[g] *
                                (within->means[d * within->genes + g] + fit->means[fit->drugs + g]);
    }
    set_drug_unit(fit, within->level, within->w, unit);
}

static int fit_gene_ridge(struct fit *fit, const struct eg_graph_strengths *strengths,
                          struct eg_graph_linear *linear, struct eg_error *error)
{
    const struct eg_response_rows *validation = &fit->split->parts[EG_VALIDATION];
    struct within within = {0};
    double least = INFINITY, square;
    int status = alloc_within(&within, fit, error);
    if (!status)
        find_within(fit, &within);
    for (size_t i = 0; i < strengths->ridges.count && !status; i++) {
        status = eg_ridge(within.genes, within.q, within.c, strengths->ridges.at[i], within.w,
                          error);
        if (!status) {
            set_ridge_unit(fit, &within, &fit->trial);
            status = eg_graph_squared_error(&fit->trial, validation, &square, error);
        }
        if (!status && square < least) {
            least = square;
            linear->ridge = strengths->ridges.at[i];
            memcpy(linear->gene_ridge.theta, fit->trial.theta,
                   fit->trial.parameters * sizeof *fit->trial.theta);
        }
    }
    free(within.q);
    return status;
}

/* Both begin as the drugs' means: where there is no strength to try, the ridge stays so. */
static int fit_free_drugs(struct fit *fit, const struct eg_graph_strengths *strengths,
                          struct eg_graph_linear *linear, struct eg_error *error)
{
    memset(fit->w, 0, fit->features * sizeof *fit->w);
    if (eg_network_alloc(&linear->drug_mean, fit->features, "dense 1", error) ||
        eg_network_alloc(&linear->gene_ridge, fit->features, "dense 1", error))
        return EG_INTERNAL;
    set_drug_unit(fit, fit->split->drug_mean, fit->w, &linear->drug_mean);
    set_drug_unit(fit, fit->split->drug_mean, fit->w, &linear->gene_ridge);
    return fit_gene_ridge(fit, strengths, linear, error);
}

int eg_graph_fit_linear(const struct eg_patient_split *split, size_t drugs,
                        const struct eg_graph *graph, const struct eg_graph_strengths *strengths,
                        struct eg_graph_linear *linear, struct eg_error *error)
{
    const struct eg_response_rows *train = &split->parts[EG_TRAIN];
    struct fit fit = {.split = split, .features = train->x.cols, .drugs = drugs};
    *linear = (struct eg_graph_linear){0};
    int status = alloc_fit(&fit, error);
    if (!status)
        status = eg_lasso_moments(&train->x, train->y, fit.q, fit.c, &fit.y_square, fit.means,
                                  error);
    if (!status)
        status = fit_free_drugs(&fit, strengths, linear, error);
    if (!status)
        status = fit_lasso(&fit, strengths, linear, error);
    if (!status)
        status = fit_graph_lasso(&fit, graph, strengths, linear, error);
    free_fit(&fit);
    return status;
}

void eg_graph_linear_free(struct eg_graph_linear *linear)
{
    eg_network_free(&linear->drug_mean);
    eg_network_free(&linear->gene_ridge);
    eg_network_free(&linear->lasso);
    eg_network_free(&linear->graph_lasso);
}
