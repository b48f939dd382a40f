/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attribution/sweep.h"

#include <string.h>

#include "base/wide.h"

struct eg_attribution eg_attribution_worker(const struct eg_attribution *attribution, size_t worker)
{
    const struct eg_network *network = attribution->explainer.network;
    struct eg_attribution own = *attribution;
    if (attribution->piece_workers == 1)
        return own;
    own.space += worker;
    own.workers.threads = 1;
    own.workers.scratch += worker * own.workers.each;
    for (size_t l = 0; l < network->layer_count && !attribution->stores; l++) {
        own.h[l] += worker * attribution->piece * network->layers[l].outputs;
        own.d[l] += worker * attribution->piece * network->layers[l].outputs;
    }
    return own;
}

void eg_piece_locate(const struct eg_attribution *attribution, size_t first, size_t count)
{
    const struct eg_network *network = attribution->explainer.network;
    const size_t offset = attribution->stores ? first : 0;
    struct eg_piece *piece = attribution->space;
    piece->first = first;
    piece->count = count;
    piece->by_segment = 0;
    piece->rows = count;
    piece->sample = first / attribution->k;
    piece->samples = (first + count - 1) / attribution->k - piece->sample + 1;
    for (size_t l = 0; l < network->layer_count; l++) {
        piece->h[l] = attribution->h[l] + offset * network->layers[l].outputs;
        piece->d[l] = attribution->d[l] + offset * network->layers[l].outputs;
    }
}

size_t eg_piece_end(const struct eg_attribution *attribution, size_t n, size_t first)
{
    const size_t k = attribution->k, piece = attribution->piece;
    const size_t limit = piece < k ? (first / k + 1) * k : n * k;
    return first + piece < limit ? first + piece : limit;
}

size_t eg_attribution_unit(const struct eg_attribution *attribution)
{
    return attribution->piece < attribution->k ? attribution->k : attribution->piece;
}

size_t eg_count_references(const struct eg_attribution *attribution, size_t n)
{
    const struct eg_explainer *explainer = &attribution->explainer;
    if (explainer->settings.references == EG_REFERENCES_SHIFTED)
        return n;
    return explainer->background ? explainer->background->rows : 0;
}

int eg_is_curved(const struct eg_attribution *attribution)
{
    return eg_network_is_curved(attribution->explainer.network) ||
           !eg_target_is_linear(&attribution->explainer.target);
}

int eg_is_interpolated(const struct eg_attribution *attribution)
{
    const size_t n = attribution->n;
    return attribution->explainer.method->draw_path != NULL &&
           attribution->explainer.network->layers[0].type == &eg_dense &&
           eg_count_references(attribution, n) + n <= n * attribution->k;
}

EG_WIDE static void place_points(const struct eg_attribution *attribution, real *points)
{
    const size_t p = attribution->explainer.network->inputs;
    for (size_t i = 0; i < attribution->space->count; i++) {
        const size_t point = attribution->space->first + i;
        const real *restrict x = attribution->x + point / attribution->k * p;
        const real *restrict reference = attribution->references +
                                         attribution->path.reference[point] * p;
        const real alpha = attribution->path.alpha[point];
        real *restrict z = points + i * p;
        for (size_t j = 0; j < p; j++)
            z[j] = reference[j] + alpha * (x[j] - reference[j]);
    }
}

EG_WIDE static void place_weights(const struct eg_attribution *attribution, real *weights)
{
    const size_t columns = attribution->columns;
    for (size_t row = 0; row < attribution->space->rows; row++) {
        const struct eg_way way = eg_piece_way(attribution, row);
        const real *restrict x = way.x, *restrict reference = way.reference;
        real *restrict w = weights + row * columns;
        for (size_t j = 0; j < columns; j++)
            w[j] = way.coefficient * (x[j] - reference[j]);
    }
}

/* Leaves of the weights (rows x p) the attribution's columns, and zero for those of them that are
 * not explained. */
static void cut_weights(const struct eg_attribution *attribution, real *weights)
{
    const struct eg_explainer *explainer = &attribution->explainer;
    const size_t rows = attribution->space->rows, p = explainer->network->inputs;
    const size_t columns = attribution->columns;
    const size_t first = explainer->feature_first, end = first + explainer->features;
    for (size_t i = 0; i < rows && columns < p; i++)
        memmove(weights + i * columns, weights + i * p + first, columns * sizeof *weights);
    for (size_t i = 0; i < rows && columns == p && explainer->features; i++)
        for (size_t j = 0; j < p; j++)
            if (j < first || j >= end)
                weights[i * p + j] = 0;
}

void eg_piece_place(const struct eg_attribution *attribution, real *points, real *weights)
{
    const struct eg_explainer *explainer = &attribution->explainer;
    const struct eg_piece *piece = attribution->space;
    const size_t p = explainer->network->inputs, k = attribution->k;
    if (explainer->method->draw_path) {
        if (points)
            place_points(attribution, points);
        if (weights)
            place_weights(attribution, weights);
        if (weights && attribution->columns == p)
            cut_weights(attribution, weights);
        return;
    }
    for (size_t i = 0; i < piece->samples; i++) {
        const size_t sample = piece->sample + i;
        explainer->method->place_points(
            &explainer->settings, k, p, attribution->x + sample * p, explainer->background,
            eg_stream_item(&attribution->stream, sample), points + i * k * p, weights + i * k * p);
    }
    cut_weights(attribution, weights);
}

