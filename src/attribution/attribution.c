/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "attribution/sweep.h"

/* Enough rows to run matrix products near full speed, few enough for the cache. */
enum { PIECE_TARGET = 128 };

static size_t choose_piece(const struct eg_method *method, size_t k)
{
    if (k <= PIECE_TARGET)
        return PIECE_TARGET / k * k;
    return method->draw_path ? PIECE_TARGET : k;
}

/* Hands out consecutive parts of the block; before the block exists it only counts. */
struct carver {
    real *block;
    size_t used;
};

static real *carve(struct carver *carver, size_t count)
{
    const size_t line = 64 / sizeof(real);
    real *part = carver->block ? carver->block + carver->used : NULL;
    carver->used += (count + line - 1) / line * line;
    return part;
}

static void carve_space(struct eg_attribution *attribution, struct eg_shard_space *space,
                        struct carver *carver)
{
    const struct eg_network *network = attribution->explainer.network;
    const size_t piece = attribution->piece;
    space->points = carve(carver, piece * network->inputs);
    space->weights = carve(carver, piece * network->inputs);
    space->adjoint[0] = carve(carver, piece * eg_network_width(network));
    if (!attribution->keeps)
        return;
    space->adjoint[1] = carve(carver, piece * eg_network_width(network));
    for (size_t l = 0; l < network->layer_count; l++) {
        space->t[l] = carve(carver, piece * network->layers[l].outputs);
        if (network->layers[l].activation->curve)
            space->c[l] = carve(carver, piece * network->layers[l].outputs);
    }
    if (attribution->shards > 1)
        space->gradient = carve(carver, network->parameters);
}

static void carve_all(struct eg_attribution *attribution, struct carver *carver)
{
    const struct eg_explainer *explainer = &attribution->explainer;
    const struct eg_network *network = explainer->network;
    const size_t points = attribution->keeps ? attribution->n * attribution->k
                                             : attribution->shards * attribution->piece;
    if (explainer->method->draw_path) {
        attribution->path.alpha = carve(carver, attribution->n * attribution->k);
        attribution->path.coefficient = carve(carver, attribution->k);
    }
    if (eg_is_interpolated(attribution)) {
        attribution->map_x = carve(carver, attribution->n * network->layers[0].outputs);
        attribution->map_reference = carve(carver, explainer->background->rows *
                                                       network->layers[0].outputs);
    }
    for (size_t l = 0; l < network->layer_count; l++) {
        attribution->h[l] = carve(carver, points * network->layers[l].outputs);
        attribution->d[l] = carve(carver, points * network->layers[l].outputs);
    }
    for (size_t shard = 0; shard < attribution->shards; shard++)
        carve_space(attribution, &attribution->spaces[shard], carver);
}

static int check_explainer(const struct eg_explainer *explainer, size_t rows, int keeps,
                           struct eg_error *error)
{
    if (explainer->background && explainer->background->cols != explainer->network->inputs)
        return eg_fail(
            error, EG_USAGE, "%s: the background has %zu columns, but the network has %zu inputs",
            explainer->method->name, explainer->background->cols, explainer->network->inputs);
    if (explainer->method->count_points(&explainer->settings, rows) == 0)
        return eg_fail(
            error, EG_USAGE,
            "%s: %zu samples on %zu background rows do not fit the method: give at least "
            "one of each, two for the trapezoid, and whole rounds for all references",
            explainer->method->name, explainer->settings.samples, rows);
    if (keeps && explainer->method->explain)
        return eg_fail(error, EG_USAGE, "%s has no gradient: it cannot be trained with",
                       explainer->method->name);
    return EG_OK;
}

int eg_attribution_alloc(struct eg_attribution *attribution, const struct eg_explainer *explainer,
                         size_t n, int keeps, size_t shards, struct eg_error *error)
{
    *attribution = (struct eg_attribution){
        .explainer = *explainer, .n = n, .keeps = keeps, .shards = shards};
    const size_t rows = explainer->background ? explainer->background->rows : 0;
    const int status = check_explainer(explainer, rows, keeps, error);
    if (status)
        return status;
    attribution->k = explainer->method->count_points(&explainer->settings, rows);
    if (explainer->method->explain)
        return EG_OK;
    attribution->piece = choose_piece(explainer->method, attribution->k);
    attribution->spaces = eg_alloc(shards, sizeof *attribution->spaces, error);
    if (explainer->method->draw_path)
        attribution->path.reference = eg_alloc(n * attribution->k,
                                               sizeof *attribution->path.reference, error);
    struct carver carver = {0};
    if (attribution->spaces) {
        carve_all(attribution, &carver);
        attribution->block_size = carver.used;
        attribution->block = eg_alloc(carver.used, sizeof(real), error);
    }
    if (!attribution->block || (explainer->method->draw_path && !attribution->path.reference)) {
        eg_attribution_free(attribution);
        return EG_INTERNAL;
    }
    carver = (struct carver){.block = attribution->block};
    carve_all(attribution, &carver);
    return EG_OK;
}

void eg_attribution_free(struct eg_attribution *attribution)
{
    free(attribution->path.reference);
    free(attribution->spaces);
    free(attribution->block);
    *attribution = (struct eg_attribution){0};
}

size_t eg_attribution_bytes(const struct eg_attribution *attribution)
{
    return attribution->block_size * sizeof(real) +
           attribution->shards * sizeof *attribution->spaces +
           attribution->n * attribution->k * sizeof *attribution->path.reference;
}
