/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* asprintf */
#include "bench/graph/graph_training.h"

#include <stdio.h>
#include <stdlib.h>

#include "bench/experiments.h"
#include "prior/terms.h"

/* --- networks --- */

int eg_graph_make_network(const struct eg_graph_task *task, struct eg_network *network,
                          struct eg_error *error)
{
    const struct eg_graph_recipe *recipe = task->recipe;
    const size_t inputs = task->split->parts[EG_TRAIN].x.cols;
    char convolution[96] = "", drop[48] = "", text[256];
    /* The paper does not name the activation. With rectified units, and all the more with softplus,
     * whole trainings stay at predicting the mean. */
    if (recipe->filters)
        snprintf(convolution, sizeof convolution, "graphconv %zu, tanh, ", recipe->filters);
    if (recipe->dropout > 0)
        snprintf(drop, sizeof drop, "dropout %.17g, ", recipe->dropout);
    snprintf(text, sizeof text, "%sdense %zu, relu, %sdense %zu, relu, %sdense 1", convolution,
             recipe->first_layer, drop, recipe->second_layer, drop);
    return eg_network_alloc_on_graph(network, inputs, text, task->propagation, error);
}

/* --- the objective of equation 2 --- */

struct penalties {
    struct eg_penalty_term l1, l2;
    struct eg_objective_term terms[2];
    size_t count;
};

static void free_penalties(struct penalties *penalties)
{
    eg_penalty_term_free(&penalties->l1);
    eg_penalty_term_free(&penalties->l2);
}

/* l1 |w|_1 + l2 |w|^2, sums over all weights: penalties of L1 are means, eg_weight_decay half the
 * sum. */
static int make_penalties(const struct eg_graph_recipe *recipe, const struct eg_network *network,
                          struct penalties *penalties, struct eg_error *error)
{
    const struct eg_weight_penalty *l1 = recipe->l1_on_biases ? &eg_l1_biased : &eg_l1_all;
    size_t count = 0;
    *penalties = (struct penalties){0};
    for (size_t l = 0; l < network->layer_count; l++)
        count += recipe->l1_on_biases ? network->layers[l].parameters : network->layers[l].weights;
    if (eg_penalty_term_alloc(&penalties->l1, l1, network, error) ||
        eg_penalty_term_alloc(&penalties->l2, &eg_weight_decay, network, error))
        return EG_INTERNAL;
    if (recipe->l1 > 0)
        penalties->terms[penalties->count++] = eg_penalty_as_term(&penalties->l1,
                                                                  recipe->l1 * (double)count);
    if (recipe->l2 > 0)
        penalties->terms[penalties->count++] = eg_penalty_as_term(&penalties->l2, 2 * recipe->l2);
    return EG_OK;
}

/* --- validation --- */

int eg_graph_squared_error(const struct eg_network *network, const struct eg_response_rows *rows,
                           double *error_mean, struct eg_error *error)
{
    const size_t n = rows->x.rows;
    double sum = 0;
    real *output = eg_alloc(n, sizeof *output, error);
    const int status = output ? eg_network_predict(network, n, rows->x.data, output, error)
                              : EG_INTERNAL;
    for (size_t i = 0; i < n && !status; i++) {
        const double gap = (double)output[i] - (double)rows->y[i];
        sum += gap * gap;
    }
    *error_mean = sum / (double)n;
    free(output);
    return status;
}

static int score_on_validation(void *context, const struct eg_network *network, double *score,
                               struct eg_error *error)
{
    const int status = eg_graph_squared_error(network, context, score, error);
    *score = -*score;
    return status;
}

/* --- training --- */

/* Fine-tuning has streams of its own, which all tunings of a retraining share. */
enum stage { FROM_FRESH, FINE };

static struct eg_stream make_stream(const struct eg_graph_task *task, enum eg_purpose purpose,
                                    enum stage stage)
{
    return eg_stream_make(task->seed, EG_STREAM_GRAPH_PRIOR, purpose,
                          task->replicate + ((uint64_t)stage << 56), 0);
}

