/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/cost/cost_summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/frame/summary.h"
#include "run/values.h"
#include "stats/moments.h"

/* k = 1 is what the paper trains images with; 20 is the least that integrated gradients are used with,
 * and all that training with them has been tried at. */
const struct eg_cost_method eg_cost_methods[] = {
    {"none", "none", 1},
    {"gradients", "gradients", 1},
    {"eg", "eg", 1},
    {"rrr", "rrr", 1},
    {"cdep", "cdep", 1},
    {"eg_2", "eg", 2},
    {"eg_5", "eg", 5},
    {"eg_10", "eg", 10},
    {"integrated_gradients", "integrated_gradients", 20},
    {"integrated_gradients_50", "integrated_gradients", 50},
    {"integrated_gradients_300", "integrated_gradients", 300},
    {"robust", "robust", 10},
    {0},
};

/* Appends a count that is not there yet and keeps them ascending. */
static size_t insert_count(size_t *counts, size_t count, size_t value)
{
    size_t at = count;
    for (size_t i = 0; i < count; i++)
        if (counts[i] == value)
            return count;
    for (; at > 0 && counts[at - 1] > value; at--)
        counts[at] = counts[at - 1];
    counts[at] = value;
    return count + 1;
}

size_t eg_cost_points(const struct eg_guide *guide, size_t most,
                      size_t counts[EG_COST_METHODS_MAX + 2])
{
    size_t count = 0;
    int is_short = 0;
    for (const struct eg_cost_method *m = eg_cost_methods; m->name; m++) {
        if (strcmp(m->guide, guide->name) != 0)
            continue;
        is_short |= m->samples > most;
        if (m->samples <= most)
            count = insert_count(counts, count, m->samples);
    }
    if (is_short) {
        count = insert_count(counts, count, most);
        count = insert_count(counts, count, most / 2);
    }
    return count;
}

/* The loss takes three. A point of gradients takes four: forward, backward, tangent and weights; of
 * log-probabilities two more, for the second adjoints. Contextual decomposition has two streams of
 * three. Robust attribution explains and goes back to the input at each of some steps. */
double eg_cost_sweeps(const struct eg_guide *guide, size_t samples)
{
    enum { LOSS = 3, POINT = 4, SECOND = 2, STREAMS = 6, ASCENT = 18 };
    switch (guide->kind) {
    case EG_GUIDE_MASK:
        return LOSS +
               (double)samples * (guide->target == EG_TARGET_OUTPUT ? POINT : POINT + SECOND);
    case EG_GUIDE_CDEP:
        return LOSS + STREAMS;
    case EG_GUIDE_ROBUST:
        return LOSS + (double)samples * ASCENT;
    case EG_GUIDE_NONE:
        break;
    }
    return LOSS;
}

/* What a cell found, or what is reckoned from two. */
struct measured {
    double points; /* that were run; 0: there is nothing */
    double seconds, seconds_se, bytes, calls;
    size_t steps;
    int is_reckoned;
};

static int read_row(const json_t *row, struct measured *measured, struct eg_error *error)
{
    const json_t *config = json_object_get(row, "config"), *values = json_object_get(row, "values");
    const json_t *timing = json_object_get(values, "timing");
    struct eg_moments moments;
    size_t steps, samples;
    if (eg_config_count(config, "steps", &steps, error) ||
        eg_config_count(config, "samples", &samples, error) ||
        eg_values_get(timing, "bytes", &measured->bytes, error) ||
        eg_values_get(values, "gradient_calls", &measured->calls, error))
        return error->status;
    double *seconds = eg_alloc(steps, sizeof *seconds, error);
    int status = seconds ? eg_values_get_array(timing, "seconds", steps, seconds, error)
                         : EG_INTERNAL;
    if (!status)
        status = eg_moments(seconds, steps, EG_NAN_PROPAGATE, &moments, error);
    free(seconds);
    if (status)
        return status;
    measured->points = (double)samples;
    measured->seconds = moments.median;
    measured->seconds_se = moments.se;
    measured->steps = steps;
    return EG_OK;
}

/* More points than were run: time is on the straight line from a step without a guide, that is with 0
 * points, to the one with most; memory, which has no noise but a part that no point brings, on the
 * line through the two counts with most. */
static struct measured reckon(const struct measured *plain, const struct measured *fewer,
                              const struct measured *more, double points)
{
    const double times = points / more->points;
    const double reach = (points - more->points) / (more->points - fewer->points);
    struct measured reckoned = *more;
    reckoned.seconds = plain->seconds + times * (more->seconds - plain->seconds);
    reckoned.seconds_se = hypot(times * more->seconds_se, (times - 1) * plain->seconds_se);
    reckoned.bytes += reach * (more->bytes - fewer->bytes);
    reckoned.calls *= times;
    reckoned.is_reckoned = 1;
    return reckoned;
}

