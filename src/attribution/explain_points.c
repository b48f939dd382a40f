/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include <omp.h>

#include "attribution/narrow_sweep.h"
#include "base/wide.h"

static void map_first_layer(const struct eg_attribution *attribution, size_t n)
{
    const struct eg_network *network = attribution->explainer.network;
    const struct eg_layer *layer = &network->layers[0];
    eg_layer_forward(&attribution->workers, layer, network->theta, n, attribution->x,
                     attribution->map_x);
    if (attribution->map_reference == attribution->map_x) /* cyclic shift: they are the same rows */
        return;
    eg_layer_forward(&attribution->workers, layer, network->theta,
                     eg_count_references(attribution, n), attribution->references,
                     attribution->map_reference);
}

/* Squares of one point's shares w * grad g(z), and of their sum. */
static void add_squares(size_t p, const real *weight, const real *gradient, double *squares,
                        double *total_square)
{
    double total = 0;
    for (size_t i = 0; i < p; i++) {
        const double share = (double)weight[i] * (double)gradient[i];
        squares[i] += share * share;
        total += share;
    }
    *total_square += total * total;
}

/* A row's share of phi is w * grad g(z). */
EG_WIDE static void add_points(const struct eg_attribution *attribution, real *phi, double *squares,
                               double *total_squares)
{
    const struct eg_piece *piece = attribution->space;
    const size_t p = attribution->explainer.network->inputs, columns = attribution->columns;
    for (size_t i = 0; i < piece->rows; i++) {
        const size_t sample = (piece->first + eg_piece_point(piece, i)) / attribution->k;
        const size_t at = sample * p + attribution->column;
        const real *restrict weight = piece->weights + i * columns;
        const real *restrict gradient = piece->adjoint[0] + i * columns;
        real *restrict sum = phi + at;
        for (size_t j = 0; j < columns; j++)
            sum[j] += weight[j] * gradient[j];
        if (squares)
            add_squares(columns, weight, gradient, squares + at, total_squares + sample);
    }
}

/* The same on a path, the weights made on the way. */
EG_WIDE static void add_points_on_path(const struct eg_attribution *attribution, real *phi)
{
    const struct eg_piece *piece = attribution->space;
    const size_t p = attribution->explainer.network->inputs, columns = attribution->columns;
    for (size_t row = 0; row < piece->rows; row++) {
        const struct eg_way way = eg_piece_way(attribution, row);
        const real *restrict x = way.x, *restrict reference = way.reference;
        const real *restrict gradient = piece->adjoint[0] + row * columns;
        real *restrict sum = phi + way.sample * p + attribution->column;
        for (size_t j = 0; j < columns; j++)
            sum[j] += way.coefficient * (x[j] - reference[j]) * gradient[j];
    }
}

/* Whether there is no more to a row of weights than where its point lies. */
static int needs_no_weights(const struct eg_attribution *attribution, const double *squares)
{
    const struct eg_explainer *explainer = &attribution->explainer;
    const int is_cut = explainer->features && attribution->columns == explainer->network->inputs;
    return explainer->method->draw_path && !squares && !is_cut;
}

static void explain_piece(const struct eg_attribution *attribution, real *phi, double *squares,
                          double *total_squares)
{
    const struct eg_piece *piece = attribution->space;
    const struct eg_network *network = attribution->explainer.network;
    const int needs_points = !eg_is_interpolated(attribution);
    const int is_narrow = piece->tiles != NULL;
    if (attribution->has_segments && !squares)
        eg_piece_find_segments(attribution);
    const int no_weights = needs_no_weights(attribution, squares);
    eg_piece_place(attribution, needs_points ? piece->points : NULL,
                   no_weights ? NULL : piece->weights);
    if (is_narrow)
        eg_narrow_sweep(attribution);
    else
        eg_piece_sweep(attribution);
    if (piece->by_segment)
        eg_piece_gather_deltas(attribution);
    if (is_narrow && !squares) {
        eg_narrow_add(attribution, phi);
        return;
    }
    eg_layer_backward(&attribution->workers, &attribution->first,
                      network->theta + attribution->column, piece->rows, piece->points, piece->d[0],
                      piece->adjoint[0]);
    if (no_weights)
        add_points_on_path(attribution, phi);
    else
        add_points(attribution, phi, squares, total_squares);
    if (attribution->has_segments && squares) { /* their squares need the points one by one */
        eg_piece_find_segments(attribution);
        eg_piece_gather_deltas(attribution);
    }
}

