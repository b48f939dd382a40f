/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <omp.h>

#include "attribution/sweep.h"
#include "base/wide.h"

/* t_0 = u = v * w; tangents up, and d_l t_{l-1}' into the gradient, where that is not NULL. */
static void sweep_tangents(const struct eg_attribution *attribution, real *gradient)
{
    const struct eg_network *network = attribution->explainer.network;
    const struct eg_workers *workers = &attribution->workers;
    const struct eg_piece *piece = attribution->space;
    const real *t_in = piece->weights;
    for (size_t l = 0; l < network->layer_count; l++) {
        const struct eg_layer *layer = l ? &network->layers[l] : &attribution->first;
        const size_t offset = l ? layer->offset : attribution->column;
        const real *theta = network->theta + offset;
        const size_t m = l ? piece->count : piece->rows;
        real *t = piece->t[l];
        eg_layer_tangent(workers, layer, theta, m, l ? piece->h[l - 1] : piece->points, t_in, t);
        if (gradient)
            eg_layer_accumulate_weights(workers, layer, theta, m, t_in, piece->d[l],
                                        gradient + offset);
        if (l == 0 && piece->by_segment)
            eg_piece_spread_tangents(attribution, t);
        if (layer->type->curve)
            eg_layer_curve(workers, layer, theta, m, l ? piece->h[l - 1] : piece->points, t_in,
                           piece->d[l], piece->c_in[l]);
        eg_layer_join(workers, layer, piece->count, piece->t, t);
        if (layer->activation->curve)
            layer->activation->curve(piece->count * layer->outputs, piece->h[l], t, piece->d[l],
                                     piece->c[l]);
        eg_layer_multiply_slope(workers, layer, piece->count, piece->h[l], t);
        t_in = t;
    }
}

static void curve_target(const struct eg_attribution *attribution, real *adjoint)
{
    const struct eg_piece *piece = attribution->space;
    const struct eg_explainer *explainer = &attribution->explainer;
    const size_t top = explainer->network->layer_count - 1, outputs = explainer->network->outputs;
    const size_t width = eg_target_label_width(&explainer->target, outputs);
    for (size_t i = 0; i < piece->count; i++) {
        const size_t sample = (piece->first + i) / attribution->k;
        const real *y = attribution->y ? attribution->y + sample * width : NULL;
        eg_target_curve(&explainer->target, outputs, piece->h[top] + i * outputs, y,
                        piece->t[top] + i * outputs, adjoint + i * outputs);
    }
}

EG_WIDE static void add_up(size_t count, const real *restrict values, real *restrict to)
{
    for (size_t i = 0; i < count; i++)
        to[i] += values[i];
}

/* The second adjoint stream, from the last layer that has curvature down. With gradient NULL it goes on
 * to the input, into adjoint[1]; returns whether there is such a layer. */
static int sweep_second_adjoints(const struct eg_attribution *attribution, real *gradient)
{
    const struct eg_network *network = attribution->explainer.network;
    const struct eg_workers *workers = &attribution->workers;
    const struct eg_piece *piece = attribution->space;
    const size_t top = network->layer_count - 1, m = piece->count;
    int is_zero = eg_target_is_linear(&attribution->explainer.target);
    if (!is_zero)
        curve_target(attribution, piece->adjoint[top % 2]);
    eg_clear_skips(network, m, piece->skip);
    for (size_t l = network->layer_count; l-- > 0;) {
        const struct eg_layer *layer = &network->layers[l];
        const real *theta = network->theta + layer->offset;
        real *adjoint = piece->adjoint[l % 2], *below = piece->adjoint[(l + 1) % 2];
        if (is_zero && !layer->activation->curve && !layer->type->curve)
            continue;
        if (is_zero)
            memset(adjoint, 0, m * layer->outputs * sizeof *adjoint);
        is_zero = 0;
        eg_layer_take_skip(workers, layer, m, piece->skip[l], adjoint);
        eg_layer_multiply_slope(workers, layer, m, piece->h[l], adjoint);
        if (layer->activation->curve)
            add_up(m * layer->outputs, piece->c[l], adjoint);
        eg_layer_join_back(workers, layer, m, adjoint, piece->skip);
        const real *in = l ? piece->h[l - 1] : piece->points;
        if (gradient) {
            real *own = gradient + layer->offset;
            eg_layer_accumulate_weights(workers, layer, theta, m, in, adjoint, own);
            eg_layer_accumulate_bias(workers, layer, theta, m, adjoint, own);
        }
        if (l == 0 && gradient)
            break;
        eg_layer_backward(workers, layer, theta, m, in, adjoint, below);
        if (layer->type->curve)
            add_up(m * layer->inputs, piece->c_in[l], below);
    }
    return !is_zero;
}