void eg_piece_find_segments(const struct eg_attribution *attribution)
{
    struct eg_piece *piece = attribution->space;
    const uint32_t *reference = attribution->path.reference + piece->first;
    size_t rows = 0, of_sample = 0;
    for (size_t i = 0; i < piece->count; i++) {
        uint32_t *met = &piece->met[reference[i]];
        if ((piece->first + i) % attribution->k == 0)
            of_sample = rows;
        /* What was met before this sample stays there until it is met again. */
        if (*met < of_sample || *met >= rows || reference[piece->origin[*met]] != reference[i]) {
            *met = (uint32_t)rows;
            piece->origin[rows++] = (uint32_t)i;
        }
        piece->segment[i] = *met;
    }
    piece->rows = rows;
    piece->by_segment = 1;
}

/* A segment's number is at most that of its first point, so the sums may go where the points' deltas were. */
EG_WIDE void eg_piece_gather_deltas(const struct eg_attribution *attribution)
{
    const struct eg_piece *piece = attribution->space;
    const size_t outputs = attribution->explainer.network->layers[0].outputs;
    for (size_t i = 0; i < piece->count; i++) {
        const size_t segment = piece->segment[i];
        const real coefficient = attribution->path.coefficient[(piece->first + i) % attribution->k];
        real *restrict own = piece->d[0] + i * outputs;
        for (size_t j = 0; j < outputs; j++)
            own[j] *= coefficient;
        if (segment == i)
            continue;
        real *restrict sum = piece->d[0] + segment * outputs;
        if (piece->origin[segment] == i)
            memcpy(sum, own, outputs * sizeof *sum);
        else
            for (size_t j = 0; j < outputs; j++)
                sum[j] += own[j];
    }
}

/* From the last point on, for the same reason. */
EG_WIDE void eg_piece_spread_tangents(const struct eg_attribution *attribution, real *t)
{
    const struct eg_piece *piece = attribution->space;
    const size_t outputs = attribution->explainer.network->layers[0].outputs;
    for (size_t i = piece->count; i-- > 0;) {
        const real coefficient = attribution->path.coefficient[(piece->first + i) % attribution->k];
        real *restrict own = t + i * outputs;
        if (piece->segment[i] != i)
            memcpy(own, t + piece->segment[i] * outputs, outputs * sizeof *own);
        for (size_t j = 0; j < outputs; j++)
            own[j] *= coefficient;
    }
}

EG_WIDE void eg_piece_interpolate(const struct eg_attribution *attribution, size_t first,
                                  size_t count, real *rows)
{
    const size_t outputs = attribution->first.outputs;
    for (size_t i = 0; i < count; i++) {
        const size_t point = attribution->space->first + first + i;
        const real *restrict at_x = attribution->map_x + point / attribution->k * outputs;
        const real *restrict at_reference = attribution->map_reference +
                                            attribution->path.reference[point] * outputs;
        const real alpha = attribution->path.alpha[point];
        real *restrict out = rows + i * outputs;
        for (size_t j = 0; j < outputs; j++)
            out[j] = at_reference[j] + alpha * (at_x[j] - at_reference[j]);
    }
}

void eg_piece_target_slopes(const struct eg_attribution *attribution, size_t first, size_t count,
                            const real *h, real *d)
{
    const struct eg_explainer *explainer = &attribution->explainer;
    const size_t outputs = explainer->network->outputs;
    const size_t width = eg_target_label_width(&explainer->target, outputs);
    for (size_t i = 0; i < count; i++) {
        const size_t sample = (attribution->space->first + first + i) / attribution->k;
        const real *y = attribution->y ? attribution->y + sample * width : NULL;
        eg_target_gradient(&explainer->target, outputs, h + i * outputs, y, d + i * outputs);
    }
}

static void sweep_deltas(const struct eg_attribution *attribution)
{
    const struct eg_piece *piece = attribution->space;
    const struct eg_network *network = attribution->explainer.network;
    const struct eg_workers *workers = &attribution->workers;
    const size_t top = network->layer_count - 1;
    eg_piece_target_slopes(attribution, 0, piece->count, piece->h[top], piece->d[top]);
    eg_clear_skips(network, piece->count, piece->skip);
    for (size_t l = top;; l--) {
        const struct eg_layer *layer = &network->layers[l];
        eg_layer_take_skip(workers, layer, piece->count, piece->skip[l], piece->d[l]);
        eg_layer_multiply_slope(workers, layer, piece->count, piece->h[l], piece->d[l]);
        eg_layer_join_back(workers, layer, piece->count, piece->d[l], piece->skip);
        if (l == 0)
            break;
        eg_layer_backward(workers, layer, network->theta + layer->offset, piece->count,
                          piece->h[l - 1], piece->d[l], piece->d[l - 1]);
    }
}

void eg_piece_sweep(const struct eg_attribution *attribution)
{
    const struct eg_piece *piece = attribution->space;
    const struct eg_network *network = attribution->explainer.network;
    for (size_t l = 0; l < network->layer_count; l++) {
        const struct eg_layer *layer = &network->layers[l];
        if (l == 0 && eg_is_interpolated(attribution))
            eg_piece_interpolate(attribution, 0, piece->count, piece->h[0]);
        else
            eg_layer_forward(&attribution->workers, layer, network->theta + layer->offset,
                             piece->count, l ? piece->h[l - 1] : piece->points, piece->h[l]);
        eg_layer_join(&attribution->workers, layer, piece->count, piece->h, piece->h[l]);
        eg_layer_activate(&attribution->workers, layer, piece->count, piece->h[l]);
    }
    sweep_deltas(attribution);
}