/* Each share is s_k / K, so the variance of the mean of the s_k is K / (K-1) times the sum of
 * (share - mean share)^2. */
static double variance_of_sum(double square, double sum, size_t k)
{
    if (k < 2)
        return 0;
    const double spread = square - sum * sum / (double)k;
    return spread > 0 ? spread * (double)k / (double)(k - 1) : 0;
}

static void finish_variances(const struct eg_attribution *attribution, size_t n, const real *phi,
                             double *variance, double *total_variance)
{
    const size_t p = attribution->explainer.network->inputs, k = attribution->k;
    for (size_t sample = 0; sample < n; sample++) {
        double total = 0;
        for (size_t i = sample * p; i < (sample + 1) * p; i++) {
            total += (double)phi[i];
            variance[i] = variance_of_sum(variance[i], (double)phi[i], k);
        }
        total_variance[sample] = variance_of_sum(total_variance[sample], total, k);
    }
}

/* The pieces of the points from `begin` on. */
static void explain_pieces(const struct eg_attribution *attribution, size_t n, size_t begin,
                           size_t end, real *phi, double *variance, double *total_variance)
{
    while (begin < end) {
        const size_t next = eg_piece_end(attribution, n, begin);
        eg_piece_locate(attribution, begin, next - begin);
        explain_piece(attribution, phi, variance, total_variance);
        begin = next;
    }
}

/* What adds to the same row of phi stays with one worker: whole samples, or all pieces of one. */
static void explain_by_workers(const struct eg_attribution *attribution, size_t n, real *phi,
                               double *variance, double *total_variance)
{
    const size_t points = n * attribution->k, unit = eg_attribution_unit(attribution);
#pragma omp parallel num_threads((int)attribution->piece_workers)
    {
        const struct eg_attribution own = eg_attribution_worker(attribution,
                                                                (size_t)omp_get_thread_num());
#pragma omp for schedule(dynamic, 1)
        for (size_t begin = 0; begin < points; begin += unit)
            explain_pieces(&own, n, begin, begin + unit < points ? begin + unit : points, phi,
                           variance, total_variance);
    }
}

void eg_attribution_explain(struct eg_attribution *attribution, size_t n, const real *x,
                            const real *y, struct eg_stream stream, real *phi, double *variance,
                            double *total_variance)
{
    const struct eg_explainer *explainer = &attribution->explainer;
    const size_t p = explainer->network->inputs, k = attribution->k;
    attribution->x = x;
    attribution->y = y;
    attribution->stream = stream;
    memset(phi, 0, n * p * sizeof *phi);
    if (variance) {
        memset(variance, 0, n * p * sizeof *variance);
        memset(total_variance, 0, n * sizeof *total_variance);
    }
    const int is_shifted = explainer->settings.references == EG_REFERENCES_SHIFTED;
    attribution->references = is_shifted || !explainer->background ? x
                                                                   : explainer->background->data;
    if (explainer->method->draw_path)
        explainer->method->draw_path(&explainer->settings, n, k,
                                     eg_count_references(attribution, n), stream,
                                     &attribution->path);
    if (eg_is_interpolated(attribution))
        map_first_layer(attribution, n);
    if (attribution->piece_workers > 1)
        explain_by_workers(attribution, n, phi, variance, total_variance);
    else /* no region of OpenMP's: in one, layers would begin their threads anew for each sweep */
        explain_pieces(attribution, n, 0, n * k, phi, variance, total_variance);
    if (variance)
        finish_variances(attribution, n, phi, variance, total_variance);
}
