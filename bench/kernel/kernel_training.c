/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/kernel/kernel_training.h"

#include <math.h>
#include <stdlib.h>

#include "base/progress.h"
#include "nn/winograd.h"

static int draw_graph(struct eg_workshop *shop, struct eg_stream *stream, struct eg_error *error)
{
    const size_t count = shop->step->edges, nodes = shop->step->inputs - shop->step->drugs;
    struct eg_edge *edges = eg_alloc(count, sizeof *edges, error);
    if (!edges)
        return EG_INTERNAL;
    for (size_t e = 0; e < count; e++) {
        const uint32_t from = (uint32_t)eg_stream_below(stream, nodes - 1);
        const uint32_t to = from + 1 + (uint32_t)eg_stream_below(stream, nodes - 1 - from);
        edges[e] = (struct eg_edge){from, to, 1};
    }
    const int status = eg_graph_alloc(&shop->graph, nodes, count, edges, error);
    free(edges);
    return status;
}

/* Normal, cut to the bounds that neighbours keep to: about half of the pixels are 0. */
static real draw_feature(const struct eg_training_step *step, struct eg_stream *stream)
{
    const double value = eg_stream_normal(stream);
    const struct eg_robust_settings *robust = step->robust;
    return (real)(robust ? fmin(fmax(value, robust->low), robust->high) : value);
}

/* Columns after the one-hot ones; y as the loss wants it. */
static int draw_rows(struct eg_workshop *shop, struct eg_stream *stream, struct eg_error *error)
{
    const struct eg_training_step *step = shop->step;
    shop->y = eg_alloc(step->rows, sizeof(real), error);
    if (!shop->y || eg_matrix_alloc(&shop->x, step->rows, step->inputs, error))
        return EG_INTERNAL;
    for (size_t i = 0; i < step->rows; i++) {
        real *row = eg_row(&shop->x, i);
        if (step->drugs)
            row[eg_stream_below(stream, step->drugs)] = 1;
        for (size_t j = step->drugs; j < step->inputs; j++)
            row[j] = draw_feature(step, stream);
        shop->y[i] = step->loss->y_is_class         ? (real)(i % shop->network.outputs)
                     : step->loss == &eg_bce_logits ? (real)(row[0] > 0)
                                                    : (real)eg_stream_normal(stream);
    }
    return EG_OK;
}

static int alloc_prior(struct eg_workshop *shop, size_t threads, struct eg_error *error)
{
    const struct eg_training_step *step = shop->step;
    const struct eg_explainer explainer = {
        .network = &shop->network,
        .method = &eg_expected_gradients,
        .settings = {.samples = step->samples, .references = step->references},
        .background = &shop->x,
        .threads = threads};
    const struct eg_prior_settings settings = {.is_global = step->prior !=
                                                            &eg_total_variation_prior,
                                               .standardise = EG_STANDARDISE_SD,
                                               .image = shop->network.layers[0].from,
                                               .graph = step->edges ? &shop->graph : NULL,
                                               .graph_first = step->drugs};
    return eg_prior_term_alloc(&shop->prior, step->prior, &settings, &explainer,
                               step->batch ? step->batch : step->rows, error);
}

int eg_workshop_alloc(struct eg_workshop *shop, const struct eg_step *listed, uint64_t replicate,
                      size_t threads, struct eg_error *error)
{
    const struct eg_training_step *step = listed->settings;
    struct eg_stream stream = eg_stream_make(1, 0, EG_PURPOSE_DATA, replicate, 0);
    *shop = (struct eg_workshop){.step = step};
    int status = eg_network_alloc(&shop->network, step->inputs, step->network, error);
    if (!status) {
        const size_t batch = step->batch ? step->batch : step->rows;
        eg_network_choose_convolutions(&shop->network, listed->is_direct ? 0 : batch);
        eg_network_initialise(&shop->network, step->initialiser,
                              eg_stream_make(1, 0, EG_PURPOSE_WEIGHTS, replicate, 0));
        status = draw_rows(shop, &stream, error);
    }
    if (!status && step->edges)
        status = draw_graph(shop, &stream, error);
    if (!status && step->l1 > 0)
        status = eg_penalty_term_alloc(&shop->penalty, &eg_l1_all, &shop->network, error);
    if (!status && step->prior)
        status = alloc_prior(shop, threads, error);
    if (!status && step->robust)
        status = eg_robust_term_alloc(&shop->robust, step->robust, &shop->network, step->rows,
                                      threads, error);
    return status;
}

