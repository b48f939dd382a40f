/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "prior/robust_attribution.h"

#include <math.h>
#include <stdlib.h>

int eg_robust_term_alloc(struct eg_robust_term *term, const struct eg_robust_settings *settings,
                         const struct eg_network *network, size_t n, size_t threads,
                         struct eg_error *error)
{
    const size_t p = network->inputs;
    *term = (struct eg_robust_term){.settings = *settings, .starts = {.rows = n, .cols = p}};
    if (!(settings->radius > 0))
        return eg_fail(error, EG_USAGE, "robust attribution: a radius of %g: give more than 0",
                       settings->radius);
    const struct eg_explainer explainer = {
        .network = network,
        .method = &eg_integrated_gradients,
        .settings = {.samples = settings->samples, .rule = EG_RULE_MIDPOINT},
        .target = {EG_TARGET_LOSS, settings->loss},
        .background = &term->starts,
        .memory = settings->memory,
        .threads = threads};
    const int status = eg_attribution_alloc(&term->attribution, &explainer, n, 1, error);
    if (status)
        return status;
    real **const parts[] = {&term->neighbour, &term->phi, &term->v, &term->slope};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        *parts[i] = eg_alloc(n * p, sizeof(real), error);
        if (!*parts[i]) {
            eg_robust_term_free(term);
            return EG_INTERNAL;
        }
    }
    return EG_OK;
}

void eg_robust_term_free(struct eg_robust_term *term)
{
    eg_attribution_free(&term->attribution);
    free(term->neighbour);
    free(term->phi);
    free(term->v);
    free(term->slope);
    *term = (struct eg_robust_term){0};
}

/* The mean over rows of |IG(x, neighbour)|_1; v = factor times its slope. */
static double measure(struct eg_robust_term *term, const struct eg_batch *batch, double factor)
{
    const size_t count = batch->n * term->starts.cols;
    const double each = 1 / (double)batch->n;
    double sum = 0;
    term->starts.rows = batch->n;
    term->starts.data = (real *)batch->x; /* it is only read */
    eg_attribution_explain(&term->attribution, batch->n, term->neighbour, batch->y, batch->stream,
                           term->phi, NULL, NULL);
    for (size_t i = 0; i < count; i++) {
        sum += fabs((double)term->phi[i]);
        term->v[i] = (real)(factor * each * ((term->phi[i] > 0) - (term->phi[i] < 0)));
    }
    return sum * each;
}

/* The point of the box around x, and of the range, that is nearest to value. */
static real project(const struct eg_robust_settings *settings, double x, double value)
{
    value = fmin(fmax(value, x - settings->radius), x + settings->radius);
    if (settings->clips)
        value = fmin(fmax(value, settings->low), settings->high);
    return (real)value;
}

void eg_robust_find_neighbours(struct eg_robust_term *term, const struct eg_batch *batch)
{
    const struct eg_robust_settings *settings = &term->settings;
    const size_t p = term->starts.cols, count = batch->n * p;
    const double length = settings->step > 0 ? settings->step : settings->radius / 2;
    for (size_t row = 0; row < batch->n; row++) {
        struct eg_stream stream = eg_stream_item(&batch->stream, row);
        for (size_t i = row * p; i < (row + 1) * p; i++) {
            const double shift = settings->radius * (2 * eg_stream_uniform(&stream) - 1);
            term->neighbour[i] = project(settings, (double)batch->x[i],
                                         (double)batch->x[i] + shift);
        }
    }
    for (size_t step = 0; step < settings->steps; step++) {
        measure(term, batch, 1);
        eg_attribution_pull_back_input(&term->attribution, batch->n, term->v, term->slope);
        for (size_t i = 0; i < count; i++) {
            const double shift = length * ((term->slope[i] > 0) - (term->slope[i] < 0));
            term->neighbour[i] = project(settings, (double)batch->x[i],
                                         (double)term->neighbour[i] + shift);
        }
    }
}

static double add_robust(void *context, const struct eg_network *network,
                         const struct eg_batch *batch, double strength, real *gradient)
{
    struct eg_robust_term *term = context;
    (void)network;
    eg_robust_find_neighbours(term, batch);
    const double omega = measure(term, batch, strength);
    eg_attribution_pull_back(&term->attribution, batch->n, term->v, gradient);
    return omega;
}

struct eg_objective_term eg_robust_as_term(struct eg_robust_term *term, double strength)
{
    return (struct eg_objective_term){
        .strength = strength,
        .context = term,
        .add = add_robust,
        .room = {term->attribution.block, term->attribution.block_size}};
}