/* Fills in what both kinds of training share and trains. */
static int run_training(const struct eg_graph_task *task, struct eg_training *training,
                        enum stage stage, int keeps_best, const char *name,
                        struct eg_network *network, struct eg_training_outcome *outcome,
                        struct eg_error *error)
{
    const struct eg_response_rows *train = &task->split->parts[EG_TRAIN];
    struct eg_response_rows validation = task->split->parts[EG_VALIDATION];
    const struct eg_score score = {&validation, score_on_validation};
    struct penalties penalties;
    char *path = NULL;
    int status = make_penalties(task->recipe, network, &penalties, error);
    if (!status && task->run->checkpoint &&
        asprintf(&path, "%s.%s", task->run->checkpoint, name) < 0) {
        path = NULL;
        status = eg_fail(error, EG_INTERNAL, "out of memory");
    }
    const struct eg_checkpoint checkpoint = {path, task->run->key};
    struct eg_listener part = {0};
    if (task->run->listener) {
        part = *task->run->listener;
        part.part /= (double)task->trainings;
    }
    training->loss = &eg_mse;
    training->optimiser = eg_adam(task->recipe->rate);
    training->batch = task->recipe->batch;
    training->terms = penalties.terms;
    training->terms_count = penalties.count;
    training->checkpoint = path ? &checkpoint : NULL;
    training->stop = task->run->stop;
    training->listener = part.hear ? &part : NULL;
    training->threads = task->run->threads;
    training->score = keeps_best ? &score : NULL;
    training->shuffle = make_stream(task, EG_PURPOSE_SHUFFLE, stage);
    training->dropout = make_stream(task, EG_PURPOSE_DROPOUT, stage);
    training->attribution = make_stream(task, EG_PURPOSE_TRAIN_ATTRIBUTION, stage);
    if (!status)
        status = eg_train(network, training, &train->x, train->y, outcome, error);
    free_penalties(&penalties);
    free(path);
    return status;
}

int eg_graph_train(const struct eg_graph_task *task, struct eg_network *network,
                   struct eg_training_outcome *outcome, struct eg_error *error)
{
    struct eg_training training = {.epochs = task->recipe->epochs,
                                   .patience = task->recipe->patience};
    eg_network_initialise(network, task->recipe->he_normal_cut ? EG_HE_NORMAL_CUT : EG_HE_NORMAL,
                          make_stream(task, EG_PURPOSE_WEIGHTS, FROM_FRESH));
    return run_training(task, &training, FROM_FRESH, task->recipe->patience > 0, "fresh", network,
                        outcome, error);
}

/* Equation 3, on the mean |phi| over the batch. The references of a batch are cyclic shifts of it,
 * by 1 to k rows, or rows of training. */
static int make_prior(const struct eg_graph_task *task, const struct eg_fine_tuning *tuning,
                      const struct eg_graph *graph, const struct eg_network *network,
                      struct eg_prior_term *prior, struct eg_error *error)
{
    const int of_training = task->recipe->training_references != 0;
    const struct eg_explainer explainer = {
        .network = network,
        .method = tuning->method,
        .settings = {.samples = task->recipe->samples,
                     .references = of_training ? EG_REFERENCES_RANDOM : EG_REFERENCES_SHIFTED},
        .background = of_training ? &task->split->parts[EG_TRAIN].x : NULL,
        .threads = task->run->threads};
    const struct eg_prior_settings settings = {
        .is_global = 1, .graph = graph, .graph_first = task->drugs};
    return eg_prior_term_alloc(prior, &eg_laplacian_prior, &settings, &explainer,
                               task->recipe->batch, error);
}

int eg_graph_fine_tune(const struct eg_graph_task *task, const struct eg_fine_tuning *tuning,
                       const struct eg_graph *graph, size_t epochs, int keeps_best,
                       const char *stage, struct eg_network *network,
                       struct eg_training_outcome *outcome, struct eg_error *error)
{
    struct eg_prior_term prior = {0};
    struct eg_objective_term term;
    struct eg_training training = {.epochs = epochs,
                                   .alternating = &term,
                                   .alternating_next_batch = task->recipe->prior_on_next_batch !=
                                                             0};
    int status = EG_OK;
    if (tuning->method) {
        status = make_prior(task, tuning, graph, network, &prior, error);
        term = eg_prior_as_term(&prior, task->recipe->nu);
        training.alternating_count = 1;
        training.alternating_optimiser = eg_adam(task->recipe->rate);
    }
    if (!status)
        status = run_training(task, &training, FINE, keeps_best, stage, network, outcome, error);
    eg_prior_term_free(&prior);
    return status;
}
