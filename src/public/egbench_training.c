/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "public/egbench_training.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "public/training_handle.h"

int egbench_training_alloc(struct egbench_training **training, struct egbench_network *network,
                           enum egbench_loss loss, struct egbench_error *error)
{
    *training = NULL;
    if (!network)
        return egbench_fail(error, EG_USAGE, "training: no network (NULL)");
    if (!eg_loss_of(loss))
        return egbench_fail(error, EG_USAGE, "training: %u is no enum egbench_loss",
                            (unsigned)loss);
    if (!EG_HANDLE(error, *training))
        return EG_INTERNAL;
    (*training)->network = network;
    (*training)->training = (struct eg_training){.loss = eg_loss_of(loss),
                                                 .optimiser = eg_adam(0.001),
                                                 .epochs = 100,
                                                 .batch = 128,
                                                 .stop = &(*training)->stop,
                                                 .stops_unkept = 1};
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

/* The term, or NULL with *error filled. */
static struct egbench_term *add_term(struct egbench_training *training, double strength,
                                     struct egbench_error *error)
{
    if (!isfinite(strength)) {
        egbench_fail(error, EG_USAGE, "training: a strength of %g: give a finite number", strength);
        return NULL;
    }
    if (training->terms == EG_PUBLIC_TERMS) {
        egbench_fail(error, EG_USAGE, "training: more than %d terms", EG_PUBLIC_TERMS);
        return NULL;
    }
    struct egbench_term *term = &training->term[training->terms++];
    *term = (struct egbench_term){.strength = strength};
    return term;
}

int egbench_training_add_prior(struct egbench_training *training, const struct egbench_prior *prior,
                               const struct egbench_explainer *explainer, double strength,
                               struct egbench_error *error)
{
    if (!prior || !explainer)
        return egbench_fail(error, EG_USAGE, "training: no %s (NULL)",
                            prior ? "explainer" : "prior");
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
                            own->target.loss ? own->target.loss->name : "", loss->name);
    struct egbench_term *term = add_term(training, strength, error);
    if (!term)
        return EG_USAGE;
    term->prior = prior;
    term->explainer = explainer;
    return EG_OK;
}

static const struct eg_weight_penalty *penalty_at(size_t i)
{
    size_t at = 0;
    while (at < i && eg_weight_penalties[at])
        at++;
    return eg_weight_penalties[at];
}

const char *egbench_weight_penalty_name(size_t i)
{
    const struct eg_weight_penalty *penalty = penalty_at(i);
    return penalty ? penalty->name : NULL;
}

const char *egbench_weight_penalty_summary(size_t i)
{
    const struct eg_weight_penalty *penalty = penalty_at(i);
    return penalty ? penalty->summary : NULL;
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
    struct egbench_term *term = add_term(training, strength, error);
    if (!term)
        return EG_USAGE;
    term->weight_penalty = *penalty;
    return EG_OK;
}

int eg_score_validation(void *context, const struct eg_network *network, double *score,
                        struct eg_error *error)
{
    const struct egbench_training *training = context;
    const int status = eg_mean_loss(network, training->training.loss, training->validation_rows,
                                    training->validation_x, training->validation_y, score, error);
    *score = -*score;
    return status;
}

void egbench_training_set_validation(struct egbench_training *training, size_t rows,
                                     const eg_real *x, const eg_real *y, size_t patience)
{
    training->validation_rows = rows;
    training->validation_x = x;
    training->validation_y = y;
    training->score = (struct eg_score){training, eg_score_validation};
    training->training.score = &training->score;
    training->training.patience = patience;
}

static int score_by_callback(void *context, const struct eg_network *network, double *score,
                             struct eg_error *error)
{
    const struct egbench_training *training = context;
    (void)network; /* it is the training's */
    eg_fail(error, EG_DATA, "training: the score failed and did not say why"); /* until it does */
    struct egbench_error *said = (struct egbench_error *)error;
    const int status = training->score_network(training->score_context, training->network, score,
                                               said);
    return eg_callback_status(status, said);
}

void egbench_training_set_score(struct egbench_training *training, egbench_score_callback score,
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
    if (training->path && training->key)
        return EG_OK;
    free(training->path);
    training->path = NULL;
    return egbench_fail(error, EG_INTERNAL, "training: out of memory");
}

static void hear_share(void *context, double share, int is_given)
{
    const struct egbench_training *training = context;
    (void)is_given;
    training->hear(training->hear_context, share);
}

void egbench_training_set_progress(struct egbench_training *training,
                                   egbench_progress_callback hear, void *context)
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