void eg_workshop_free(struct eg_workshop *shop)
{
    eg_prior_term_free(&shop->prior);
    eg_robust_term_free(&shop->robust);
    eg_penalty_term_free(&shop->penalty);
    eg_graph_free(&shop->graph);
    eg_matrix_free(&shop->x);
    eg_network_free(&shop->network);
    free(shop->y);
}

struct eg_objective_term eg_workshop_term(struct eg_workshop *shop)
{
    const double strength = shop->step->strength;
    return shop->step->robust ? eg_robust_as_term(&shop->robust, strength)
                              : eg_prior_as_term(&shop->prior, strength);
}

/* Products of all tiles over a row, without the transforms: 2.25 a place for 3 x 3 taps in place of 9. */
static double count_filtered(const struct eg_winograd *form, const struct eg_layer *layer)
{
    const size_t gives = form->gives;
    const size_t tiles = (layer->to.height + gives - 1) / gives *
                         ((layer->to.width + gives - 1) / gives);
    return (double)(form->points * form->points * tiles) *
           (double)(layer->from.channels * layer->to.channels);
}

/* Multiplications of a sweep over a row; of a convolution by the form of minimal filtering with the fewest,
 * used or not. */
static double count_products(const struct eg_layer *layer, int is_direct)
{
    double least = (double)layer->work;
    if (layer->type != &eg_convolution || is_direct)
        return least;
    for (const struct eg_winograd *form = eg_winograd_forms; form->name; form++)
        if (eg_winograd_fits(form, layer))
            least = fmin(least, count_filtered(form, layer));
    return least;
}

/*
 * Of IG-NORM, multiplications for a row. Each point of the search takes a layer forward, backward,
 * as a tangent and backward as second adjoint; one of the integral that is trained on besides for
 * the weights, of tangents and of second adjoints. The first layer's map is linear, so that one
 * sweep for all points of a row is enough of each, and the row's own map is that of the loss.
 */
static double count_robust(const struct eg_robust_settings *robust, double all, double first)
{
    const double steps = (double)robust->steps, points = (double)robust->samples;
    const double searched = robust->search_samples ? (double)robust->search_samples : points;
    return (4 * steps + 6) * first + (4 * steps * searched + 6 * points) * (all - first);
}

/*
 * Multiplications and additions. The loss takes each layer forward, for the weights and, but for the
 * first, backward. The prior takes each forward, backward, as a tangent and for the weights, once for
 * every point; but a dense first layer's map is made of rows and references alone and interpolated,
 * points between the same row and reference share a row of it, its weight gradient could come from the
 * product that gives phi (it takes one of its own: to keep that of each row of the batch costs as much
 * time), and it has only the explained inputs.
 */
static double count_operations(const struct eg_workshop *shop, double n, int is_direct)
{
    const struct eg_training_step *step = shop->step;
    const struct eg_attribution *attribution = &shop->prior.attribution;
    double all = 0, first = 0;
    for (size_t l = 0; l < shop->network.layer_count; l++) {
        const struct eg_layer *layer = &shop->network.layers[l];
        if (layer->weights == 0)
            continue;
        const double products = count_products(layer, is_direct);
        first = all > 0 ? first : products;
        all += products;
    }
    double work = n * (3 * all - first);
    if (step->robust)
        return 2 * (work + n * count_robust(step->robust, all, first));
    if (!step->prior)
        return 2 * work;
    const double points = n * (double)step->samples;
    const double explained = (double)attribution->first.work;
    const int is_shifted = step->references == EG_REFERENCES_SHIFTED;
    const double references = (double)step->rows;
    /* rows and references that so many draws are expected to meet */
    const double segments = n * references * (1 - pow(1 - 1 / references, (double)step->samples));
    work += points * 4 * (all - first);
    if (shop->network.layers[0].type == &eg_dense && step->samples > 1)
        work += (is_shifted ? n : n + references) * first +
                (is_shifted ? points : segments) * 2 * explained;
    else
        work += points * 4 * explained;
    return 2 * work;
}

/*
 * Numbers that have to come and go, for each parameter. The loss reads the weights forward and, but
 * for the first layer, backward, and writes the gradient; the update reads weight, gradient and two
 * averages and writes weight and averages. The prior reads the weights forward, backward and as a
 * tangent and adds to the gradient; alternating, it has an update too. IG-NORM reads them as second
 * adjoint too, and all four times in each step of its search. Rows and hidden values may stay in a
 * cache and count nothing.
 */
