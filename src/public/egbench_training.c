/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "public/egbench_training.h"

#include <math.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "public/handles.h"

/* A term as it was added; `term` and `penalty` live while the training runs. */
struct term {
    const struct egbench_prior *prior; /* NULL: a weight penalty */
    const struct eg_explainer *explainer;
    const struct eg_weight_penalty *weight_penalty;
    double strength;
    struct eg_prior_term term;
    struct eg_penalty_term penalty;
};

enum { TERMS_MAX = 16 };

struct egbench_training {
    struct egbench_network *network;
    struct eg_training training;
    struct eg_training_outcome outcome;
    int is_alternating;
    size_t terms;
    struct term term[TERMS_MAX];
    atomic_int stop;
    char *path, *key; /* of the checkpoint, owned */
    struct eg_checkpoint checkpoint;
    struct eg_listener listener;
    egbench_hear_progress hear;
    void *hear_context;
    struct eg_score score;
    egbench_score_network score_network;
    void *score_context;
    size_t validation_rows;
    const real *validation_x, *validation_y;
};

int egbench_training_alloc(struct egbench_training **training, struct egbench_network *network,
                           enum egbench_loss loss, struct egbench_error *error)
{
    if (!EG_HANDLE(error, *training))
        return EG_INTERNAL;
    (*training)->network = network;
    (*training)->training = (struct eg_training){.loss = eg_loss_of(loss),
                                                 .optimiser = eg_adam(0.001),
                                                 .epochs = 100,
                                                 .batch = 128,
                                                 .stop = &(*training)->stop};
    (*training)->outcome = (struct eg_training_outcome){.best_score = NAN, .loss = NAN};
    egbench_training_set_seed(*training, 0);
    return EG_OK;
}

void egbench_training_free(struct egbench_training *training)
{
    if (!training)
        return;
    free(training->path);
    free(training->key);
    free(training);
}

void egbench_training_set_epochs(struct egbench_training *training, size_t epochs)
{
    training->training.epochs = epochs;
}

void egbench_training_set_batch(struct egbench_training *training, size_t rows)
{
    training->training.batch = rows;
}

void egbench_training_set_seed(struct egbench_training *training, uint64_t seed)
{
    struct eg_training *own = &training->training;
    own->shuffle = eg_stream_make(seed, 0, EG_PURPOSE_SHUFFLE, 0, 0);
    own->dropout = eg_stream_make(seed, 0, EG_PURPOSE_DROPOUT, 0, 0);
    own->attribution = eg_stream_make(seed, 0, EG_PURPOSE_TRAIN_ATTRIBUTION, 0, 0);
}

void egbench_training_set_threads(struct egbench_training *training, size_t threads)
{
    training->training.threads = threads;
}

void egbench_training_set_adam(struct egbench_training *training, double rate)
{
    training->training.optimiser = eg_adam(rate);
}

void egbench_training_set_sgd(struct egbench_training *training, double rate, double momentum,
                              int is_nesterov)
{
    training->training.optimiser = eg_sgd(rate, momentum);
    training->training.optimiser.nesterov = is_nesterov != 0;
}

void egbench_training_set_decay(struct egbench_training *training, double factor, size_t epochs)
{
    training->training.optimiser.decay = factor;
    training->training.optimiser.decay_epochs = epochs;
}

void egbench_training_set_alternating(struct egbench_training *training, double rate)
{
    training->is_alternating = 1;
    training->training.alternating_optimiser = eg_adam(rate);
}

static struct term *add_term(struct egbench_training *training, double strength,
                             struct egbench_error *error)
{
    if (training->terms == TERMS_MAX) {
        egbench_fail(error, EG_USAGE, "training: more than %d terms", TERMS_MAX);
        return NULL;
    }
    struct term *term = &training->term[training->terms++];
    *term = (struct term){.strength = strength};
    return term;
}

