/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "attribution/explain_rows.h"
#include "attribution/narrow_sweep.h"

#include "base/sizes.h"

/* Enough points to run matrix products near full speed, few enough for the cache, and where a point
 * is an image with all its hidden values for the memory. */
static size_t choose_piece(const struct eg_explainer *explainer, size_t k)
{
    enum { LEAST = 128, MOST = 256, CACHED = 1 << 16, NUMBERS = 1 << 25 };
    size_t each = explainer->network->inputs + 1; /* numbers of a point, all in all */
    for (size_t l = 0; l < explainer->network->layer_count; l++)
        each += explainer->network->layers[l].outputs;
    const size_t fit = NUMBERS / each < 1 ? 1 : NUMBERS / each;
    const size_t cached = CACHED / each < LEAST ? LEAST : CACHED / each;
    const size_t most = cached < MOST ? cached : MOST, target = fit < most ? fit : most;
    if (k <= target)
        return target / k * k;
    return explainer->method->draw_path ? target : k;
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
    carver->used += eg_round_up(count, line);
    return part;
}

/* Threads take a group of pieces each where pieces are many, or a sweep of one is so short that sharing
 * its layers would be mostly waiting; else they share the layers. */
static void choose_groups(struct eg_attribution *attribution)
{
    enum { GROUPS = 8, SHORT = 1 << 25 };
    const struct eg_network *network = attribution->explainer.network;
    const size_t unit = eg_attribution_unit(attribution), threads = attribution->workers.threads;
    const size_t units = (attribution->n * attribution->k + unit - 1) / unit;
    size_t work = 0; /* multiplications of a piece's sweep */
    for (size_t l = 0; l < network->layer_count; l++)
        work += attribution->piece * network->layers[l].work;
    if (units >= GROUPS)
        attribution->groups = GROUPS;
    else
        attribution->groups = work < SHORT && units > 1 ? units : 1;
    attribution->piece_workers = attribution->groups < threads ? attribution->groups : threads;
}

/* Shared segments are looked for where a piece is likely to have fewer of them than points. */
static int choose_segments(const struct eg_attribution *attribution)
{
    return attribution->keeps && eg_is_interpolated(attribution) && !eg_is_curved(attribution) &&
           attribution->explainer.settings.references != EG_REFERENCES_SHIFTED &&
           eg_count_references(attribution, attribution->n) <= 2 * attribution->k;
}

/* Whether the hidden values and deltas of all points are kept, for a pull-back and within bounds. */
static int choose_stores(const struct eg_attribution *attribution)
{
    const struct eg_explainer *explainer = &attribution->explainer;
    const double most = explainer->memory ? (double)explainer->memory : 1 << 30;
    double each = 0;
    for (size_t l = 0; l < explainer->network->layer_count; l++)
        each += 2 * sizeof(real) * (double)explainer->network->layers[l].outputs;
    return attribution->keeps && each * (double)attribution->n * (double)attribution->k <= most;
}

static void carve_piece(const struct eg_attribution *attribution, struct carver *carver,
                        struct eg_piece *piece)
{
    const struct eg_network *network = attribution->explainer.network;
    const size_t size = attribution->piece, width = eg_network_width(network);
    real *rooms[2] = {NULL, NULL};
    piece->points = carve(carver, size * network->inputs);
    piece->weights = carve(carver, size * network->inputs); /* methods may place all columns */
    piece->adjoint[0] = carve(carver, size * width);
    for (size_t l = 0; l < network->layer_count; l++)
        if (network->layers[l].is_marked)
            piece->skip[l] = carve(carver, size * network->layers[l].outputs);
    if (eg_is_narrow(attribution))
        piece->tiles = carve(carver, eg_narrow_room(attribution));
    if (!attribution->keeps)
        return;
    piece->adjoint[1] = carve(carver, size * width);
    if (attribution->groups > 1)
        piece->gradient = carve(carver, network->parameters);
    for (size_t l = 0; l < network->layer_count; l++) {
        const struct eg_layer *layer = &network->layers[l];
        if (l < 2)
            rooms[l] = carve(carver, size * width);
        piece->t[l] = layer->is_marked ? carve(carver, size * layer->outputs) : rooms[l % 2];
        if (layer->activation->curve)
            piece->c[l] = carve(carver, size * layer->outputs);
        if (layer->type->curve)
            piece->c_in[l] = carve(carver, size * layer->inputs);
    }
}