/* weights *= v, that of each row's sample */
EG_WIDE static void multiply_weights(const struct eg_attribution *attribution, const real *v)
{
    const struct eg_piece *piece = attribution->space;
    const size_t p = attribution->explainer.network->inputs, columns = attribution->columns;
    for (size_t i = 0; i < piece->rows; i++) {
        const size_t point = piece->first + eg_piece_point(piece, i);
        const real *restrict of_sample = v + point / attribution->k * p + attribution->column;
        real *restrict weight = piece->weights + i * columns;
        for (size_t j = 0; j < columns; j++)
            weight[j] *= of_sample[j];
    }
}

/* u = v * w in place of the piece's weights, hidden values and deltas in theirs */
static void prepare_piece(const struct eg_attribution *attribution, const real *v)
{
    const struct eg_piece *piece = attribution->space;
    /* Layers whose map is routed by the forward sweep read their input, as the second stream does. */
    const int needs_points = eg_is_curved(attribution) || !eg_is_interpolated(attribution);
    if (attribution->has_segments)
        eg_piece_find_segments(attribution);
    eg_piece_place(attribution, needs_points ? piece->points : NULL, piece->weights);
    if (!attribution->stores) {
        eg_piece_sweep(attribution);
        if (piece->by_segment)
            eg_piece_gather_deltas(attribution);
    }
    multiply_weights(attribution, v);
}

static void pull_back_piece(const struct eg_attribution *attribution, const real *v, real *gradient)
{
    prepare_piece(attribution, v);
    sweep_tangents(attribution, gradient);
    if (eg_is_curved(attribution))
        sweep_second_adjoints(attribution, gradient);
}

/* A group of consecutive pieces, which begins with the point first: gradient += dOmega/dtheta. */
static void pull_back_group(const struct eg_attribution *attribution, size_t n, size_t first,
                            size_t end, const real *v, real *gradient)
{
    while (first < end) {
        const size_t next = eg_piece_end(attribution, n, first);
        eg_piece_locate(attribution, first, next - first);
        pull_back_piece(attribution, v, gradient);
        first = next;
    }
}

/* Each group adds up by itself, a worker at a time; then the sums are added in the groups' order, so
 * that threads change no bit. */
static void pull_back_in_groups(const struct eg_attribution *attribution, size_t n, const real *v,
                                real *gradient)
{
    const size_t parameters = attribution->explainer.network->parameters;
    const size_t unit = eg_attribution_unit(attribution), groups = attribution->groups;
    const size_t points = n * attribution->k, units = (points + unit - 1) / unit;
#pragma omp parallel num_threads((int)attribution->piece_workers) if (attribution->piece_workers > \
                                                                      1)
    {
        const struct eg_attribution own = eg_attribution_worker(attribution,
                                                                (size_t)omp_get_thread_num());
        real *restrict sum = own.space->gradient;
#pragma omp for ordered schedule(static, 1)
        for (size_t group = 0; group < groups; group++) {
            const size_t end = (group + 1) * units / groups * unit;
            memset(sum, 0, parameters * sizeof *sum);
            pull_back_group(&own, n, group * units / groups * unit, end < points ? end : points, v,
                            sum);
#pragma omp ordered
            add_up(parameters, sum, gradient);
        }
    }
}

