/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/cost/cost_summary.h"

#include <math.h>

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

/* What cells of one kind found, or what is reckoned from two kinds. */
struct measured {
    double points;            /* that were run; 0: there is nothing */
    struct eg_sample seconds; /* the median step of each round */
    double bytes, calls;
    int is_reckoned;
};

static double find_median_step(const struct eg_record *record, const void *context)
{
    const struct eg_view *view = context;
    const struct eg_cost_cell *cell = record->cell;
    struct eg_moments moments = {.median = NAN};
    double *seconds = eg_view_alloc(view, cell->steps, sizeof *seconds);
    for (size_t i = 0; seconds && i < cell->steps; i++)
        seconds[i] = eg_row_element(record->values, "timing", "seconds", i);
    if (seconds)
        eg_view_check(view, eg_moments(seconds, cell->steps, EG_NAN_PROPAGATE, &moments,
                                       eg_view_error(view)));
    return moments.median;
}

/* run: the cells of one regulariser. Memory and calls are the same in each round. */
static struct measured read_points(const struct eg_view *run, size_t points)
{
    const struct eg_view own = eg_where(run, struct eg_cost_cell, samples, points);
    if (own.count == 0)
        return (struct measured){0};
    const json_t *first = own.records[0].values;
    return (struct measured){.points = (double)points,
                             .seconds = eg_sample_by(&own, find_median_step, run),
                             .bytes = eg_row_number(first, "timing", "bytes"),
                             .calls = eg_row_number(first, NULL, "gradient_calls")};
}

/* The number of that unit; NAN where there is none. */
static double number_of(const struct eg_sample *sample, size_t unit)
{
    for (size_t i = 0; i < sample->count; i++)
        if (sample->units[i] == unit)
            return sample->numbers[i];
    return NAN;
}

/* More points than were run: time is, round by round, on the straight line from a step without a regulariser, that
 * is with 0 points, to the one with most; memory, which has no noise but a part that no point brings, on the
 * line through the two counts with most. */
static struct measured reckon(const struct eg_view *view, const struct measured *plain,
                              const struct measured *fewer, const struct measured *more,
                              double points)
{
    const double times = points / more->points;
    const double reach = (points - more->points) / (more->points - fewer->points);
    struct measured reckoned = *more;
    reckoned.seconds = eg_sample_difference(view, &more->seconds, &plain->seconds);
    for (size_t i = 0; i < reckoned.seconds.count; i++)
        reckoned.seconds.numbers[i] = number_of(&plain->seconds, reckoned.seconds.units[i]) +
                                      times * reckoned.seconds.numbers[i];
    reckoned.bytes += reach * (more->bytes - fewer->bytes);
    reckoned.calls *= times;
    reckoned.is_reckoned = 1;
    return reckoned;
}

/* points is 0 where the rows do not say, and where a busy machine made the steps with a regulariser seem
 * shorter than those without, which gives no line. */
static struct measured find_method(const struct eg_view *view, const struct eg_cost_method *method,
                                   const struct measured *plain)
{
    const struct eg_view run = eg_where(view, struct eg_cost_cell, regulariser,
                                        method->regulariser);
    const struct eg_sample counts = eg_values_of(&run, offsetof(struct eg_cost_cell, samples),
                                                 EG_FIELD_COUNT);
    size_t last = counts.count;
    while (last > 0 && counts.numbers[last - 1] > (double)method->samples)
        last--;
    if (last == 0)
        return (struct measured){0};
    const struct measured more = read_points(&run, (size_t)counts.numbers[last - 1]);
    if (more.points == (double)method->samples)
        return more;
    if (last < 2 || !(eg_sample_mean(&more.seconds) > eg_sample_mean(&plain->seconds)))
        return (struct measured){0};
    const struct measured fewer = read_points(&run, (size_t)counts.numbers[last - 2]);
    return reckon(view, plain, &fewer, &more, (double)method->samples);
}

/* Of each round batches a second, or with `plain` a step's time in that round's steps without a regulariser. */
static void put_times(const struct eg_view *view, struct eg_result result,
                      const struct eg_sample *seconds, const struct eg_sample *plain)
{
    struct eg_sample numbers = {
        .numbers = eg_view_alloc(view, seconds->count, sizeof *numbers.numbers),
        .units = eg_view_alloc(view, seconds->count, sizeof *numbers.units)};
    for (size_t i = 0; numbers.numbers && numbers.units && i < seconds->count; i++) {
        const size_t unit = seconds->units[i];
        const double own = seconds->numbers[i];
        const double number = plain ? own / number_of(plain, unit) : 1 / own;
        if (isnan(number))
            continue;
        numbers.units[numbers.count] = unit;
        numbers.numbers[numbers.count++] = number;
    }
    eg_put_sample(view, result, numbers);
}

static void put_method(const struct eg_view *view, const char *name, const struct measured *found,
                       const struct measured *plain)
{
    static const double megabyte = 1e6;
    const struct {
        const char *metric;
        double value;
    } exact[] = {{"peak_memory", found->bytes / megabyte},
                 {"extra_gradient_calls", found->calls},
                 {"points_run", found->points}};
    struct eg_result result = eg_view_result(view, name, "batches_per_second");
    result.basis = found->is_reckoned ? EG_BASIS_RECKONED : EG_BASIS_SAMPLE;
    put_times(view, result, &found->seconds, NULL);
    result = eg_view_result(view, name, "times_plain");
    result.basis = found->is_reckoned ? EG_BASIS_RECKONED : EG_BASIS_SAMPLE;
    put_times(view, result, &found->seconds, &plain->seconds);
    for (size_t i = 0; i < sizeof exact / sizeof *exact; i++) {
        result = eg_view_result(view, name, exact[i].metric);
        result.basis = found->is_reckoned ? EG_BASIS_RECKONED : EG_BASIS_EXACT;
        if (isfinite(exact[i].value))
            eg_put_value(view, result, exact[i].value, found->seconds.count);
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