int egbench_training_add_prior(struct egbench_training *training, const struct egbench_prior *prior,
                               const struct egbench_explainer *explainer, double strength,
                               struct egbench_error *error)
{
    const struct eg_explainer *own = &explainer->explainer;
    const struct eg_network *network = &training->network->model.network;
    const struct eg_loss *loss = training->training.loss;
    if (own->network != network)
        return egbench_fail(error, EG_USAGE,
                            "training: the prior's explainer is of another network");
    if (own->target.kind == EG_TARGET_OUTPUT && network->outputs > 1 && !loss->y_is_class)
        return egbench_fail(error, EG_USAGE,
                            "training: a row's labels are its %zu targets and choose no output to "
                            "explain: set the explainer's target to the loss",
                            network->outputs);
    if (own->target.kind == EG_TARGET_LOSS && own->target.loss != loss)
        return egbench_fail(error, EG_USAGE,
                            "training: the explainer's target is the loss '%s', but the training's "
                            "is '%s'",
                            own->target.loss->name, loss->name);
    struct term *term = add_term(training, strength, error);
    if (!term)
        return EG_USAGE;
    term->prior = prior;
    term->explainer = own;
    return EG_OK;
}

const char *egbench_weight_penalty_name(size_t i)
{
    size_t at = 0;
    while (at < i && eg_weight_penalties[at])
        at++;
    return eg_weight_penalties[at] ? eg_weight_penalties[at]->name : NULL;
}

int egbench_training_add_weight_penalty(struct egbench_training *training, const char *name,
                                        double strength, struct egbench_error *error)
{
    const struct eg_weight_penalty *const *penalty = eg_weight_penalties;
    char names[256] = "";
    for (; *penalty && strcmp((*penalty)->name, name) != 0; penalty++) {
        const size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", used ? ", " : "", (*penalty)->name);
    }
    if (!*penalty)
        return egbench_fail(error, EG_USAGE, "there is no weight penalty '%s': choose one of %s",
                            name, names);
    struct term *term = add_term(training, strength, error);
    if (!term)
        return EG_USAGE;
    term->weight_penalty = *penalty;
    return EG_OK;
}

/* Minus the mean loss on the validation rows. */
static int score_validation(void *context, const struct eg_network *network, double *score,
                            struct eg_error *error)
{
    const struct egbench_training *training = context;
    const struct eg_loss *loss = training->training.loss;
    const size_t n = training->validation_rows, outputs = network->outputs;
    real *a = eg_alloc((n + 1) * outputs, sizeof *a, error);
    int status = a ? eg_network_predict(network, n, training->validation_x, a, error) : EG_INTERNAL;
    double sum = 0;
    for (size_t i = 0; !status && i < n; i++)
        sum += loss->row(outputs, a + i * outputs,
                         training->validation_y + i * (loss->y_is_class ? 1 : outputs),
                         a + n * outputs);
    free(a);
    *score = -sum / (double)n;
    return status;
}

void egbench_training_set_validation(struct egbench_training *training, size_t rows,
                                     const eg_real *x, const eg_real *y, size_t patience)
{
    training->validation_rows = rows;
    training->validation_x = x;
    training->validation_y = y;
    training->score = (struct eg_score){training, score_validation};
    training->training.score = &training->score;
    training->training.patience = patience;
}

static int score_by_callback(void *context, const struct eg_network *network, double *score,
                             struct eg_error *error)
{
    const struct egbench_training *training = context;
    (void)network; /* it is the training's */
    eg_fail(error, EG_DATA, "training: the score failed and did not say why"); /* until it does */
    return training->score_network(training->score_context, training->network, score,
                                   (struct egbench_error *)error);
}

void egbench_training_set_score(struct egbench_training *training, egbench_score_network score,
                                void *context, size_t patience)
{
    training->score_network = score;
    training->score_context = context;
    training->score = (struct eg_score){training, score_by_callback};
    training->training.score = &training->score;
    training->training.patience = patience;
}