static void carve_all(struct eg_attribution *attribution, struct carver *carver)
{
    const struct eg_network *network = attribution->explainer.network;
    const size_t n = attribution->n, points = n * attribution->k;
    const size_t kept = attribution->stores ? points
                                            : attribution->piece_workers * attribution->piece;
    if (attribution->explainer.method->draw_path) {
        attribution->path.alpha = carve(carver, points);
        attribution->path.coefficient = carve(carver, attribution->k);
    }
    if (eg_is_interpolated(attribution)) {
        const size_t outputs = network->layers[0].outputs;
        attribution->map_x = carve(carver, n * outputs);
        attribution->map_reference = attribution->explainer.settings.references ==
                                             EG_REFERENCES_SHIFTED
                                         ? attribution->map_x
                                         : carve(carver,
                                                 eg_count_references(attribution, n) * outputs);
    }
    for (size_t l = 0; l < network->layer_count; l++) {
        attribution->h[l] = carve(carver, kept * network->layers[l].outputs);
        attribution->d[l] = carve(carver, kept * network->layers[l].outputs);
    }
    for (size_t worker = 0; worker < attribution->piece_workers; worker++)
        carve_piece(attribution, carver, &attribution->space[worker]);
}

enum { ENOUGH = 2 }; /* samples and rows that do for each method with usual settings */

/* Whether the method has points with so many samples and rows, all else being usual. */
static int takes(const struct eg_method *method, size_t samples, size_t rows)
{
    const struct eg_method_settings usual = {.samples = samples, .rule = EG_RULE_MIDPOINT};
    return method->count_points(&usual, rows) > 0;
}

/* The samples of one round over all references: a method that goes through it both ways has twice as many. */
static size_t count_round(const struct eg_explainer *explainer, size_t rows)
{
    struct eg_method_settings once = explainer->settings;
    once.samples = rows;
    return explainer->method->count_points(&once, rows) > 0 ? rows : 2 * rows;
}

/* Says why the method has no points. */
static int refuse_settings(const struct eg_explainer *explainer, size_t rows,
                           struct eg_error *error)
{
    const struct eg_method *method = explainer->method;
    const struct eg_method_settings *settings = &explainer->settings;
    if (rows == 0 && !takes(method, ENOUGH, 0))
        return eg_fail(error, EG_USAGE, "%s needs a background: give it rows", method->name);
    if (!(settings->noise >= 0))
        return eg_fail(error, EG_USAGE, "%s: noise of sd %g: give a number from 0 on", method->name,
                       settings->noise);
    if (settings->samples == 0)
        return eg_fail(error, EG_USAGE, "%s: 0 samples: give at least one", method->name);
    if (!takes(method, settings->samples, rows))
        return eg_fail(error, EG_USAGE,
                       "%s: %zu samples on %zu background rows are too few: give %d of each",
                       method->name, settings->samples, rows, ENOUGH);
    if (settings->references == EG_REFERENCES_ALL)
        return eg_fail(error, EG_USAGE,
                       "%s: %zu samples for all %zu references: give a multiple of %zu",
                       method->name, settings->samples, rows, count_round(explainer, rows));
    if (settings->references == EG_REFERENCES_SHIFTED)
        return eg_fail(error, EG_USAGE, "%s takes no cyclic shifts as references", method->name);
    return eg_fail(error, EG_USAGE, "%s: %zu samples are too few for the rule: give at least two",
                   method->name, settings->samples);
}

int eg_explainer_check(const struct eg_explainer *explainer, size_t rows, struct eg_error *error)
{
    if (explainer->background && explainer->background->cols != explainer->network->inputs)
        return eg_fail(
            error, EG_USAGE, "%s: the background has %zu columns, but the network has %zu inputs",
            explainer->method->name, explainer->background->cols, explainer->network->inputs);
    if (explainer->method->count_points(&explainer->settings, rows) == 0)
        return refuse_settings(explainer, rows, error);
    if (explainer->features > explainer->network->inputs ||
        explainer->feature_first > explainer->network->inputs - explainer->features)
        return eg_fail(error, EG_USAGE, "%s: features %zu to %zu of only %zu",
                       explainer->method->name, explainer->feature_first,
                       explainer->feature_first + explainer->features, explainer->network->inputs);
    if (explainer->method->check)
        return explainer->method->check(&explainer->settings, explainer->network,
                                        explainer->background, error);
    return EG_OK;
}

