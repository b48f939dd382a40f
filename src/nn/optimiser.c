/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/optimiser.h"

#include <math.h>
#include <stdlib.h>

#include "base/wide.h"

struct eg_optimiser_settings eg_adam(double rate)
{
    return (struct eg_optimiser_settings){.kind = EG_ADAM,
                                          .rate = rate,
                                          .beta1 = 0.9,
                                          .beta2 = 0.999,
                                          .epsilon = 1e-8,
                                          .first_step = 1};
}

struct eg_optimiser_settings eg_sgd(double rate, double momentum)
{
    return (struct eg_optimiser_settings){.kind = EG_SGD, .rate = rate, .momentum = momentum};
}

int eg_optimiser_alloc(struct eg_optimiser *optimiser, const struct eg_optimiser_settings *settings,
                       size_t parameters, struct eg_error *error)
{
    const size_t averages = settings->kind == EG_ADAM ? 2 : 1;
    *optimiser = (struct eg_optimiser){.settings = *settings, .parameters = parameters};
    optimiser->first = eg_alloc(averages * parameters, sizeof *optimiser->first, error);
    if (!optimiser->first)
        return EG_INTERNAL;
    if (averages == 2)
        optimiser->second = optimiser->first + parameters;
    return EG_OK;
}

void eg_optimiser_free(struct eg_optimiser *optimiser)
{
    free(optimiser->first);
    *optimiser = (struct eg_optimiser){0};
}

static double rate_at(const struct eg_optimiser_settings *settings, size_t epoch)
{
    if (settings->decay_epochs == 0)
        return settings->rate;
    return settings->rate * pow(settings->decay, (double)(epoch / settings->decay_epochs));
}

/* A part of the parameters is worth starting a thread for. */
enum { PART_LEAST = 1 << 16 };

/* One update: what each thread needs. */
struct update {
    const struct eg_optimiser *optimiser;
    real scale, epsilon; /* the rate, for Adam with both corrections */
    real *gradient, *theta;
};

/* A denormal number as 0. Weights that a penalty shrinks, and averages of gradients that stay 0, would stay denormal
 * for good, and products with such numbers take many times as long. */
static inline real flush_denormal(real number)
{
    return (number < EG_REAL_MIN) & (number > -EG_REAL_MIN) ? 0 : number;
}

EG_WIDE static void step_sgd(const struct update *update, size_t begin, size_t end)
{
    const real momentum = (real)update->optimiser->settings.momentum, rate = update->scale;
    real *restrict velocity = update->optimiser->first;
    real *restrict gradient = update->gradient, *restrict theta = update->theta;
    for (size_t i = begin; i < end; i++) {
        velocity[i] = flush_denormal(momentum * velocity[i] - rate * gradient[i]);
        theta[i] = flush_denormal(theta[i] + velocity[i]);
        gradient[i] = 0;
    }
}

EG_WIDE static void step_nesterov(const struct update *update, size_t begin, size_t end)
{
    const real momentum = (real)update->optimiser->settings.momentum, rate = update->scale;
    real *restrict velocity = update->optimiser->first;
    real *restrict gradient = update->gradient, *restrict theta = update->theta;
    for (size_t i = begin; i < end; i++) {
        velocity[i] = flush_denormal(momentum * velocity[i] - rate * gradient[i]);
        theta[i] = flush_denormal(theta[i] + (momentum * velocity[i] - rate * gradient[i]));
        gradient[i] = 0;
    }
}

EG_WIDE static void step_adam(const struct update *update, size_t begin, size_t end)
{
    const struct eg_optimiser_settings *settings = &update->optimiser->settings;
    const real beta1 = (real)settings->beta1, beta2 = (real)settings->beta2;
    const real rest1 = (real)(1 - settings->beta1), rest2 = (real)(1 - settings->beta2);
    const real scale = update->scale, epsilon = update->epsilon;
    real *restrict mean = update->optimiser->first, *restrict square = update->optimiser->second;
    real *restrict gradient = update->gradient, *restrict theta = update->theta;
    for (size_t i = begin; i < end; i++) {
        mean[i] = flush_denormal(beta1 * mean[i] + rest1 * gradient[i]);
        square[i] = flush_denormal(beta2 * square[i] + rest2 * gradient[i] * gradient[i]);
#ifdef EG_SINGLE
        theta[i] = flush_denormal(theta[i] - scale * mean[i] / (sqrtf(square[i]) + epsilon));
#else
        theta[i] = flush_denormal(theta[i] - scale * mean[i] / (sqrt(square[i]) + epsilon));
#endif
        gradient[i] = 0;
    }
}

static struct update make_update(const struct eg_optimiser *optimiser, size_t epoch, real *gradient,
                                 real *theta)
{
    const struct eg_optimiser_settings *settings = &optimiser->settings;
    const double rate = rate_at(settings, epoch);
    struct update update = {optimiser, (real)rate, 0, gradient, theta};
    if (settings->kind == EG_ADAM) {
        const double t = (double)(optimiser->steps + settings->first_step);
        const double correction = sqrt(1 - pow(settings->beta2, t));
        update.scale = (real)(rate * correction / (1 - pow(settings->beta1, t)));
        update.epsilon = (real)(settings->epsilon * (settings->bare_epsilon ? 1 : correction));
    }
    return update;
}

void eg_optimiser_step(struct eg_optimiser *optimiser, size_t epoch, real *gradient, real *theta)
{
    const struct update update = make_update(optimiser, epoch, gradient, theta);
    const size_t count = optimiser->parameters, most = count / PART_LEAST;
    const size_t threads = optimiser->threads < most ? optimiser->threads : most;
    void (*const step)(const struct update *, size_t, size_t) = optimiser->settings.kind == EG_ADAM
                                                                    ? step_adam
                                                                : optimiser->settings.nesterov
                                                                    ? step_nesterov
                                                                    : step_sgd;
    optimiser->steps++;
    if (threads < 2) {
        step(&update, 0, count);
        return;
    }
#pragma omp parallel for num_threads((int)threads) schedule(static, 1)
    for (size_t part = 0; part < threads; part++)
        step(&update, part * count / threads, (part + 1) * count / threads);
}
