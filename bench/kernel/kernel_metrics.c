/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/kernel/kernel_metrics.h"

#include "attribution/explain.h"
#include "base/progress.h"
#include "bench/kernel/kernel_files.h"
#include "metrics/keep_remove_metrics.h"

enum { FEATURES = 60, TRAIN = 900, TEST = 100, REFERENCES = 200 };

static const char network_text[] = "dense 32, relu, dense 20, relu, dense 20, relu, dense 1";

struct split {
    struct eg_network network;
    struct eg_matrix train, test, phi;
    real y[TEST];
};

/* Scores expected gradients of an untrained network, with its own outputs and some noise as labels. */
static int set_up(struct split *split, uint64_t replicate, struct eg_error *error)
{
    struct eg_stream stream = eg_stream_make(3, 0, EG_PURPOSE_DATA, replicate, 0);
    *split = (struct split){0};
    if (eg_network_alloc(&split->network, FEATURES, network_text, error) ||
        eg_matrix_alloc(&split->train, TRAIN, FEATURES, error) ||
        eg_matrix_alloc(&split->test, TEST, FEATURES, error) ||
        eg_matrix_alloc(&split->phi, TEST, FEATURES, error))
        return EG_INTERNAL;
    eg_network_initialise(&split->network, EG_GLOROT_UNIFORM,
                          eg_stream_make(3, 0, EG_PURPOSE_WEIGHTS, replicate, 0));
    for (size_t i = 0; i < TRAIN * FEATURES; i++)
        split->train.data[i] = (real)eg_stream_normal(&stream);
    for (size_t i = 0; i < TEST * FEATURES; i++)
        split->test.data[i] = (real)eg_stream_normal(&stream);
    if (eg_network_predict(&split->network, TEST, split->test.data, split->y, error))
        return EG_INTERNAL;
    for (size_t i = 0; i < TEST; i++)
        split->y[i] += (real)(0.1 * eg_stream_normal(&stream));
    const struct eg_explainer explainer = {.network = &split->network,
                                           .method = &eg_expected_gradients,
                                           .settings = {.samples = REFERENCES},
                                           .background = &split->train};
    return eg_explain_phi(&explainer, &split->test, NULL,
                          eg_stream_make(3, 0, EG_PURPOSE_EXPLAIN, replicate, 0), &split->phi,
                          error);
}

static void clear(struct split *split)
{
    eg_matrix_free(&split->phi);
    eg_matrix_free(&split->test);
    eg_matrix_free(&split->train);
    eg_network_free(&split->network);
}

/* The network's predictor, and how many rows it is asked for: whole ones, and sums of layer 1. */
struct counter {
    struct eg_predictor network;
    size_t *rows, *sums;
};

static int predict_and_count(const void *context, size_t rows, const real *x, real *output,
                             struct eg_error *error)
{
    const struct counter *counter = context;
    *counter->rows += rows;
    return counter->network.predict(counter->network.context, rows, x, output, error);
}

static int predict_rest_and_count(const void *context, size_t rows, const real *sums, real *output,
                                  struct eg_error *error)
{
    const struct counter *counter = context;
    *counter->sums += rows;
    return counter->network.predict_rest(counter->network.context, rows, sums, output, error);
}

static int score(const struct split *split, size_t *rows, size_t *sums,
                 struct eg_keep_remove_result *result, struct eg_error *error)
{
    const struct counter counter = {eg_network_predictor(&split->network), rows, sums};
    struct eg_predictor predictor = counter.network;
    predictor.context = &counter;
    predictor.predict = predict_and_count;
    predictor.predict_rest = predict_rest_and_count;
    *rows = *sums = 0;
    const struct eg_keep_remove_input input = {.predictor = &predictor,
                                               .x_train = &split->train,
                                               .x_test = &split->test,
                                               .y_test = split->y,
                                               .attributions = &split->phi,
                                               .convention = &eg_convention_paper};
    return eg_keep_remove(&input, result, error);
}

/*
 * The rows and sums predicted; and for each test row four orders of observation, in each of which every
 * feature moves the sums of the backgrounds (63 different ones of 100 drawn), and imputing takes a
 * factorisation, p^3 / 6 multiplications.
 */
static double count_operations(const struct eg_network *network, size_t rows, size_t sums)
{
    enum { ORDERS = 4, BACKGROUNDS = 63 };
    const double p = FEATURES, hidden = (double)network->layers[0].outputs;
    const double first = (double)network->layers[0].work;
    double work = 0;
    for (size_t l = 0; l < network->layer_count; l++)
        work += (double)network->layers[l].work;
    const double observing = p * hidden * BACKGROUNDS + p * p * p / 6;
    return 2 * ((double)rows * work + (double)sums * (work - first) + TEST * ORDERS * observing);
}

int eg_time_metrics(const void *settings, uint64_t replicate, size_t threads,
                    struct eg_step_timing *timing, struct eg_error *error)
{
    struct split split;
    struct eg_keep_remove_result result;
    size_t rows, sums;
    (void)settings;
    (void)threads;
    int status = set_up(&split, replicate, error);
    if (!status)
        status = score(&split, &rows, &sums, &result, error);
    if (!status) {
        const double arrays = sizeof(real) * FEATURES * (TRAIN + 2.0 * TEST);
        const double start = eg_clock();
        status = score(&split, &rows, &sums, &result, error);
        *timing = (struct eg_step_timing){
            .seconds = eg_clock() - start,
            .operations = count_operations(&split.network, rows, sums),
            .traffic = arrays,
            .arrays = arrays};
    }
    clear(&split);
    return status;
}

static int write_split(const struct split *split, const char *folder, struct eg_error *error)
{
    struct eg_keep_remove_result result;
    size_t rows, sums;
    real area[EG_KEEP_REMOVE_METRICS];
    int status = score(split, &rows, &sums, &result, error);
    for (size_t i = 0; i < EG_KEEP_REMOVE_METRICS && !status; i++)
        area[i] = (real)result.area[i];
    if (!status)
        status = eg_write_array(folder, "area", 1, EG_KEEP_REMOVE_METRICS, area, error);
    if (!status)
        status = eg_write_parameters(folder, "model", &split->network, network_text, NULL, error);
    if (!status)
        status = eg_write_array(folder, "x_train", TRAIN, FEATURES, split->train.data, error);
    if (!status)
        status = eg_write_array(folder, "x", TEST, FEATURES, split->test.data, error);
    if (!status)
        status = eg_write_array(folder, "y", TEST, 1, split->y, error);
    return status ? status : eg_write_array(folder, "phi", TEST, FEATURES, split->phi.data, error);
}

int eg_write_metrics(const void *settings, const char *folder, struct eg_error *error)
{
    struct split split;
    (void)settings;
    int status = set_up(&split, 0, error);
    if (!status)
        status = write_split(&split, folder, error);
    clear(&split);
    return status;
}