/* A dense first layer is cut to the inputs that are explained: the others' share of phi is not read,
 * and their tangent is zero. */
static void choose_columns(struct eg_attribution *attribution)
{
    const struct eg_explainer *explainer = &attribution->explainer;
    attribution->first = explainer->network->layers[0];
    attribution->columns = explainer->network->inputs;
    if (explainer->features == 0 || attribution->first.type != &eg_dense)
        return;
    attribution->column = explainer->feature_first;
    attribution->columns = explainer->features;
    attribution->first.inputs = explainer->features;
    attribution->first.work = explainer->features * attribution->first.outputs;
}

static int allocate_segments(struct eg_attribution *attribution, struct eg_error *error)
{
    const size_t size = attribution->piece;
    const size_t each = 2 * size + eg_count_references(attribution, attribution->n);
    attribution->segments_size = attribution->piece_workers * each;
    attribution->segments = eg_alloc(attribution->segments_size, sizeof *attribution->segments,
                                     error);
    if (!attribution->segments)
        return EG_INTERNAL;
    for (size_t worker = 0; worker < attribution->piece_workers; worker++) {
        struct eg_piece *piece = &attribution->space[worker];
        piece->segment = attribution->segments + worker * each;
        piece->origin = piece->segment + size;
        piece->met = piece->origin + size;
    }
    return EG_OK;
}

/* Draws of that many points are worth starting threads for. */
enum { DRAWS_LEAST = 1 << 14 };

static int allocate_all(struct eg_attribution *attribution, struct eg_error *error)
{
    const struct eg_explainer *explainer = &attribution->explainer;
    struct carver carver = {0};
    if (eg_workers_alloc(&attribution->workers, explainer->network, explainer->threads, error))
        return EG_INTERNAL;
    choose_groups(attribution);
    attribution->stores = choose_stores(attribution);
    attribution->has_segments = choose_segments(attribution);
    attribution->path.threads = attribution->n * attribution->k < DRAWS_LEAST
                                    ? 1
                                    : attribution->piece_workers;
    attribution->space = eg_alloc(attribution->piece_workers, sizeof *attribution->space, error);
    if (!attribution->space)
        return EG_INTERNAL;
    carve_all(attribution, &carver);
    attribution->block_size = carver.used;
    attribution->block = eg_alloc(carver.used, sizeof(real), error);
    if (!attribution->block)
        return EG_INTERNAL;
    carver = (struct carver){.block = attribution->block};
    carve_all(attribution, &carver);
    if (explainer->method->draw_path)
        attribution->path.reference = eg_alloc(attribution->n * attribution->k,
                                               sizeof *attribution->path.reference, error);
    if (explainer->method->draw_path && !attribution->path.reference)
        return EG_INTERNAL;
    return attribution->has_segments ? allocate_segments(attribution, error) : EG_OK;
}

int eg_attribution_alloc(struct eg_attribution *attribution, const struct eg_explainer *explainer,
                         size_t n, int keeps, struct eg_error *error)
{
    *attribution = (struct eg_attribution){.explainer = *explainer, .n = n, .keeps = keeps};
    const size_t rows = eg_count_references(attribution, n);
    int status = eg_explainer_check(explainer, rows, error);
    if (!status && explainer->method->explain)
        status = eg_fail(error, EG_USAGE, "%s has no gradient: it cannot be trained with",
                         explainer->method->name);
    if (status)
        return status;
    attribution->k = explainer->method->count_points(&explainer->settings, rows);
    attribution->piece = choose_piece(explainer, attribution->k);
    if (attribution->piece > n * attribution->k)
        attribution->piece = n * attribution->k;
    choose_columns(attribution);
    status = allocate_all(attribution, error);
    if (status)
        eg_attribution_free(attribution);
    return status;
}

void eg_attribution_free(struct eg_attribution *attribution)
{
    eg_workers_free(&attribution->workers);
    free(attribution->path.reference);
    free(attribution->segments);
    free(attribution->space);
    free(attribution->block);
    *attribution = (struct eg_attribution){0};
}

size_t eg_attribution_bytes(const struct eg_attribution *attribution)
{
    const struct eg_workers *workers = &attribution->workers;
    return (attribution->block_size + workers->threads * workers->each) * sizeof(real) +
           attribution->piece_workers * sizeof *attribution->space +
           attribution->segments_size * sizeof *attribution->segments +
           attribution->n * attribution->k * sizeof *attribution->path.reference;
}
