/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "datasets/interactions.h"

#include <math.h>
#include <stdio.h>

#include "base/stream.h"

enum { FEATURES = EG_INTERACTIONS_FEATURES, ROWS = 1000, MAIN_EFFECTS = 6, PAIRS = 3 };

static const double noise_sd = 0.1;

/* The main effect of feature j, which there are MAIN_EFFECTS of. */
static double main_effect(size_t j, double x)
{
    switch (j) {
    case 0:
        return 1.5 * x;
    case 1:
        return -x;
    case 2:
        return 0.7 * x * x;
    case 3:
        return -0.5 * x * x;
    case 4:
        return 1.5 * sin(2 * x);
    default:
        return sin(x);
    }
}

static const struct {
    size_t a, b;
    double factor;
} pairs[PAIRS] = {{0, 6, 1.2}, {1, 2, -0.8}, {6, 7, 1}};

static double answer(const real *x)
{
    double sum = 0;
    for (size_t j = 0; j < MAIN_EFFECTS; j++)
        sum += main_effect(j, (double)x[j]);
    for (size_t k = 0; k < PAIRS; k++)
        sum += pairs[k].factor * (double)x[pairs[k].a] * (double)x[pairs[k].b];
    return sum;
}

static int predict(const void *context, size_t rows, const real *x, real *output,
                   struct eg_error *error)
{
    (void)context;
    (void)error;
    for (size_t i = 0; i < rows; i++)
        output[i] = (real)answer(x + i * FEATURES);
    return EG_OK;
}

const struct eg_predictor eg_interactions_predictor = {.inputs = FEATURES, .predict = predict};

/* Means over the background. */
struct means {
    double x[FEATURES], effect[MAIN_EFFECTS], product[PAIRS];
};

static void find_means(const struct eg_matrix *background, struct means *means)
{
    const double share = 1 / (double)background->rows;
    *means = (struct means){0};
    for (size_t i = 0; i < background->rows; i++) {
        const real *row = eg_row(background, i);
        for (size_t j = 0; j < FEATURES; j++)
            means->x[j] += share * (double)row[j];
        for (size_t j = 0; j < MAIN_EFFECTS; j++)
            means->effect[j] += share * main_effect(j, (double)row[j]);
        for (size_t k = 0; k < PAIRS; k++)
            means->product[k] += share * (double)row[pairs[k].a] * (double)row[pairs[k].b];
    }
}

static void explain_row(const struct means *means, const real *x, real *phi)
{
    double sum[FEATURES] = {0};
    for (size_t j = 0; j < MAIN_EFFECTS; j++)
        sum[j] = main_effect(j, (double)x[j]) - means->effect[j];
    for (size_t k = 0; k < PAIRS; k++) {
        const size_t a = pairs[k].a, b = pairs[k].b;
        const double shared = (double)x[a] * (double)x[b] - means->product[k];
        const double lean = (double)x[a] * means->x[b] - means->x[a] * (double)x[b];
        sum[a] += pairs[k].factor / 2 * (shared + lean);
        sum[b] += pairs[k].factor / 2 * (shared - lean);
    }
    for (size_t j = 0; j < FEATURES; j++)
        phi[j] = (real)sum[j];
}

int eg_interactions_shapley(const struct eg_matrix *x, const struct eg_matrix *background,
                            struct eg_matrix *phi, struct eg_error *error)
{
    struct means means;
    if (x->cols != FEATURES || background->cols != FEATURES || phi->cols != FEATURES ||
        phi->rows != x->rows)
        return eg_fail(error, EG_INTERNAL,
                       "interactions: %zu features explained, %zu in the background, %zu "
                       "attributions; there are %d of each",
                       x->cols, background->cols, phi->cols, FEATURES);
    if (background->rows == 0)
        return eg_fail(error, EG_DATA, "interactions: Shapley values need a background row");
    find_means(background, &means);
    for (size_t i = 0; i < x->rows; i++)
        explain_row(&means, eg_row(x, i), eg_row(phi, i));
    return EG_OK;
}

static int load_interactions(const struct eg_dataset_options *options, struct eg_dataset *dataset,
                             struct eg_error *error)
{
    const size_t rows = options->rows ? options->rows : ROWS;
    const struct eg_stream stream = eg_stream_make(options->seed, 0, EG_PURPOSE_DATA, 0, 0);
    int status = eg_dataset_alloc(dataset, rows, FEATURES, error);
    for (size_t j = 0; j < FEATURES && !status; j++) {
        char name[16];
        snprintf(name, sizeof name, "feature_%zu", j);
        status = eg_dataset_name_feature(dataset, j, name, error);
    }
    if (status)
        return status;
    for (size_t i = 0; i < rows; i++) {
        struct eg_stream own = eg_stream_item(&stream, i);
        real *row = eg_row(&dataset->x, i);
        for (size_t j = 0; j < FEATURES; j++)
            row[j] = (real)eg_stream_normal(&own);
        dataset->y[i] = (real)(answer(row) + noise_sd * eg_stream_normal(&own));
    }
    dataset->source = "generated";
    snprintf(dataset->description, sizeof dataset->description,
             "Interactions (%zu rows, generated)", rows);
    return EG_OK;
}

const struct eg_dataset_source eg_interactions = {
    "interactions",
    "Interactions: curves and products of ten independent features, known Shapley values",
    load_interactions};
