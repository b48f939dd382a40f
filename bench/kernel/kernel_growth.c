/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/kernel/kernel_growth.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#include "bench/kernel/kernel_training.h"
#include "stats/line_fit.h"
#include "stats/moments.h"

enum { DEPTH_MOST = 8, WIDTH = 256, EPOCHS_MOST = 64 };

/* Points of expected gradients in a timing, so that short epochs are timed many at a time. */
static const size_t points_timed = 20000;

/* One setting of the sweep. */
struct setting {
    size_t rows, references, features, depth, threads;
};

static const struct setting usual = {
    .rows = 100, .references = 100, .features = 118, .depth = 2, .threads = 1};

/* What is varied: a member of struct setting, and its values up to a 0. */
static const struct {
    const char *name;
    size_t member, values[EG_GROWTH_POINTS + 1];
} axes[EG_GROWTH_AXES] = {
    {"rows", offsetof(struct setting, rows), {25, 50, 100, 200, 400}},
    {"references", offsetof(struct setting, references), {1, 10, 100, 500, 2000}},
    {"features", offsetof(struct setting, features), {30, 59, 118, 236, 472}},
    {"hidden layers", offsetof(struct setting, depth), {1, 2, 4, DEPTH_MOST}},
    {"threads", offsetof(struct setting, threads), {1, 2, 4, 8, 16}},
};

/* "dense 256, relu, ... dense 1" with so many hidden layers. */
static void write_network(size_t depth, char *text, size_t size)
{
    size_t used = 0;
    for (size_t l = 0; l < depth; l++)
        used += (size_t)snprintf(text + used, size - used, "dense %d, relu, ", WIDTH);
    snprintf(text + used, size - used, "dense 1");
}

static int time_setting(const struct setting *setting, struct eg_step_timing *timing,
                        struct eg_error *error)
{
    char network[32 * DEPTH_MOST];
    const size_t epochs = points_timed / (setting->rows * setting->references);
    write_network(setting->depth, network, sizeof network);
    const struct eg_training_step step = {.network = network,
                                          .inputs = setting->features,
                                          .rows = setting->rows,
                                          .epochs = epochs < 1             ? 1
                                                    : epochs > EPOCHS_MOST ? EPOCHS_MOST
                                                                           : epochs,
                                          .loss = &eg_bce_logits,
                                          .initialiser = EG_GLOROT_UNIFORM,
                                          .rate = 1e-3,
                                          .prior = &eg_gini_prior,
                                          .strength = 1.259,
                                          .samples = setting->references,
                                          .references = EG_REFERENCES_WITHOUT_REPLACEMENT};
    return eg_time_training(&(struct eg_step){.settings = &step}, 0, setting->threads, timing,
                            error);
}

static void list_points(size_t threads, struct eg_growth *growth)
{
    *growth = (struct eg_growth){.threads = threads};
    for (size_t a = 0; a < EG_GROWTH_AXES; a++) {
        struct eg_growth_axis *axis = &growth->axes[a];
        axis->name = axes[a].name;
        axis->is_threads = axes[a].member == offsetof(struct setting, threads);
        memcpy(&axis->usual, (const char *)&usual + axes[a].member, sizeof axis->usual);
        for (const size_t *value = axes[a].values; *value; value++) {
            axis->points[axis->count++].value = *value;
            axis->measured += !axis->is_threads || *value <= threads;
        }
    }
}

int eg_growth_measure(size_t threads, struct eg_growth *growth, struct eg_error *error)
{
    int status = EG_OK;
    list_points(threads, growth);
    for (size_t round = 0; round < EG_GROWTH_ROUNDS; round++)
        for (size_t a = 0; a < EG_GROWTH_AXES; a++)
            for (size_t i = 0; i < growth->axes[a].measured && !status; i++) {
                struct eg_growth_point *point = &growth->axes[a].points[i];
                struct setting setting = usual;
                struct eg_step_timing timing;
                memcpy((char *)&setting + axes[a].member, &point->value, sizeof point->value);
                status = time_setting(&setting, &timing, error);
                point->seconds[round] = timing.seconds;
                point->operations = timing.operations;
                point->bytes = timing.bytes;
            }
    for (size_t a = 0; a < EG_GROWTH_AXES && !status; a++)
        status = eg_growth_fit(&growth->axes[a], error);
    return status;
}

/* The power of x that y goes with. */
static int fit_power(size_t count, const double *x, const double *y, double *power, double *se,
                     struct eg_error *error)
{
    double log_x[EG_GROWTH_POINTS], log_y[EG_GROWTH_POINTS];
    struct eg_line line = {.slope = NAN, .slope_se = NAN};
    for (size_t i = 0; i < count; i++) {
        log_x[i] = log(x[i]);
        log_y[i] = log(y[i]);
    }
    if (count == 2)
        line.slope = (log_y[1] - log_y[0]) / (log_x[1] - log_x[0]);
    const int status = count > 2 ? eg_fit_line(log_x, log_y, count, &line, error) : EG_OK;
    *power = line.slope;
    *se = line.slope_se;
    return status;
}

int eg_growth_fit(struct eg_growth_axis *axis, struct eg_error *error)
{
    double values[EG_GROWTH_POINTS], fastest[EG_GROWTH_POINTS], predicted[EG_GROWTH_POINTS], none;
    const struct eg_growth_point *base = NULL;
    for (size_t i = 0; i < axis->measured; i++) {
        struct eg_growth_point *point = &axis->points[i];
        struct eg_moments moments;
        if (eg_moments(point->seconds, EG_GROWTH_ROUNDS, EG_NAN_REFUSE, &moments, error))
            return error->status;
        point->median = moments.median;
        point->fastest = INFINITY;
        for (size_t round = 0; round < EG_GROWTH_ROUNDS; round++)
            point->fastest = fmin(point->fastest, point->seconds[round]);
        base = point->value == axis->usual ? point : base;
    }
    if (!base)
        return eg_fail(error, EG_INTERNAL, "%s: nothing was measured at %zu", axis->name,
                       axis->usual);
    for (size_t i = 0; i < axis->measured; i++) {
        struct eg_growth_point *point = &axis->points[i];
        const double sharers = axis->is_threads ? (double)point->value / (double)base->value : 1;
        values[i] = (double)point->value;
        fastest[i] = point->fastest;
        point->predicted = base->fastest * point->operations / base->operations / sharers;
        predicted[i] = point->predicted;
    }
    const int status = fit_power(axis->measured, values, fastest, &axis->exponent,
                                 &axis->exponent_se, error);
    return status ? status
                  : fit_power(axis->measured, values, predicted, &axis->exponent_predicted, &none,
                              error);
}
