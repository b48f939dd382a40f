/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/image/image_measures.h"

#include <stdlib.h>
#include <string.h>

#include "bench/experiments.h"
#include "datasets/distort.h"

/* Rows that go through the network at once, whatever the number of threads. */
enum { CHUNK = 100 };

/* The streams of EG_PURPOSE_CORRUPT of one replicate: noise of each kind has one for each level. */
enum { LEVELS_MAX = 64, ATTACK_STREAM = 2 * LEVELS_MAX, STREAMS };

static size_t size_of(const struct eg_image_meter *meter)
{
    return eg_image_size(&meter->data->set->shape);
}

static struct eg_stream noise_stream(const struct eg_image_meter *meter, uint64_t kind,
                                     uint64_t image)
{
    return eg_stream_make(meter->seed, EG_STREAM_IMAGE_NOISE, EG_PURPOSE_CORRUPT,
                          meter->replicate * STREAMS + kind, image);
}

static size_t largest(size_t count, const real *a)
{
    size_t best = 0;
    for (size_t i = 1; i < count; i++)
        best = a[i] > a[best] ? i : best;
    return best;
}

int eg_image_classify_rows(const struct eg_network *network, size_t n, const real *x,
                           size_t *classes, struct eg_error *error)
{
    real *a = eg_alloc(n * network->outputs, sizeof *a, error);
    const int status = a ? eg_network_predict(network, n, x, a, error) : EG_INTERNAL;
    for (size_t i = 0; i < n && !status; i++)
        classes[i] = largest(network->outputs, a + i * network->outputs);
    free(a);
    return status;
}

int eg_image_classify(const struct eg_image_meter *meter, size_t n, const real *x, size_t *classes,
                      struct eg_error *error)
{
    const size_t p = size_of(meter), chunks = (n + CHUNK - 1) / CHUNK;
    int failed = 0;
#pragma omp parallel for schedule(dynamic, 1) num_threads((int)meter->threads) reduction(| : failed)
    for (size_t chunk = 0; chunk < chunks; chunk++) {
        struct eg_error unheard;
        const size_t first = chunk * CHUNK, rows = n - first < CHUNK ? n - first : CHUNK;
        failed |= eg_image_classify_rows(meter->network, rows, x + first * p, classes + first,
                                         &unheard);
    }
    return failed ? eg_fail(error, EG_INTERNAL, "out of memory classifying %zu images", n) : EG_OK;
}

int eg_image_accuracy(const struct eg_image_meter *meter, size_t n, const real *x, const real *y,
                      double *accuracy, struct eg_error *error)
{
    size_t *classes = eg_alloc(n, sizeof *classes, error), right = 0;
    const int status = classes ? eg_image_classify(meter, n, x, classes, error) : EG_INTERNAL;
    for (size_t i = 0; i < n && !status; i++)
        right += classes[i] == (size_t)y[i];
    *accuracy = (double)right / (double)n;
    free(classes);
    return status;
}

/* --- noise --- */

static void add_gaussian(const struct eg_image_data *data, double sd, struct eg_stream stream,
                         const real *row, real *out)
{
    const size_t p = eg_image_size(&data->set->shape), channels = data->set->shape.channels;
    for (size_t i = 0; i < p; i++)
        out[i] = row[i] + (real)(sd / data->scaling.sd[i % channels] * eg_stream_normal(&stream));
}

/* The number that a pixel's value, from 0 to 1, becomes. */
static real scale_pixel(const struct eg_image_data *data, size_t channel, double value)
{
    return (real)((value - data->scaling.mean[channel]) / data->scaling.sd[channel]);
}

static struct eg_flipping make_flipping(const struct eg_image_data *data, double fraction)
{
    struct eg_flipping flipping = {.shape = data->set->shape, .fraction = fraction};
    for (size_t c = 0; c < flipping.shape.channels; c++) {
        flipping.lowest[c] = scale_pixel(data, c, 0);
        flipping.highest[c] = scale_pixel(data, c, 1);
    }
    return flipping;
}

/* out (n x p) = the first n test images under that noise. */
static void make_noisy(const struct eg_image_meter *meter, enum eg_image_noise noise, uint64_t kind,
                       double level, size_t n, real *out)
{
    const size_t p = size_of(meter);
    struct eg_flipping flipping = make_flipping(meter->data, level);
#pragma omp parallel for schedule(static) num_threads((int)meter->threads) firstprivate(flipping)
    for (size_t i = 0; i < n; i++) {
        const struct eg_stream stream = noise_stream(meter, kind, i);
        const real *row = eg_row(&meter->data->test.x, i);
        if (noise == EG_IMAGE_GAUSSIAN)
            add_gaussian(meter->data, level, stream, row, out + i * p);
        else
            eg_flip_pixels(&flipping, stream, row, out + i * p);
    }
}