int egbench_training_set_checkpoint(struct egbench_training *training, const char *path,
                                    const char *key, struct egbench_error *error)
{
    free(training->path);
    free(training->key);
    training->path = strdup(path);
    training->key = strdup(key);
    training->checkpoint = (struct eg_checkpoint){training->path, training->key};
    training->training.checkpoint = NULL;
    if (!training->path || !training->key)
        return egbench_fail(error, EG_INTERNAL, "training: out of memory");
    training->training.checkpoint = &training->checkpoint;
    return EG_OK;
}

static void hear_share(void *context, double share, int is_given)
{
    const struct egbench_training *training = context;
    (void)is_given;
    training->hear(training->hear_context, share);
}

void egbench_training_set_progress(struct egbench_training *training, egbench_hear_progress hear,
                                   void *context)
{
    training->hear = hear;
    training->hear_context = context;
    training->listener = (struct eg_listener){.context = training, .part = 1, .hear = hear_share};
    training->training.listener = hear ? &training->listener : NULL;
}

void egbench_training_stop(struct egbench_training *training)
{
    atomic_store(&training->stop, 1);
}

/* Makes the terms for batches of up to `batch` rows; objective has priors first, then penalties. */
static int alloc_terms(struct egbench_training *training, size_t batch,
                       struct eg_objective_term objective[TERMS_MAX], size_t *priors,
                       struct eg_error *error)
{
    const struct eg_network *network = &training->network->model.network;
    size_t count = 0;
    int status = EG_OK;
    for (struct term *t = training->term; !status && t < training->term + training->terms; t++) {
        if (!t->prior)
            continue;
        struct eg_explainer explainer = *t->explainer;
        if (explainer.threads < training->training.threads)
            explainer.threads = training->training.threads;
        status = eg_prior_term_alloc(&t->term, t->prior->prior, &t->prior->settings, &explainer,
                                     batch, error);
        if (!status)
            objective[count++] = eg_prior_as_term(&t->term, t->strength);
    }
    *priors = count;
    for (struct term *t = training->term; !status && t < training->term + training->terms; t++) {
        if (t->prior)
            continue;
        status = eg_penalty_term_alloc(&t->penalty, t->weight_penalty, network, error);
        if (!status)
            objective[count++] = eg_penalty_as_term(&t->penalty, t->strength);
    }
    return status;
}

static void free_terms(struct egbench_training *training)
{
    for (size_t i = 0; i < training->terms; i++) {
        eg_prior_term_free(&training->term[i].term);
        eg_penalty_term_free(&training->term[i].penalty);
    }
}

int egbench_train(struct egbench_training *training, size_t rows, const eg_real *x,
                  const eg_real *y, struct egbench_error *error)
{
    struct eg_network *network = &training->network->model.network;
    struct eg_training own = training->training;
    struct eg_objective_term objective[TERMS_MAX];
    const struct eg_matrix samples = eg_view_rows(rows, network->inputs, x);
    size_t priors;
    int status = own.loss->y_is_class
                     ? eg_check_classes("training", rows, y, network->outputs, error)
                     : EG_OK;
    if (!status)
        status = alloc_terms(training, own.batch && own.batch < rows ? own.batch : rows, objective,
                             &priors, eg_error_of(error));
    if (!status) {
        const size_t first = training->is_alternating ? priors : 0;
        own.alternating = objective;
        own.alternating_count = first;
        own.terms = objective + first;
        own.terms_count = training->terms - first;
        status = eg_train(network, &own, &samples, y, &training->outcome, eg_error_of(error));
    }
    free_terms(training);
    atomic_store(&training->stop, 0);
    return status;
}

size_t egbench_training_epochs(const struct egbench_training *training)
{
    return training->outcome.epochs;
}

size_t egbench_training_best_epoch(const struct egbench_training *training)
{
    return training->outcome.best_epoch;
}

double egbench_training_best_score(const struct egbench_training *training)
{
    return training->outcome.best_score;
}

double egbench_training_loss(const struct egbench_training *training)
{
    return training->outcome.loss;
}
