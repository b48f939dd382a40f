/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "base/progress.h"
#include "bench/kernel_steps.h"
#include "prior/terms.h"

enum {
    DRUGS = 145,
    GENES = 469,
    FEATURES = DRUGS + GENES,
    ROWS = 2048,
    BATCH = 32,
    STEPS = ROWS / BATCH,
    REFERENCES = 10,
    EDGES = 4000
};

/* What one training needs. */
struct cohort {
    struct eg_network network;
    struct eg_matrix x;
    real *y;
    struct eg_graph graph;
    struct eg_prior_term prior;
    struct eg_penalty_term penalty;
};

/* One-hot drugs and normal genes; edges between genes drawn at random. */
static int draw_cohort(uint64_t replicate, struct cohort *cohort, struct eg_error *error)
{
    struct eg_stream stream = eg_stream_make(1, 0, EG_PURPOSE_DATA, replicate, 0);
    struct eg_edge *edges = eg_alloc(EDGES, sizeof *edges, error);
    cohort->y = eg_alloc(ROWS, sizeof(real), error);
    int status = edges && cohort->y ? EG_OK : EG_INTERNAL;
    if (!status)
        status = eg_matrix_alloc(&cohort->x, ROWS, FEATURES, error);
    for (size_t i = 0; i < ROWS && !status; i++) {
        real *row = eg_row(&cohort->x, i);
        row[eg_stream_below(&stream, DRUGS)] = 1;
        for (size_t gene = 0; gene < GENES; gene++)
            row[DRUGS + gene] = (real)eg_stream_normal(&stream);
        cohort->y[i] = (real)eg_stream_normal(&stream);
    }
    for (size_t e = 0; e < EDGES && !status; e++) {
        const uint32_t from = (uint32_t)eg_stream_below(&stream, GENES - 1);
        const uint32_t to = from + 1 + (uint32_t)eg_stream_below(&stream, GENES - 1 - from);
        edges[e] = (struct eg_edge){from, to, 1};
    }
    if (!status)
        status = eg_graph_alloc(&cohort->graph, GENES, EDGES, edges, error);
    free(edges);
    return status;
}

static int prepare(uint64_t replicate, struct cohort *cohort, struct eg_error *error)
{
    const struct eg_explainer explainer = {
        .network = &cohort->network,
        .method = &eg_expected_gradients,
        .settings = {.samples = REFERENCES, .references = EG_REFERENCES_ROLLED},
        .threads = 1};
    const struct eg_prior_settings genes = {
        .is_global = 1, .graph = &cohort->graph, .graph_first = DRUGS};
    int status = eg_network_alloc(&cohort->network, FEATURES,
                                  "dense 512, relu, dense 256, relu, dense 1", error);
    if (status)
        return status;
    eg_network_initialise(&cohort->network, EG_HE_NORMAL,
                          eg_stream_make(1, 0, EG_PURPOSE_WEIGHTS, replicate, 0));
    status = draw_cohort(replicate, cohort, error);
    if (!status)
        status = eg_penalty_term_alloc(&cohort->penalty, &eg_l1_all, &cohort->network, error);
    if (!status)
        status = eg_prior_term_alloc(&cohort->prior, &eg_laplacian_prior, &genes, &explainer, BATCH,
                                     error);
    return status;
}

static void clear(struct cohort *cohort)
{
    eg_prior_term_free(&cohort->prior);
    eg_penalty_term_free(&cohort->penalty);
    eg_graph_free(&cohort->graph);
    eg_matrix_free(&cohort->x);
    eg_network_free(&cohort->network);
    free(cohort->y);
}

/*
 * Multiplications and additions of a step: the loss takes each layer forward, for the weights and,
 * but for the first, backward. The prior takes the first layer's map of the batch alone, and of each
 * point its product with d, which gives both phi and the weight gradient, and its tangent; the other
 * layers forward, backward, as a tangent and for the weights. Drugs are not in the graph, so that in
 * the prior the first layer has the genes alone.
 */
static double count_operations(const struct eg_network *network, int has_prior)
{
    const double first = (double)network->layers[0].weights, points = BATCH * REFERENCES;
    double others = 0;
    for (size_t l = 1; l < network->layer_count; l++)
        others += (double)network->layers[l].weights;
    const double loss = BATCH * (2 * first + 3 * others);
    const double prior = BATCH * first + points * (2 * first * GENES / FEATURES + 4 * others);
    return 2 * (has_prior ? loss + prior : loss);
}

/*
 * Numbers that have to come and go, for each parameter. The loss reads the weights forward and, but
 * for the first layer, backward, and writes the gradient; the update reads weight, gradient and two
 * moments, and writes weight and moments. The prior, with moments of its own, reads the weights
 * forward, backward and as a tangent. Rows and hidden values stay in the cache and count nothing.
 */
static double count_traffic(const struct eg_network *network, int has_prior)
{
    const double all = (double)network->parameters, first = (double)network->layers[0].weights;
    const double update = 7 * all;
    const double loss = 3 * all - first + update, prior = 4 * all + update;
    return sizeof(real) * (has_prior ? loss + prior : loss);
}

static int train_replicate(uint64_t replicate, int has_prior, struct eg_step_timing *timing,
                           struct eg_error *error)
{
    struct cohort cohort = {0};
    int status = prepare(replicate, &cohort, error);
    if (!status) {
        const struct eg_objective_term penalty = eg_penalty_as_term(&cohort.penalty, 1e-3);
        const struct eg_objective_term prior = eg_prior_as_term(&cohort.prior, 100);
        const struct eg_training training = {.loss = &eg_mse,
                                             .optimiser = eg_adam(1e-5),
                                             .epochs = 1,
                                             .batch = BATCH,
                                             .terms = &penalty,
                                             .terms_count = 1,
                                             .turns = &prior,
                                             .turns_count = has_prior ? 1 : 0,
                                             .turns_optimiser = eg_adam(1e-5)};
        const double weights = (double)cohort.network.parameters * sizeof(real);
        const double start = eg_clock();
        status = eg_train(&cohort.network, &training, &cohort.x, cohort.y, NULL, error);
        *timing = (struct eg_step_timing){
            .seconds = (eg_clock() - start) / STEPS,
            .operations = count_operations(&cohort.network, has_prior),
            .bytes = has_prior ? (double)eg_attribution_bytes(&cohort.prior.attribution) : 0,
            .traffic = count_traffic(&cohort.network, has_prior),
            .weights = weights * (has_prior ? 6 : 4)};
    }
    clear(&cohort);
    return status;
}

int eg_time_graph_step(int has_prior, size_t threads, struct eg_step_timing *timing,
                       struct eg_error *error)
{
    int status = EG_OK;
    double slowest = 0;
#pragma omp parallel for num_threads((int)threads) reduction(| : status) reduction(max : slowest)
    for (size_t replicate = 0; replicate < threads; replicate++) {
        struct eg_step_timing own = {0};
        struct eg_error own_error;
        status |= train_replicate(replicate, has_prior, &own, &own_error);
        slowest = own.seconds;
        if (replicate == 0) {
            *timing = own;
            *error = own_error;
        }
    }
    timing->seconds = slowest;
    return status;
}
