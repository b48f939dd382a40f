/* SPDX-License-Identifier: GPL-3.0-or-later */
/* egbench_train(): what a training is checked for, its terms, its checkpoint. */
#define _GNU_SOURCE /* asprintf */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "public/training_handle.h"

static int check_optimiser(const struct eg_optimiser_settings *optimiser,
                           struct egbench_error *error)
{
    const struct {
        const char *name;
        double value;
        int fits;
        const char *fix;
    } numbers[] = {{"learning rate", optimiser->rate, optimiser->rate > 0, "a positive number"},
                   {"momentum", optimiser->momentum,
                    optimiser->momentum >= 0 && optimiser->momentum < 1,
                    "a number from 0 to less than 1"},
                   {"decay", optimiser->decay, !optimiser->decay_epochs || optimiser->decay > 0,
                    "a positive factor"}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (!numbers[i].fits || isinf(numbers[i].value))
            return egbench_fail(error, EG_USAGE, "training: a %s of %g: give %s", numbers[i].name,
                                numbers[i].value, numbers[i].fix);
    return EG_OK;
}

static int check_validation(const struct egbench_training *training, struct egbench_error *error)
{
    const struct eg_network *network = &training->network->model.network;
    if (training->score.evaluate != eg_score_validation)
        return EG_OK;
    if (!training->validation_rows)
        return egbench_fail(error, EG_USAGE, "validation: 0 rows: give at least one");
    const int status = eg_check_rows("validation", "row", training->validation_rows,
                                     network->inputs, training->validation_x, error);
    return status
               ? status
               : eg_check_labels("validation", training->training.loss, training->validation_rows,
                                 training->validation_y, network->outputs, error);
}

static int check_terms(const struct egbench_training *training, size_t rows,
                       struct egbench_error *error)
{
    const size_t batch = training->training.batch;
    int status = EG_OK;
    for (size_t i = 0; !status && i < training->terms; i++) {
        const struct egbench_term *term = &training->term[i];
        if (!term->prior)
            continue;
        status = eg_check_explainer(term->explainer, 0, error);
        if (!status)
            status = eg_check_prior(term->prior, batch && batch < rows ? 0 : rows,
                                    training->network->model.network.inputs, error);
    }
    return status;
}

static int check_training(const struct egbench_training *training, size_t rows, const eg_real *x,
                          const eg_real *y, struct egbench_error *error)
{
    const struct eg_training *own = &training->training;
    const struct eg_network *network = &training->network->model.network;
    if (!rows || !own->epochs)
        return egbench_fail(error, EG_USAGE, "training: %zu rows, %zu epochs: give one at least",
                            rows, own->epochs);
    const size_t weight = eg_find_not_finite(network->parameters, network->theta);
    if (weight < network->parameters)
        return egbench_fail(error, EG_DATA,
                            "training: weight %zu of the network is %g: initialise it", weight,
                            (double)network->theta[weight]);
    int status = check_optimiser(&own->optimiser, error);
    if (!status && training->is_alternating)
        status = check_optimiser(&own->alternating_optimiser, error);
    if (!status)
        status = eg_check_rows("training", "row", rows, network->inputs, x, error);
    if (!status)
        status = eg_check_labels("training", own->loss, rows, y, network->outputs, error);
    if (!status)
        status = check_validation(training, error);
    return status ? status : check_terms(training, rows, error);
}

/* Makes the terms for batches of up to `batch` rows; objective has priors first, then penalties. */
static int alloc_terms(struct egbench_training *training, size_t batch,
                       struct eg_objective_term objective[EG_PUBLIC_TERMS], size_t *priors,
                       struct eg_error *error)
{
    const struct eg_network *network = &training->network->model.network;
    struct egbench_term *const end = training->term + training->terms;
    size_t count = 0;
    int status = EG_OK;
    for (struct egbench_term *t = training->term; !status && t < end; t++) {
        if (!t->prior)
            continue;
        struct eg_explainer explainer = t->explainer->explainer;
        if (explainer.threads < training->training.threads)
            explainer.threads = training->training.threads;
        status = eg_prior_term_alloc(&t->term, t->prior->prior, &t->prior->settings, &explainer,
                                     batch, error);
        if (!status)
            objective[count++] = eg_prior_as_term(&t->term, t->strength);
    }
    *priors = count;
    for (struct egbench_term *t = training->term; !status && t < end; t++) {
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

/* The caller's key, with network and data; *checkpoint's key is to be freed after failure too. */
static int name_checkpoint(const struct egbench_training *training, size_t rows, const eg_real *x,
                           const eg_real *y, struct eg_checkpoint *checkpoint,
                           struct egbench_error *error)
{
    const struct eg_network *network = &training->network->model.network;
    const size_t width = training->training.loss->y_is_class ? 1 : network->outputs;
    char *key = NULL;
    *checkpoint = (struct eg_checkpoint){training->path, NULL};
    if (!training->path)
        return EG_OK;
    if (eg_checkpoint_is_other(training->path))
        return egbench_fail(error, EG_USAGE,
                            "training: %s is there and no checkpoint of egbench's: give the name "
                            "of a new file",
                            training->path);
    const uint64_t of_x = XXH3_64bits(x, rows * network->inputs * sizeof *x);
    const uint64_t of_y = XXH3_64bits_withSeed(y, rows * width * sizeof *y, of_x);
    if (asprintf(&key, "%s\n%s\n%s %016llx", training->key, training->network->model.text,
                 training->training.loss->name, (unsigned long long)of_y) < 0)
        return egbench_fail(error, EG_INTERNAL, "training: out of memory");
    checkpoint->key = key;
    return EG_OK;
}

/* A callback's fault is what went wrong, whatever came of it. */
static int blame_callbacks(const struct egbench_training *training, int status,
                           struct egbench_error *error)
{
    for (size_t i = 0; i < training->terms; i++) {
        const struct egbench_term *term = &training->term[i];
        int fault = term->prior ? eg_check_own_prior(term->prior, error) : EG_OK;
        if (term->prior && !fault)
            fault = eg_check_path(term->explainer, error);
        if (fault)
            return fault;
    }
    return status;
}

static int run_training(struct egbench_training *training, size_t rows, const eg_real *x,
                        const eg_real *y, struct egbench_error *error)
{
    struct eg_training own = training->training;
    struct eg_objective_term objective[EG_PUBLIC_TERMS];
    struct eg_checkpoint checkpoint;
    struct eg_network *network = &training->network->model.network;
    const struct eg_matrix samples = eg_view_rows(rows, network->inputs, x);
    size_t priors = 0;
    int status = name_checkpoint(training, rows, x, y, &checkpoint, error);
    if (!status)
        status = alloc_terms(training, own.batch && own.batch < rows ? own.batch : rows, objective,
                             &priors, eg_error_of(error));
    if (!status) {
        const size_t first = training->is_alternating ? priors : 0;
        own.alternating = objective;
        own.alternating_count = first;
        own.terms = objective + first;
        own.terms_count = training->terms - first;
        own.checkpoint = checkpoint.path ? &checkpoint : NULL;
        status = eg_train(network, &own, &samples, y, &training->outcome, eg_error_of(error));
    }
    free_terms(training);
    free((char *)checkpoint.key);
    return blame_callbacks(training, status, error);
}

int egbench_train(struct egbench_training *training, size_t rows, const eg_real *x,
                  const eg_real *y, struct egbench_error *error)
{
    struct eg_network *network = &training->network->model.network;
    const size_t size = network->parameters * sizeof(real);
    int status = check_training(training, rows, x, y, error);
    if (status)
        return status;
    real *before = eg_alloc(network->parameters, sizeof *before, eg_error_of(error));
    if (!before)
        return EG_INTERNAL;
    memcpy(before, network->theta, size);
    status = run_training(training, rows, x, y, error);
    if (status == EG_DATA &&
        eg_find_not_finite(network->parameters, network->theta) < network->parameters)
        memcpy(network->theta, before, size);
    free(before);
    atomic_store(&training->stop, 0);
    return status;
}
