/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/cost/cost_step.h"

#include <math.h>
#include <stdlib.h>

#include "base/progress.h"
#include "bench/experiments.h"

#define FIELD(member) EG_FIELD(struct eg_cost_cell, member)
const struct eg_field eg_cost_fields[] = {FIELD(dataset),
                                          FIELD(protocol),
                                          FIELD(scale),
                                          FIELD(seed),
                                          FIELD(network),
                                          FIELD(inputs),
                                          FIELD(batch),
                                          EG_FIELD_NAMED("guide", struct eg_cost_cell, regulariser),
                                          FIELD(samples),
                                          FIELD(steps),
                                          FIELD(replicate),
                                          EG_OPTIONAL_FIELD(struct eg_cost_cell, convolution),
                                          {0}};

/* The same for all regularisers: what is timed does not depend on it. */
static const double strength = 1e-3;

/* Rates and momentum of the CDEP authors' training on skin images, the setting of Supplement B. */
static const double rate = 1e-5, momentum = 0.9;

/* Chen et al. take steps of ascent and points of this order. */
static const struct eg_robust_settings robust = {.radius = 0.1, .steps = 3};

/* A training ready for its steps. */
struct workshop {
    struct eg_network network;
    const struct eg_loss *loss;
    struct eg_matrix x, baseline;
    real *y, *mask, *gradient;
    struct eg_backprop pass;
    struct eg_optimiser optimiser;
    struct eg_regulariser_term regulariser;
    uint64_t seed;
    size_t threads;
};

static int make_rows(const struct eg_cost_cell *cell, struct workshop *shop, struct eg_error *error)
{
    const size_t n = cell->batch, p = cell->inputs;
    struct eg_stream stream = eg_stream_make(shop->seed, EG_STREAM_TRAINING_COST, EG_PURPOSE_DATA,
                                             0, 0);
    shop->y = eg_alloc(n, sizeof(real), error);
    shop->mask = eg_alloc(p, sizeof(real), error);
    if (!shop->y || !shop->mask || eg_matrix_alloc(&shop->x, n, p, error) ||
        eg_matrix_alloc(&shop->baseline, 1, p, error))
        return EG_INTERNAL;
    const size_t classes = shop->network.outputs > 1 ? shop->network.outputs : 2;
    for (size_t i = 0; i < n * p; i++)
        shop->x.data[i] = (real)eg_stream_normal(&stream);
    for (size_t i = 0; i < n; i++)
        shop->y[i] = (real)(i % classes);
    for (size_t j = 0; j < p; j++)
        shop->mask[j] = j < p / 2;
    return EG_OK;
}

static int make_regulariser(const struct eg_cost_cell *cell, struct workshop *shop,
                            struct eg_error *error)
{
    const struct eg_attribution_regulariser *regulariser = eg_attribution_regulariser_find(
        cell->regulariser, error);
    struct eg_regulariser_settings own = {.network = &shop->network,
                                          .batch = cell->batch,
                                          .threads = shop->threads,
                                          .mask = shop->mask,
                                          .background = &shop->x,
                                          .baseline = &shop->baseline,
                                          .samples = cell->samples,
                                          .memory = SIZE_MAX,
                                          .robust = robust};
    own.robust.loss = shop->loss;
    return regulariser ? eg_regulariser_term_alloc(&shop->regulariser, regulariser, &own, error)
                       : error->status;
}

static int has_term(const struct workshop *shop)
{
    return shop->regulariser.regulariser->kind != EG_REGULARISER_NONE;
}

/* As eg_train has it: in the term's room. */
static int alloc_pass(const struct eg_cost_cell *cell, struct workshop *shop,
                      struct eg_error *error)
{
    const struct eg_room none = {0};
    const struct eg_room room = has_term(shop)
                                    ? eg_regulariser_as_term(&shop->regulariser, strength).room
                                    : none;
    return eg_backprop_alloc_in(&shop->pass, &shop->network, cell->batch, shop->threads, &room,
                                error);
}

