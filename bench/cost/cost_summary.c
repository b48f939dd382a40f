/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/cost/cost_summary.h"

#include <math.h>
#include <string.h>

#include "bench/cost/cost_step.h"
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

/* What a cell found, or what is reckoned from two. */
struct measured {
    double points; /* that were run; 0: there is nothing */
    double seconds, seconds_se, bytes, calls;
    size_t steps;
    int is_reckoned;
};

static struct measured read_record(const struct eg_view *view, const struct eg_record *record)
{
    const struct eg_cost_cell *cell = record->cell;
    struct measured measured = {.points = (double)cell->samples,
                                .steps = cell->steps,
                                .bytes = eg_row_number(record->values, "timing", "bytes"),
                                .calls = eg_row_number(record->values, NULL, "gradient_calls")};
    struct eg_moments moments;
    double *seconds = eg_view_alloc(view, cell->steps, sizeof *seconds);
    for (size_t i = 0; seconds && i < cell->steps; i++)
        seconds[i] = eg_row_element(record->values, "timing", "seconds", i);
    if (seconds && eg_view_check(view, eg_moments(seconds, cell->steps, EG_NAN_PROPAGATE, &moments,
                                                  eg_view_error(view)))) {
        measured.seconds = moments.median;
        measured.seconds_se = moments.se;
    }
    return measured;
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
static void find_largest(const struct eg_view *view, const struct eg_cost_method *method,
                         struct measured *fewer, struct measured *more)
{
    const struct eg_view run = eg_where(view, struct eg_cost_cell, guide, method->guide);
    *fewer = *more = (struct measured){0};
    for (size_t i = 0; i < run.count; i++) {
        const struct measured own = read_record(view, &run.records[i]);
        if (own.points > (double)method->samples)
            continue;
        if (own.points > more->points) {
            *fewer = *more;
            *more = own;
        } else if (own.points > fewer->points) {
            *fewer = own;
        }
    }
}

/* points is 0 where the rows do not say, and where a busy machine made the steps with a guide seem
 * shorter than those without, which gives no line. */
static struct measured find_method(const struct eg_view *view, const struct eg_cost_method *method,
                                   const struct measured *plain)
{
    struct measured fewer, more;
    const double points = (double)method->samples;
    find_largest(view, method, &fewer, &more);
    if (more.points == points)
        return more;
    if (fewer.points > 0 && plain->points > 0 && more.seconds > plain->seconds)
        return reckon(plain, &fewer, &more, points);
    return (struct measured){0};
}

static void put_method(const struct eg_view *view, const char *name, const struct measured *found,
                       const struct measured *plain)
{
    static const double megabyte = 1e6;
    const enum eg_basis varies = found->is_reckoned ? EG_BASIS_RECKONED : EG_BASIS_SAMPLE;
    const enum eg_basis exact = found->is_reckoned ? EG_BASIS_RECKONED : EG_BASIS_EXACT;
    const double times = found->seconds / plain->seconds;
    const double doubt = hypot(found->seconds_se / found->seconds,
                               plain->seconds_se / plain->seconds);
    const struct {
        const char *metric;
        enum eg_basis basis;
        double value, se;
    } numbers[] = {
        {"batches_per_second", varies, 1 / found->seconds,
         found->seconds_se / (found->seconds * found->seconds)},
        {"times_plain", varies, times, strcmp(name, "none") == 0 ? NAN : times * doubt},
        {"peak_memory", exact, found->bytes / megabyte, NAN},
        {"extra_gradient_calls", exact, found->calls, NAN},
        {"points_run", exact, found->points, NAN},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct eg_result result = eg_view_result(view, name, numbers[i].metric);
        result.se = numbers[i].se;
        result.basis = numbers[i].basis;
        if (isfinite(numbers[i].value))
            eg_put_value(view, result, numbers[i].value, found->steps);
    }
}

void eg_cost_summarise(const struct eg_view *view)
{
    const struct measured nothing = {0};
    const struct measured plain = find_method(view, &eg_cost_methods[0], &nothing);
    for (const struct eg_cost_method *m = eg_cost_methods; m->name; m++) {
        const struct measured found = find_method(view, m, &plain);
        if (found.points > 0)
            put_method(view, m->name, &found, &plain);
    }
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
    {"training-cost",
     "Supplementary Figure 1: cost of a training step (reckoned where fewer points were run)", NULL,
     methods, metrics, 3},
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