static double count_traffic(const struct eg_workshop *shop)
{
    const double all = (double)shop->network.parameters, update = 7 * all;
    const double loss = 3 * all - (double)shop->network.layers[0].weights;
    const struct eg_robust_settings *robust = shop->step->robust;
    const double reads = robust ? 4 * (double)robust->steps + 5 : shop->step->prior ? 4 : 0;
    return sizeof(real) * (loss + reads * all + update * (shop->step->is_alternating ? 2 : 1));
}

/* Bytes of the passes of loss and prior. */
static int count_bytes(struct eg_workshop *shop, size_t n, double *bytes, struct eg_error *error)
{
    struct eg_backprop pass;
    const struct eg_room room = eg_workshop_term(shop).room;
    if (eg_backprop_alloc_in(&pass, &shop->network, n, 1, &room, error))
        return EG_INTERNAL;
    *bytes = (double)eg_backprop_bytes(&pass);
    if (shop->step->prior)
        *bytes += (double)eg_attribution_bytes(&shop->prior.attribution);
    if (shop->step->robust)
        *bytes += (double)eg_robust_term_bytes(&shop->robust);
    eg_backprop_free(&pass);
    return EG_OK;
}

static int count_all(struct eg_workshop *shop, struct eg_step_timing *timing,
                     struct eg_error *error)
{
    const struct eg_training_step *step = shop->step;
    const size_t n = step->batch ? step->batch : step->rows;
    timing->operations = count_operations(shop, (double)n, 0);
    timing->direct = count_operations(shop, (double)n, 1);
    timing->traffic = count_traffic(shop);
    timing->arrays = (double)shop->network.parameters * sizeof(real) *
                     (step->is_alternating ? 6 : 4);
    return count_bytes(shop, n, &timing->bytes, error);
}

/* Stands in the place of a score, since that is asked for at the beginning of each epoch. */
struct stopwatch {
    size_t epochs;
    double begun; /* the second epoch */
};

static int note_time(void *context, const struct eg_network *network, double *score,
                     struct eg_error *error)
{
    struct stopwatch *watch = context;
    (void)network;
    (void)error;
    if (watch->epochs++ == 1) {
        watch->begun = eg_clock();
        eg_regions_begin();
    }
    *score = 0;
    return EG_OK;
}

/* The first epoch is not timed: memory is touched, threads are started. */
static int time_epochs(struct eg_workshop *shop, size_t threads, struct eg_step_timing *timing,
                       struct eg_error *error)
{
    const struct eg_training_step *step = shop->step;
    struct stopwatch watch = {0};
    const struct eg_score score = {.context = &watch, .evaluate = note_time};
    const struct eg_objective_term term = eg_workshop_term(shop);
    struct eg_objective_term terms[2];
    size_t count = 0;
    if (step->l1 > 0)
        terms[count++] = eg_penalty_as_term(&shop->penalty, step->l1);
    if ((step->prior || step->robust) && !step->is_alternating)
        terms[count++] = term;
    const struct eg_training training = {
        .loss = step->loss,
        .optimiser = eg_adam(step->rate),
        .epochs = step->epochs + 1,
        .batch = step->batch,
        .terms = terms,
        .terms_count = count,
        .alternating = &term,
        .alternating_count = step->prior && step->is_alternating ? 1 : 0,
        .alternating_optimiser = eg_adam(step->rate),
        .threads = threads,
        .score = &score,
        .score_before_update = 1};
    const int status = eg_train(&shop->network, &training, &shop->x, shop->y, NULL, error);
    const size_t batches = step->batch ? step->rows / step->batch : 1;
    timing->steps = (double)(step->epochs * batches);
    timing->seconds = (eg_clock() - watch.begun) / timing->steps;
    eg_regions_end(&timing->regions);
    return status;
}

int eg_time_training(const struct eg_step *step, uint64_t replicate, size_t threads,
                     struct eg_step_timing *timing, struct eg_error *error)
{
    struct eg_workshop shop;
    int status = eg_workshop_alloc(&shop, step, replicate, threads, error);
    if (!status)
        status = count_all(&shop, timing, error);
    if (!status)
        status = time_epochs(&shop, threads, timing, error);
    eg_workshop_free(&shop);
    return status;
}