void eg_attribution_pull_back(struct eg_attribution *attribution, size_t n, const real *v,
                              real *gradient)
{
    if (attribution->groups > 1)
        pull_back_in_groups(attribution, n, v, gradient);
    else
        pull_back_group(attribution, n, 0, n * attribution->k, v, gradient);
}

/* How points and weights of one row of the piece move with x. */
struct motion {
    real along, with_x;
};

/* Of methods that are no path's: all rows' into along, which is returned, and *with_x. */
static const real *place_slopes(const struct eg_attribution *attribution, real *along, real *with_x)
{
    const struct eg_explainer *explainer = &attribution->explainer;
    const struct eg_piece *piece = attribution->space;
    const size_t k = attribution->k, p = explainer->network->inputs;
    if (explainer->method->draw_path)
        return NULL;
    for (size_t i = 0; i < piece->samples; i++)
        explainer->method->place_slopes(&explainer->settings, k, p, explainer->background,
                                        eg_stream_item(&attribution->stream, piece->sample + i),
                                        along + i * k, with_x);
    return along;
}

/* On a path; shared segments have their coefficients in them. */
static struct motion find_motion(const struct eg_attribution *attribution, size_t point)
{
    const struct eg_path *path = &attribution->path;
    return (struct motion){path->alpha[point], attribution->space->by_segment
                                                   ? 1
                                                   : path->coefficient[point % attribution->k]};
}

/* slope of the piece's samples += coefficient v * grad g + alpha H u, and end grad g(x) */
static void pull_piece_to_input(const struct eg_attribution *attribution, const real *v, double end,
                                real *slope)
{
    const struct eg_network *network = attribution->explainer.network;
    const struct eg_piece *piece = attribution->space;
    const size_t p = network->inputs;
    real with_x = 0;
    prepare_piece(attribution, v);
    sweep_tangents(attribution, NULL);
    const int has_second = sweep_second_adjoints(attribution, NULL);
    eg_layer_backward(&attribution->workers, &network->layers[0], network->theta, piece->rows,
                      piece->points, piece->d[0], piece->adjoint[0]);
    /* Nobody reads the points any more: there is room. */
    const real *along = place_slopes(attribution, piece->points, &with_x);
    for (size_t i = 0; i < piece->rows; i++) {
        const size_t point = piece->first + eg_piece_point(piece, i);
        const size_t sample = point / attribution->k;
        const struct motion motion = along ? (struct motion){along[i], with_x}
                                           : find_motion(attribution, point);
        const real alpha = has_second ? motion.along : 0;
        const real *restrict first = piece->adjoint[0] + i * p;
        const real *restrict second = piece->adjoint[has_second] + i * p;
        for (size_t j = 0; j < p; j++)
            slope[sample * p + j] += motion.with_x * v[sample * p + j] * first[j] +
                                     alpha * second[j];
        for (size_t j = 0; j < p && end > 0 && alpha == 1; j++)
            slope[sample * p + j] += (real)end * first[j];
    }
}

void eg_attribution_pull_back_ends(struct eg_attribution *attribution, size_t n, const real *v,
                                   double end, real *slope)
{
    const size_t points = n * attribution->k;
    memset(slope, 0, n * attribution->explainer.network->inputs * sizeof *slope);
    for (size_t first = 0; first < points; first = eg_piece_end(attribution, n, first)) {
        eg_piece_locate(attribution, first, eg_piece_end(attribution, n, first) - first);
        pull_piece_to_input(attribution, v, end, slope);
    }
}

void eg_attribution_pull_back_input(struct eg_attribution *attribution, size_t n, const real *v,
                                    real *slope)
{
    eg_attribution_pull_back_ends(attribution, n, v, 0, slope);
}