int eg_image_noise_curve(const struct eg_image_meter *meter, enum eg_image_noise noise, size_t n,
                         size_t count, const double *levels, double *accuracy,
                         struct eg_error *error)
{
    real *noisy = eg_alloc(n * size_of(meter), sizeof *noisy, error);
    int status = noisy ? EG_OK : EG_INTERNAL;
    for (size_t level = 0; level < count && !status; level++) {
        make_noisy(meter, noise, (uint64_t)noise * LEVELS_MAX + level, levels[level], n, noisy);
        status = eg_image_accuracy(meter, n, noisy, meter->data->test.y, &accuracy[level], error);
    }
    free(noisy);
    return status;
}

double eg_image_area(size_t count, const double *x, const double *height)
{
    double area = 0;
    for (size_t i = 1; i < count; i++)
        area += (x[i] - x[i - 1]) * (height[i] + height[i - 1]) / 2;
    return area / (x[count - 1] - x[0]);
}

/* --- attacks --- */

static double clamp(double value, double low, double high)
{
    return value < low ? low : value > high ? high : value;
}

/* out = the rows, each pixel moved by `by` times the sign of its slope, or where there are no slopes
 * by a uniform number on -by .. by; within `most` of the image. */
static void move_rows(const struct eg_image_meter *meter, double most, double by, size_t n,
                      const real *slope, real *out)
{
    const struct eg_image_data *data = meter->data;
    const size_t p = size_of(meter), channels = data->set->shape.channels;
    for (size_t row = 0; row < n; row++) {
        struct eg_stream stream = noise_stream(meter, ATTACK_STREAM, row);
        for (size_t i = 0; i < p; i++) {
            const size_t c = i % channels, at = row * p + i;
            const double sd = data->scaling.sd[c];
            const double image = (double)data->test.x.data[at];
            const double turn = slope ? (double)((slope[at] > 0) - (slope[at] < 0))
                                      : 2 * eg_stream_uniform(&stream) - 1;
            const double moved = clamp((double)out[at] + turn * by / sd, image - most / sd,
                                       image + most / sd);
            out[at] = (real)clamp(moved, (double)scale_pixel(data, c, 0),
                                  (double)scale_pixel(data, c, 1));
        }
    }
}

int eg_image_attack(const struct eg_image_meter *meter, const struct eg_image_attack *attack,
                    size_t n, real *out, struct eg_error *error)
{
    const struct eg_explainer explainer = {
        .network = meter->network,
        .method = &eg_gradients,
        .settings = {.samples = 1},
        .target = {.kind = EG_TARGET_LOSS, .loss = &eg_softmax_cross_entropy},
        .threads = meter->threads};
    struct eg_attribution attribution = {0};
    real *slope = eg_alloc(n * size_of(meter), sizeof *slope, error);
    const int status = slope ? eg_attribution_alloc(&attribution, &explainer, n, 0, error)
                             : EG_INTERNAL;
    memcpy(out, meter->data->test.x.data, n * size_of(meter) * sizeof *out);
    if (!status && attack->starts_anywhere)
        move_rows(meter, attack->most, attack->most, n, NULL, out);
    for (size_t step = 0; step < attack->steps && !status; step++) {
        eg_attribution_explain(&attribution, n, out, meter->data->test.y, (struct eg_stream){0},
                               slope, NULL, NULL);
        move_rows(meter, attack->most, attack->step, n, slope, out);
    }
    eg_attribution_free(&attribution);
    free(slope);
    return status;
}

/* --- attributions --- */

int eg_image_explain(const struct eg_image_meter *meter, const struct eg_method *method,
                     const struct eg_method_settings *settings, size_t n,
                     const struct eg_images *images, real *phi, struct eg_error *error)
{
    const int is_shifted = settings->references == EG_REFERENCES_SHIFTED;
    const struct eg_explainer explainer = {.network = meter->network,
                                           .method = method,
                                           .settings = *settings,
                                           .background = is_shifted ? NULL : &meter->data->train.x,
                                           .threads = meter->threads};
    const struct eg_stream stream = eg_stream_make(meter->seed, EG_STREAM_IMAGE_NOISE,
                                                   EG_PURPOSE_EXPLAIN, meter->replicate, 0);
    const struct eg_matrix rows = {n, images->x.cols, images->x.data};
    struct eg_matrix maps = {n, images->x.cols, phi};
    return eg_explain_phi(&explainer, &rows, images->y, stream, &maps, error);
}

int eg_image_total_variation(const struct eg_image *shape, enum eg_standardise standardise,
                             size_t n, const real *phi, double *total_variation,
                             struct eg_error *error)
{
    const struct eg_prior_settings settings = {.image = *shape, .standardise = standardise};
    const size_t p = eg_image_size(shape);
    real *slope = eg_alloc(p, sizeof *slope, error);
    double *scratch = eg_alloc(eg_prior_scratch(p), sizeof *scratch, error);
    *total_variation = 0;
    for (size_t i = 0; i < n && slope && scratch; i++)
        *total_variation += eg_prior_evaluate(&eg_total_variation_prior, &settings, 1, p,
                                              phi + i * p, slope, scratch) /
                            (double)n;
    const int status = slope && scratch ? EG_OK : EG_INTERNAL;
    free(slope);
    free(scratch);
    return status;
}
