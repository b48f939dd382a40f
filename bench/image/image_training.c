/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/image/image_training.h"

#include <string.h>

#include "bench/experiments.h"
#include "datasets/distort.h"
#include "prior/terms.h"

/* What a model and its recipe add to the training. */
struct addition {
    struct eg_prior_term prior;
    struct eg_penalty_term penalty, decay;
    struct eg_objective_term terms[2],
        alternating;                       /* added to the loss; minimised by alternating updates */
    size_t terms_count, alternating_count; /* up to 2, up to 1 */
};

static void add_term(struct addition *addition, struct eg_objective_term term)
{
    addition->terms[addition->terms_count++] = term;
}

/*
 * The total variation of the attributions of the true class's logit, each map divided by its sd, with
 * a cyclic shift of the batch, by one image, as references (k = 1). The paper's formula is a sum over
 * images; here, and in the released code, it is their mean, as the loss is.
 */
static int add_prior(const struct eg_image_recipe *recipe, const struct eg_image *shape,
                     size_t threads, const struct eg_network *network, struct addition *addition,
                     struct eg_error *error)
{
    const struct eg_image_model *model = recipe->model;
    const struct eg_explainer explainer = {
        .network = network,
        .method = model->method,
        .settings = {.samples = 1, .references = EG_REFERENCES_SHIFTED},
        .threads = threads};
    const struct eg_prior_settings settings = {
        .is_mean = !model->is_released, /* that one is a mean already */
        .image = *shape,
        .standardise = model->is_released ? EG_STANDARDISE_RELEASED : EG_STANDARDISE_SD};
    const int status = eg_prior_term_alloc(&addition->prior, &eg_total_variation_prior, &settings,
                                           &explainer, recipe->batch, error);
    const struct eg_objective_term term = eg_prior_as_term(&addition->prior, recipe->strength);
    if (model->is_released) {
        addition->alternating = term;
        addition->alternating_count = 1;
    } else
        add_term(addition, term);
    return status;
}

static int add_penalty(const struct eg_image_recipe *recipe, const struct eg_network *network,
                       struct addition *addition, struct eg_error *error)
{
    const int status = eg_penalty_term_alloc(&addition->penalty, recipe->model->penalty, network,
                                             error);
    add_term(addition, eg_penalty_as_term(&addition->penalty, recipe->strength));
    return status;
}

/* eg_weight_decay is half the sum of squares, Keras' l2 all of it. */
static int add_decay(double lambda, const struct eg_network *network, struct addition *addition,
                     struct eg_error *error)
{
    const int status = eg_penalty_term_alloc(&addition->decay, &eg_weight_decay, network, error);
    add_term(addition, eg_penalty_as_term(&addition->decay, 2 * lambda));
    return status;
}

static int make_addition(const struct eg_run *run, const struct eg_image_recipe *recipe,
                         const struct eg_image *shape, const struct eg_network *network,
                         struct addition *addition, struct eg_error *error)
{
    int status = EG_OK;
    if (recipe->model->method)
        status = add_prior(recipe, shape, run->threads, network, addition, error);
    else if (recipe->model->penalty)
        status = add_penalty(recipe, network, addition, error);
    if (!status && recipe->weight_decay > 0)
        status = add_decay(recipe->weight_decay, network, addition, error);
    return status;
}

/* What is done to the training images: they are moved, then made noisy. */
struct changes {
    struct eg_moving moving;
    double sd[4]; /* of the noise on each channel */
};

/* More words than moving an image draws. */
enum { WORDS_OF_MOVING = 64 };

static int is_moved(const struct eg_moving *moving)
{
    return moving->shift || moving->degrees > 0 || moving->flips;
}

