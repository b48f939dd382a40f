/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/fine_tune/tune_measures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Images in memory at once; those that go through the network together, whatever the number of threads. */
enum { CHUNK = 256, TOGETHER = 32, GUESSES = 5, BLACK_PIXELS_LEAST = 5 };

const char *const eg_tune_methods[EG_TUNE_METHODS] = {"expected_gradients", "integrated_gradients",
                                                      "integrated_gradients_mean", "gradients"};

static size_t size_of(const struct eg_tune_meter *meter)
{
    return eg_image_size(&meter->images->shape);
}

static void fill_baselines(struct eg_tune_meter *meter)
{
    const size_t size = size_of(meter), channels = meter->images->shape.channels;
    for (size_t j = 0; j < size; j++) {
        double sum = 0;
        for (size_t i = 0; i < meter->references.rows; i++)
            sum += (double)eg_row(&meter->references, i)[j];
        meter->mean.data[j] = (real)(sum / (double)meter->references.rows);
        meter->black.data[j] = eg_image_scale(&meter->images->scaling, j % channels, 0);
    }
}

int eg_tune_meter_alloc(struct eg_tune_meter *meter, const struct eg_network *network,
                        const struct eg_tune_images *images, size_t first, size_t references,
                        size_t threads, struct eg_error *error)
{
    const size_t size = eg_image_size(&images->shape);
    *meter = (struct eg_tune_meter){
        .network = network, .images = images, .threads = threads ? threads : 1};
    size_t *index = eg_alloc(references, sizeof *index, error);
    real *labels = eg_alloc(references, sizeof *labels, error);
    int status = index && labels ? EG_OK : EG_INTERNAL;
    if (!status)
        status = eg_matrix_alloc(&meter->references, references, size, error);
    if (!status)
        status = eg_matrix_alloc(&meter->black, 1, size, error);
    if (!status)
        status = eg_matrix_alloc(&meter->mean, 1, size, error);
    for (size_t i = 0; i < references && !status; i++)
        index[i] = first + i;
    if (!status)
        status = eg_tune_take(images, 0, references, index, NULL, 0, meter->threads,
                              meter->references.data, labels, error);
    if (!status)
        fill_baselines(meter);
    free(index);
    free(labels);
    return status;
}

void eg_tune_meter_free(struct eg_tune_meter *meter)
{
    eg_matrix_free(&meter->references);
    eg_matrix_free(&meter->black);
    eg_matrix_free(&meter->mean);
}

/* --- accuracy --- */

/* How many classes come before that of the label: those with a larger output, or as large and earlier. */
static size_t find_rank(size_t classes, const real *output, size_t label)
{
    size_t before = 0;
    for (size_t c = 0; c < classes; c++)
        before += output[c] > output[label] || (c < label && output[c] == output[label]);
    return before;
}

/* right: how many are first, and among the first GUESSES. */
static int count_right(const struct eg_tune_meter *meter, size_t n, const real *x, const real *y,
                       size_t right[2])
{
    const size_t classes = meter->network->outputs, size = size_of(meter);
    size_t first = 0, among = 0;
    int failed = 0;
#pragma omp parallel for schedule(dynamic, 1) num_threads((int)meter->threads)                     \
    reduction(+ : first, among) reduction(| : failed) if (meter->threads > 1)
    for (size_t at = 0; at < n; at += TOGETHER) {
        struct eg_error unheard;
        const size_t rows = n - at < TOGETHER ? n - at : TOGETHER;
        real *output = eg_alloc(rows * classes, sizeof *output, &unheard);
        failed |= !output ||
                  eg_network_predict(meter->network, rows, x + at * size, output, &unheard);
        for (size_t i = 0; i < rows && output; i++) {
            const size_t rank = find_rank(classes, output + i * classes, (size_t)y[at + i]);
            first += rank == 0;
            among += rank < GUESSES;
        }
        free(output);
    }
    right[0] += first;
    right[1] += among;
    return failed;
}