static int prepare(const struct eg_cost_cell *cell, struct workshop *shop, struct eg_error *error)
{
    const struct eg_optimiser_settings sgd = eg_sgd(rate, momentum);
    int status = eg_network_alloc(&shop->network, cell->inputs, cell->network, error);
    if (status)
        return status;
    const size_t parameters = shop->network.parameters;
    eg_network_choose_convolutions(&shop->network, cell->convolution ? 0 : cell->batch);
    shop->loss = shop->network.outputs > 1 ? &eg_softmax_cross_entropy : &eg_bce_logits;
    eg_network_initialise(
        &shop->network, EG_GLOROT_UNIFORM,
        eg_stream_make(shop->seed, EG_STREAM_TRAINING_COST, EG_PURPOSE_WEIGHTS, 0, 0));
    status = make_rows(cell, shop, error);
    if (!status)
        status = make_regulariser(cell, shop, error);
    if (!status && !(shop->gradient = eg_alloc(parameters, sizeof(real), error)))
        status = EG_INTERNAL;
    if (!status)
        status = alloc_pass(cell, shop, error);
    if (!status)
        status = eg_optimiser_alloc(&shop->optimiser, &sgd, parameters, error);
    shop->optimiser.threads = shop->threads;
    return status;
}

static void clear(struct workshop *shop)
{
    eg_regulariser_term_free(&shop->regulariser);
    eg_optimiser_free(&shop->optimiser);
    eg_backprop_free(&shop->pass);
    eg_matrix_free(&shop->x);
    eg_matrix_free(&shop->baseline);
    eg_network_free(&shop->network);
    free(shop->y);
    free(shop->mask);
    free(shop->gradient);
}

/* Returns the loss before the step. */
static double run_step(struct workshop *shop, size_t number)
{
    const uint64_t experiment = EG_STREAM_TRAINING_COST;
    struct eg_stream dropout = eg_stream_make(shop->seed, experiment, EG_PURPOSE_DROPOUT, 0,
                                              number);
    const struct eg_stream attribution = eg_stream_make(shop->seed, experiment,
                                                        EG_PURPOSE_TRAIN_ATTRIBUTION, 0, 0);
    const struct eg_batch batch = {.n = shop->x.rows,
                                   .x = shop->x.data,
                                   .y = shop->y,
                                   .stream = eg_stream_step(&attribution, number)};
    const double loss = eg_backprop_run(&shop->pass, &shop->network, shop->loss, batch.n, batch.x,
                                        batch.y, &dropout, shop->gradient);
    if (has_term(shop)) {
        const struct eg_objective_term term = eg_regulariser_as_term(&shop->regulariser, strength);
        term.add(term.context, &shop->network, &batch, term.strength, shop->gradient);
    }
    eg_optimiser_step(&shop->optimiser, 0, shop->gradient, shop->network.theta);
    return loss;
}

static size_t count_bytes(const struct workshop *shop)
{
    enum { WEIGHTS_GRADIENT_MOMENTUM = 3 };
    const size_t rows = shop->x.rows * (shop->x.cols + 1), columns = 2 * shop->x.cols;
    return (WEIGHTS_GRADIENT_MOMENTUM * shop->network.parameters + rows + columns) * sizeof(real) +
           eg_backprop_bytes(&shop->pass) + eg_regulariser_bytes(&shop->regulariser);
}

int eg_cost_measure(const struct eg_cost_cell *cell, size_t threads, struct eg_cost *cost,
                    struct eg_error *error)
{
    struct workshop shop = {.seed = cell->seed, .threads = threads};
    int status = prepare(cell, &shop, error);
    for (size_t step = 0; step <= cell->steps && !status; step++) {
        const double start = eg_clock();
        cost->loss = run_step(&shop, step);
        if (step > 0) /* before that, memory is touched and threads are begun */
            cost->seconds[step - 1] = eg_clock() - start;
        if (!isfinite(cost->loss))
            status = eg_fail(error, EG_DATA, "the loss of step %zu is not finite", step + 1);
    }
    if (!status) {
        cost->bytes = count_bytes(&shop);
        cost->gradient_calls = eg_regulariser_gradient_calls(&shop.regulariser);
    }
    clear(&shop);
    return status;
}

/* The loss takes three. A point of gradients takes four: forward, backward, tangent and weights; of
 * log-probabilities two more, for the second adjoints. Contextual decomposition has two streams of
 * three. Robust attribution explains and goes back to the input at each of some steps. */
double eg_cost_sweeps(const struct eg_attribution_regulariser *regulariser, size_t samples)
{
    enum { LOSS = 3, POINT = 4, SECOND = 2, STREAMS = 6, ASCENT = 18 };
    switch (regulariser->kind) {
    case EG_REGULARISER_MASK:
        return LOSS +
               (double)samples * (regulariser->target == EG_TARGET_OUTPUT ? POINT : POINT + SECOND);
    case EG_REGULARISER_CDEP:
        return LOSS + STREAMS;
    case EG_REGULARISER_ROBUST:
        return LOSS + (double)samples * ASCENT;
    case EG_REGULARISER_NONE:
        break;
    }
    return LOSS;
}
