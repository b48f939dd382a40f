/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn/optimiser.h"

#include <math.h>
#include <stdlib.h>

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

static void step_sgd(struct eg_optimiser *optimiser, real rate, const real *restrict gradient,
                     real *restrict theta)
{
    const real momentum = (real)optimiser->settings.momentum;
    real *restrict velocity = optimiser->first;
    for (size_t i = 0; i < optimiser->parameters; i++) {
        velocity[i] = momentum * velocity[i] - rate * gradient[i];
        theta[i] += velocity[i];
    }
}

static void step_adam(struct eg_optimiser *optimiser, double rate, const real *restrict gradient,
                      real *restrict theta)
{
    const struct eg_optimiser_settings *settings = &optimiser->settings;
    const double t = (double)(optimiser->steps + settings->first_step);
    const double correction = sqrt(1 - pow(settings->beta2, t));
    const real scale = (real)(rate * correction / (1 - pow(settings->beta1, t)));
    const real beta1 = (real)settings->beta1, beta2 = (real)settings->beta2;
    const real rest1 = (real)(1 - settings->beta1), rest2 = (real)(1 - settings->beta2);
    const real epsilon = (real)(settings->epsilon * (settings->bare_epsilon ? 1 : correction));
    real *restrict mean = optimiser->first, *restrict square = optimiser->second;
    for (size_t i = 0; i < optimiser->parameters; i++) {
        mean[i] = beta1 * mean[i] + rest1 * gradient[i];
        square[i] = beta2 * square[i] + rest2 * gradient[i] * gradient[i];
#ifdef EG_SINGLE
        theta[i] -= scale * mean[i] / (sqrtf(square[i]) + epsilon);
#else
        theta[i] -= scale * mean[i] / (sqrt(square[i]) + epsilon);
#endif
    }
}

void eg_optimiser_step(struct eg_optimiser *optimiser, size_t epoch, const real *gradient,
                       real *theta)
{
    const double rate = rate_at(&optimiser->settings, epoch);
    if (optimiser->settings.kind == EG_ADAM)
        step_adam(optimiser, rate, gradient, theta);
    else
        step_sgd(optimiser, (real)rate, gradient, theta);
    optimiser->steps++;
}