int eg_tune_accuracy(const struct eg_tune_meter *meter, size_t n, double *top_1, double *top_5,
                     struct eg_error *error)
{
    size_t right[2] = {0}, index[CHUNK];
    real *x = eg_alloc(CHUNK * size_of(meter), sizeof *x, error), y[CHUNK];
    int status = x ? EG_OK : EG_INTERNAL;
    for (size_t at = 0; at < n && !status; at += CHUNK) {
        const size_t rows = n - at < CHUNK ? n - at : CHUNK;
        for (size_t i = 0; i < rows; i++)
            index[i] = at + i;
        status = eg_tune_take(meter->images, 1, rows, index, NULL, 0, meter->threads, x, y, error);
        if (!status && count_right(meter, rows, x, y, right))
            status = eg_fail(error, EG_INTERNAL, "out of memory classifying %zu images", rows);
    }
    *top_1 = (double)right[0] / (double)n;
    *top_5 = (double)right[1] / (double)n;
    free(x);
    return status;
}

/* --- maps --- */

int eg_tune_explain(const struct eg_tune_meter *meter, enum eg_tune_method method, size_t n,
                    const size_t *index, real *phi, struct eg_error *error)
{
    const struct eg_method *const methods[] = {&eg_expected_gradients, &eg_integrated_gradients,
                                               &eg_integrated_gradients, &eg_gradients};
    const struct eg_matrix *const backgrounds[] = {&meter->references, &meter->black, &meter->mean,
                                                   NULL};
    const struct eg_explainer explainer = {
        .network = meter->network,
        .method = methods[method],
        .settings = {.samples = method == EG_TUNE_GRADIENTS ? 1 : meter->samples,
                     .rule = EG_RULE_MIDPOINT},
        .background = backgrounds[method],
        .threads = meter->threads};
    struct eg_matrix x = {0}, maps = {n, size_of(meter), phi};
    real *y = eg_alloc(n, sizeof *y, error);
    int status = y ? eg_matrix_alloc(&x, n, size_of(meter), error) : EG_INTERNAL;
    if (!status)
        status = eg_tune_take(meter->images, 1, n, index, NULL, 0, meter->threads, x.data, y,
                              error);
    if (!status)
        status = eg_explain_phi(&explainer, &x, y, meter->explain, &maps, error);
    eg_matrix_free(&x);
    free(y);
    return status;
}

/* --- black pixels --- */

static int is_black(const uint8_t *pixel, size_t channels)
{
    for (size_t c = 0; c < channels; c++)
        if (pixel[c])
            return 0;
    return 1;
}

static size_t count_black(const struct eg_image *shape, const uint8_t *image)
{
    size_t count = 0;
    for (size_t i = 0; i < shape->height * shape->width; i++)
        count += (size_t)is_black(image + i * shape->channels, shape->channels);
    return count;
}

int eg_tune_find_black(const struct eg_tune_meter *meter, size_t among, size_t most, size_t *index,
                       size_t *count, struct eg_error *error)
{
    uint8_t *image = eg_alloc(size_of(meter), 1, error);
    int status = image ? EG_OK : EG_INTERNAL;
    *count = 0;
    for (size_t i = 0; i < among && *count < most && !status; i++) {
        status = eg_tune_window(meter->images, 1, i, NULL, image, error);
        if (!status && count_black(&meter->images->shape, image) >= BLACK_PIXELS_LEAST)
            index[(*count)++] = i;
    }
    free(image);
    return status;
}

double eg_tune_black_share(const struct eg_image *shape, const uint8_t *image, const real *phi)
{
    const size_t pixels = shape->height * shape->width, channels = shape->channels;
    double sums[2] = {0};
    for (size_t i = 0; i < pixels; i++) {
        double sum = 0;
        for (size_t c = 0; c < channels; c++)
            sum += (double)phi[i * channels + c];
        sums[0] += fabs(sum);
        sums[1] += is_black(image + i * channels, channels) ? fabs(sum) : 0;
    }
    return sums[1] / (double)count_black(shape, image) / (sums[0] / (double)pixels);
}
