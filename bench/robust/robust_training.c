/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/robust/robust_training.h"

#include <math.h>

#include "bench/experiments.h"
#include "bench/robust/robust_models.h"
#include "prior/robust_term.h"
#include "prior/terms.h"

/* A training is kept after so many steps. */
enum { STEPS_KEPT = 100 };

/* Hidden values of a term's points that are kept for its way back, in bytes. */
enum { MEMORY = 1 << 28 };

/* What a model adds to the training. */
struct addition {
    struct eg_robust_term robust;
    struct eg_prior_term prior;
    struct eg_objective_term term;
    struct eg_adversary adversary;
    struct eg_augmentation augmentation;
    int has_term, has_adversary, has_augmentation;
};

struct eg_stream eg_robust_stream(const struct eg_robust_cell *cell, enum eg_purpose purpose)
{
    return eg_stream_make(cell->seed, EG_STREAM_ROBUST_ATTRIBUTION, purpose, cell->replicate, 0);
}

void eg_robust_initialise(struct eg_network *network, struct eg_stream stream)
{
    static const double sd = 0.1, bias = 0.1, most = 2;
    for (size_t l = 0; l < network->layer_count; l++) {
        const struct eg_layer *layer = &network->layers[l];
        for (size_t i = 0; i < layer->parameters; i++) {
            double draw = bias / sd;
            if (i < layer->weights)
                do
                    draw = eg_stream_normal(&stream);
                while (fabs(draw) > most);
            network->theta[layer->offset + i] = (real)(sd * draw);
        }
    }
}

static int add_robust(const struct eg_run *run, const struct eg_robust_cell *cell,
                      enum eg_robust_kind kind, const struct eg_network *network,
                      struct addition *addition, struct eg_error *error)
{
    const struct eg_robust_settings settings = {.radius = cell->radius,
                                                .steps = cell->search_steps,
                                                .step = cell->search_step,
                                                .samples = cell->points,
                                                .search_samples = cell->search_points,
                                                .rule = EG_RULE_RIGHT,
                                                .ascends = kind == EG_ROBUST_MADRY ? EG_ASCEND_LOSS
                                                           : kind == EG_ROBUST_SUM ? EG_ASCEND_SUM
                                                                                   : EG_ASCEND_NORM,
                                                .norm_weight = cell->strength,
                                                .loss = &eg_softmax_cross_entropy,
                                                .memory = MEMORY,
                                                .clips = 1,
                                                .low = 0,
                                                .high = 1};
    const int status = eg_robust_term_alloc(&addition->robust, &settings, network, cell->batch,
                                            run->threads, error);
    addition->has_adversary = kind != EG_ROBUST_NORM;
    addition->adversary = eg_robust_as_adversary(&addition->robust);
    addition->has_term = kind != EG_ROBUST_MADRY;
    addition->term = addition->has_adversary
                         ? eg_robust_as_term_of_adversary(&addition->robust, cell->strength)
                         : eg_robust_as_term(&addition->robust, cell->strength);
    return status;
}

/* As in the image experiment: of the true class's logit, the batch shifted by one image as
 * references. */
static int add_prior(const struct eg_run *run, const struct eg_robust_cell *cell,
                     const struct eg_image *shape, const struct eg_network *network,
                     struct addition *addition, struct eg_error *error)
{
    const struct eg_explainer explainer = {
        .network = network,
        .method = &eg_expected_gradients,
        .settings = {.samples = 1, .references = EG_REFERENCES_SHIFTED},
        .threads = run->threads};
    const struct eg_prior_settings settings = {
        .is_mean = 1, .image = *shape, .standardise = EG_STANDARDISE_SD};
    addition->has_term = 1;
    const int status = eg_prior_term_alloc(&addition->prior, &eg_total_variation_prior, &settings,
                                           &explainer, cell->batch, error);
    addition->term = eg_prior_as_term(&addition->prior, cell->strength);
    return status;
}

static void add_noise(void *context, struct eg_stream stream, const real *row, real *out)
{
    const struct eg_image_data *data = ((const void *const *)context)[0];
    const struct eg_robust_cell *cell = ((const void *const *)context)[1];
    for (size_t i = 0; i < data->train.x.cols; i++)
        out[i] = row[i] + (real)(cell->radius * eg_stream_normal(&stream));
}

static int make_addition(const struct eg_run *run, const struct eg_robust_cell *cell,
                         const struct eg_image_data *data, const struct eg_network *network,
                         struct addition *addition, struct eg_error *error)
{
    const struct eg_robust_model *model = eg_robust_model_find(cell->model, error);
    if (!model)
        return error->status;
    switch (model->kind) {
    case EG_ROBUST_NATURAL:
        break;
    case EG_ROBUST_MADRY:
    case EG_ROBUST_NORM:
    case EG_ROBUST_SUM:
        return add_robust(run, cell, model->kind, network, addition, error);
    case EG_ROBUST_PRIOR:
        return add_prior(run, cell, &data->set->shape, network, addition, error);
    case EG_ROBUST_NOISE:
        addition->has_augmentation = 1;
        addition->augmentation.change = add_noise;
        break;
    }
    return EG_OK;
}

static int train(const struct eg_run *run, const struct eg_robust_cell *cell,
                 const struct addition *addition, const struct eg_image_data *data,
                 struct eg_network *network, double *loss, struct eg_error *error)
{
    const struct eg_checkpoint checkpoint = {run->checkpoint, run->key};
    const size_t each = cell->steps < STEPS_KEPT ? cell->steps : STEPS_KEPT;
    const struct eg_training training = {
        .loss = &eg_softmax_cross_entropy,
        .optimiser = eg_adam(cell->rate),
        .epochs = cell->steps / each,
        .epoch_steps = each,
        .batch = cell->batch,
        .terms = &addition->term,
        .terms_count = (size_t)addition->has_term,
        .augmentation = addition->has_augmentation ? &addition->augmentation : NULL,
        .adversary = addition->has_adversary ? &addition->adversary : NULL,
        .checkpoint = run->checkpoint ? &checkpoint : NULL,
        .stop = run->stop,
        .listener = run->listener,
        .threads = run->threads,
        .shuffle = eg_robust_stream(cell, EG_PURPOSE_SHUFFLE),
        .dropout = eg_robust_stream(cell, EG_PURPOSE_DROPOUT),
        .attribution = eg_robust_stream(cell, EG_PURPOSE_TRAIN_ATTRIBUTION),
        .augment = eg_robust_stream(cell, EG_PURPOSE_AUGMENT)};
    struct eg_training_outcome outcome = {0};
    eg_robust_initialise(network, eg_robust_stream(cell, EG_PURPOSE_WEIGHTS));
    const int status = eg_train(network, &training, &data->train.x, data->train.y, &outcome, error);
    *loss = outcome.loss;
    return status;
}

int eg_robust_train(const struct eg_run *run, const struct eg_robust_cell *cell,
                    const struct eg_image_data *data, struct eg_network *network, double *loss,
                    struct eg_error *error)
{
    const void *noise[] = {data, cell};
    struct addition addition = {.augmentation = {.context = noise}};
    int status = make_addition(run, cell, data, network, &addition, error);
    if (!status)
        status = train(run, cell, &addition, data, network, loss, error);
    eg_robust_term_free(&addition.robust);
    eg_prior_term_free(&addition.prior);
    return status;
}
