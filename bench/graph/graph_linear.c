/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/graph/graph_linear.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/graph/graph_training.h"
#include "linear/lasso.h"

/* The duality gap, as a share of y's mean square, as in scikit-learn; and the sweeps it may take. */
static const double tolerance = 1e-4;
enum { SWEEPS_MOST = 20000 };

/* What the fits share. */
struct fit {
    const struct eg_patient_split *split;
    size_t features;
    double *q, *c, *w, *best, *means; /* means: features + 1 */
    double y_square;
    struct eg_network trial; /* one unit with the weights at hand */
};

static void free_fit(struct fit *fit)
{
    free(fit->q);
    free(fit->c);
    free(fit->w);
    free(fit->best);
    free(fit->means);
    eg_network_free(&fit->trial);
}

static int alloc_fit(struct fit *fit, struct eg_error *error)
{
    const size_t p = fit->features;
    fit->q = eg_alloc(p * p, sizeof *fit->q, error);
    fit->c = eg_alloc(p, sizeof *fit->c, error);
    fit->w = eg_alloc(p, sizeof *fit->w, error);
    fit->best = eg_alloc(p, sizeof *fit->best, error);
    fit->means = eg_alloc(p + 1, sizeof *fit->means, error);
    if (!fit->q || !fit->c || !fit->w || !fit->best || !fit->means)
        return EG_INTERNAL;
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
    for (size_t i = 0; i < strengths->alphas && !status; i++)
        status = try_strength(fit, strengths->alpha[i], strengths->alpha[i], &least, &linear->alpha,
                              &linear->alphas_solved, error);
    if (!status && linear->alphas_solved == 0)
        status = eg_fail(error, EG_DATA, "LASSO: no strength of %zu was solved", strengths->alphas);
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

static int fit_graph_lasso(struct fit *fit, size_t drugs, const struct eg_graph *graph,
                           const struct eg_graph_strengths *strengths,
                           struct eg_graph_linear *linear, struct eg_error *error)
{
    double least = INFINITY, within = 0;
    int status = EG_OK;
    memcpy(fit->w, fit->best, fit->features * sizeof *fit->w);
    for (size_t i = 0; i < strengths->nus && !status; i++) {
        add_laplacian(fit, graph, drugs, strengths->nu[i] - within);
        within = strengths->nu[i];
        status = try_strength(fit, linear->alpha, strengths->nu[i], &least, &linear->nu,
                              &linear->nus_solved, error);
    }
    if (!status)
        status = eg_network_alloc(&linear->graph_lasso, fit->features, "dense 1", error);
    if (!status)
        set_unit(fit, fit->best, &linear->graph_lasso);
    return status;
}

static int fit_drug_mean(const struct eg_patient_split *split, size_t features, size_t drugs,
                         struct eg_network *unit, struct eg_error *error)
{
    const int status = eg_network_alloc(unit, features, "dense 1", error);
    for (size_t d = 0; d < drugs && !status; d++)
        unit->theta[d] = (real)split->drug_mean[d];
    return status;
}

int eg_graph_fit_linear(const struct eg_patient_split *split, size_t drugs,
                        const struct eg_graph *graph, const struct eg_graph_strengths *strengths,
                        struct eg_graph_linear *linear, struct eg_error *error)
{
    const struct eg_response_rows *train = &split->parts[EG_TRAIN];
    struct fit fit = {.split = split, .features = train->x.cols};
    *linear = (struct eg_graph_linear){0};
    int status = alloc_fit(&fit, error);
    if (!status)
        status = eg_lasso_moments(&train->x, train->y, fit.q, fit.c, &fit.y_square, fit.means,
                                  error);
    if (!status)
        status = fit_drug_mean(split, fit.features, drugs, &linear->drug_mean, error);
    if (!status)
        status = fit_lasso(&fit, strengths, linear, error);
    if (!status)
        status = fit_graph_lasso(&fit, drugs, graph, strengths, linear, error);
    free_fit(&fit);
    return status;
}

void eg_graph_linear_free(struct eg_graph_linear *linear)
{
    eg_network_free(&linear->drug_mean);
    eg_network_free(&linear->lasso);
    eg_network_free(&linear->graph_lasso);
}