/* The two cells of the method's guide with most points, of those up to the method's. */
static int find_largest(const struct eg_group *group, const struct eg_cost_method *method,
                        struct measured *fewer, struct measured *more, struct eg_error *error)
{
    *fewer = *more = (struct measured){0};
    for (size_t i = 0; i < group->count; i++) {
        struct measured own = {0};
        const char *guide;
        if (eg_config_text(json_object_get(group->rows[i], "config"), "guide", &guide, error))
            return error->status;
        if (strcmp(guide, method->guide) != 0)
            continue;
        const int status = read_row(group->rows[i], &own, error);
        if (status)
            return status;
        if (own.points > (double)method->samples)
            continue;
        if (own.points > more->points) {
            *fewer = *more;
            *more = own;
        } else if (own.points > fewer->points) {
            *fewer = own;
        }
    }
    return EG_OK;
}

/* points is 0 in *found where the rows do not say, and where a busy machine made the steps with a
 * guide seem shorter than those without, which gives no line. */
static int find_method(const struct eg_group *group, const struct eg_cost_method *method,
                       const struct measured *plain, struct measured *found, struct eg_error *error)
{
    struct measured fewer, more;
    const double points = (double)method->samples;
    const int status = find_largest(group, method, &fewer, &more, error);
    *found = (struct measured){0};
    if (status)
        return status;
    if (more.points == points)
        *found = more;
    else if (fewer.points > 0 && plain->points > 0 && more.seconds > plain->seconds)
        *found = reckon(plain, &fewer, &more, points);
    return EG_OK;
}

static int add_method(const struct eg_group *group, const char *name, const struct measured *found,
                      const struct measured *plain, struct eg_results *results,
                      struct eg_error *error)
{
    static const double megabyte = 1e6;
    const enum eg_basis varies = found->is_reckoned ? EG_BASIS_RECKONED : EG_BASIS_SAMPLE;
    const enum eg_basis exact = found->is_reckoned ? EG_BASIS_RECKONED : EG_BASIS_EXACT;
    const struct {
        const char *metric;
        enum eg_basis basis;
        double value, se;
    } numbers[] = {
        {"batches_per_second", varies, 1 / found->seconds,
         found->seconds_se / (found->seconds * found->seconds)},
        {"times_plain", varies, found->seconds / plain->seconds,
         found == plain
             ? NAN
             : found->seconds / plain->seconds *
                   hypot(found->seconds_se / found->seconds, plain->seconds_se / plain->seconds)},
        {"peak_memory", exact, found->bytes / megabyte, NAN},
        {"extra_gradient_calls", exact, found->calls, NAN},
        {"points_run", exact, found->points, NAN},
    };
    int status = EG_OK;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers && !status; i++) {
        struct eg_result result = eg_group_result(group, name, numbers[i].metric);
        result.se = numbers[i].se;
        result.basis = numbers[i].basis;
        if (isfinite(numbers[i].value))
            status = eg_add_value(results, result, numbers[i].value, found->steps, error);
    }
    return status;
}

static int summarise_group(const struct eg_group *group, double *numbers,
                           struct eg_results *results, struct eg_error *error)
{
    struct measured plain = {0}, found;
    (void)numbers;
    int status = find_method(group, &eg_cost_methods[0], &plain, &plain, error);
    for (const struct eg_cost_method *m = eg_cost_methods; m->name && !status; m++) {
        status = find_method(group, m, &plain, &found, error);
        if (!status && found.points > 0)
            status = add_method(group, m->name, m == eg_cost_methods ? &plain : &found, &plain,
                                results, error);
    }
    return status;
}

int eg_cost_summarise(const struct eg_rows *rows, struct eg_results *results,
                      struct eg_error *error)
{
    return eg_summarise_groups(rows, summarise_group, results, error);
}

static const char *const methods[] = {"none",
                                      "gradients",
                                      "eg",
                                      "rrr",
                                      "cdep",
                                      "eg_2",
                                      "eg_5",
                                      "eg_10",
                                      "integrated_gradients",
                                      "integrated_gradients_50",
                                      "integrated_gradients_300",
                                      "robust",
                                      NULL};
static const char *const of_paper[] = {"none", "eg", "rrr", "cdep", NULL};
static const char *const metrics[] = {"batches_per_second",   "times_plain", "peak_memory",
                                      "extra_gradient_calls", "points_run",  NULL};

const struct eg_table_spec eg_cost_tables[] = {
    {.id = "training-cost",
     .title =
         "Supplementary Figure 1: cost of a training step (reckoned where fewer points were run)",
     .methods = methods,
     .metrics = metrics,
     .digits = 3},
    {0},
};

const struct eg_figure_spec eg_cost_figures[] = {
    {.id = "supplementary-figure-1-a",
     .title = "Supplementary Figure 1, left: batches per second",
     .kind = EG_FIGURE_BARS,
     .dataset = "vgg16",
     .methods = of_paper,
     .metric = "batches_per_second",
     .y_title = "batches per second",
     .error_bars = 1},
    {.id = "supplementary-figure-1-b",
     .title = "Supplementary Figure 1, right: memory",
     .kind = EG_FIGURE_BARS,
     .dataset = "vgg16",
     .methods = of_paper,
     .metric = "peak_memory",
     .y_title = "MB"},
    {.id = "training-cost-all",
     .title = "A step's time, in steps without a guide",
     .kind = EG_FIGURE_BARS,
     .methods = methods,
     .metric = "times_plain",
     .y_title = "times",
     .log_y = 1,
     .error_bars = 1},
    {0},
};
