/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_data.h"

#include <stdio.h>
#include <string.h>

#include "bench/experiments.h"

enum { BATCH = 32 };

/* Every data set has one line here, in the order of reports. */
const struct eg_compare_source *const eg_compare_sources[] = {
    &eg_compare_interactions,
    &eg_compare_corrgroups60,
    &eg_compare_independentlinear60,
    &eg_compare_nhanes,
    &eg_compare_simulated_cohort,
    &eg_compare_beataml,
    &eg_compare_simulated_response,
    &eg_compare_decoy_mnist,
    &eg_compare_mnist,
    &eg_compare_cifar10,
    NULL,
};

const struct eg_compare_source *eg_compare_find_source(const char *name, size_t length,
                                                       struct eg_error *error)
{
    char known[256] = "";
    size_t used = 0;
    for (size_t i = 0; eg_compare_sources[i]; i++) {
        const char *own = eg_compare_sources[i]->name;
        if (strlen(own) == length && strncmp(own, name, length) == 0)
            return eg_compare_sources[i];
        if (used < sizeof known)
            used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "", own);
    }
    eg_fail(error, EG_USAGE, "--dataset: compare has no '%.*s'; it has %s", (int)length, name,
            known);
    return NULL;
}

int eg_compare_describe(const struct eg_compare_source *source, const struct eg_run *run,
                        struct eg_compare_facts *facts, struct eg_error *error)
{
    if (source->describe)
        return source->describe(source, run, facts, error);
    const struct eg_dataset *dataset = source->load(source, run, error);
    if (!dataset)
        return error->status;
    memcpy(facts->hash, dataset->content_hash, sizeof facts->hash);
    facts->features = dataset->p;
    return EG_OK;
}

int eg_compare_take_rows(struct eg_compare_unit *unit, const struct eg_dataset *dataset,
                         const size_t *index, size_t test_rows, size_t train_rows,
                         struct eg_error *error)
{
    struct eg_scaler scaler;
    unit->n_test = test_rows;
    unit->n_train = train_rows;
    int status = eg_subset_alloc(&unit->test, dataset, index, test_rows, error);
    if (!status)
        status = eg_subset_alloc(&unit->train, dataset, index + test_rows, train_rows, error);
    if (!status)
        status = eg_scaler_fit(&scaler, &unit->train.x, error);
    if (status)
        return status;
    eg_scaler_apply(&scaler, &unit->train.x);
    eg_scaler_apply(&scaler, &unit->test.x);
    eg_scaler_free(&scaler);
    return EG_OK;
}

static struct eg_stream stream_of(const struct eg_compare_unit *unit, enum eg_purpose purpose)
{
    return eg_stream_make(unit->seed, EG_STREAM_COMPARE, purpose, unit->number, 0);
}

struct eg_retrain_recipe eg_compare_recipe(const struct eg_compare_unit *unit, const char *text,
                                           size_t epochs)
{
    return (struct eg_retrain_recipe){
        .network = text,
        .initialiser = EG_GLOROT_UNIFORM,
        .weights = stream_of(unit, EG_PURPOSE_WEIGHTS),
        .training = {.loss = unit->is_classes ? &eg_bce_logits : &eg_mse,
                     .optimiser = eg_adam(0.001),
                     .epochs = epochs,
                     .batch = BATCH,
                     .shuffle = stream_of(unit, EG_PURPOSE_SHUFFLE),
                     .dropout = stream_of(unit, EG_PURPOSE_DROPOUT)}};
}