static void change_image(void *context, struct eg_stream stream, const real *row, real *out)
{
    struct changes *changes = context;
    const struct eg_image *shape = &changes->moving.shape;
    const size_t size = eg_image_size(shape);
    struct eg_stream later = stream;
    if (is_moved(&changes->moving))
        eg_move_image(&changes->moving, stream, row, out);
    else
        memcpy(out, row, size * sizeof *out);
    for (int i = 0; i < WORDS_OF_MOVING; i++)
        eg_stream_u64(&later);
    for (size_t i = 0; changes->sd[0] > 0 && i < size; i++)
        out[i] += (real)(changes->sd[i % shape->channels] * eg_stream_normal(&later));
}

static struct changes make_changes(const struct eg_image_recipe *recipe,
                                   const struct eg_image_data *data)
{
    const struct eg_image *shape = &data->set->shape;
    struct changes changes = {.moving = recipe->moving};
    changes.moving.shape = *shape;
    for (size_t c = 0; c < shape->channels; c++) {
        changes.moving.fill[c] = (real)(-data->scaling.mean[c] / data->scaling.sd[c]);
        changes.sd[c] = recipe->model->adds_noise ? recipe->strength / data->scaling.sd[c] : 0;
    }
    return changes;
}

static struct eg_stream stream_of(const struct eg_image_recipe *recipe, enum eg_purpose purpose)
{
    return eg_stream_make(recipe->seed, EG_STREAM_IMAGE_NOISE, purpose, recipe->replicate, 0);
}

static int train(const struct eg_run *run, const struct eg_image_recipe *recipe,
                 const struct addition *addition, const struct eg_image_data *data,
                 struct eg_network *network, double *loss, struct eg_error *error)
{
    struct changes changes = make_changes(recipe, data);
    const struct eg_augmentation augmentation = {&changes, change_image};
    const struct eg_checkpoint checkpoint = {run->checkpoint, run->key};
    const int is_changed = is_moved(&changes.moving) || changes.sd[0] > 0;
    const struct eg_training training = {
        .loss = &eg_softmax_cross_entropy,
        .optimiser = recipe->optimiser,
        .epochs = recipe->epochs,
        .batch = recipe->batch,
        .terms = addition->terms,
        .terms_count = addition->terms_count,
        .alternating = &addition->alternating,
        .alternating_count = addition->alternating_count,
        .alternating_optimiser = recipe->optimiser,
        .augmentation = is_changed ? &augmentation : NULL,
        .checkpoint = run->checkpoint ? &checkpoint : NULL,
        .stop = run->stop,
        .listener = run->listener,
        .threads = run->threads,
        .shuffle = stream_of(recipe, EG_PURPOSE_SHUFFLE),
        .dropout = stream_of(recipe, EG_PURPOSE_DROPOUT),
        .attribution = stream_of(recipe, EG_PURPOSE_TRAIN_ATTRIBUTION),
        .augment = stream_of(recipe, EG_PURPOSE_AUGMENT)};
    struct eg_training_outcome outcome = {0};
    eg_network_initialise(network, recipe->initialiser, stream_of(recipe, EG_PURPOSE_WEIGHTS));
    const int status = eg_train(network, &training, &data->train.x, data->train.y, &outcome, error);
    *loss = outcome.loss;
    return status;
}

int eg_image_train(const struct eg_run *run, const struct eg_image_recipe *recipe,
                   const struct eg_image_data *data, struct eg_network *network, double *loss,
                   struct eg_error *error)
{
    const struct eg_image *shape = &data->set->shape;
    struct addition addition = {0};
    *network = (struct eg_network){0};
    int status = eg_network_alloc(network, eg_image_size(shape), recipe->network, error);
    if (!status) {
        eg_network_choose_convolutions(network, recipe->is_direct ? 0 : recipe->batch);
        status = make_addition(run, recipe, shape, network, &addition, error);
    }
    if (!status)
        status = train(run, recipe, &addition, data, network, loss, error);
    eg_prior_term_free(&addition.prior);
    eg_penalty_term_free(&addition.penalty);
    eg_penalty_term_free(&addition.decay);
    return status;
}
