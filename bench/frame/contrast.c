/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/contrast.h"

#include <math.h>
#include <stdio.h>

#include "stats/effect_size.h"
#include "stats/holm.h"
#include "stats/mean_interval.h"
#include "stats/resampled_ttest.h"
#include "stats/ttest.h"

enum { RESAMPLES = 10000 };

static void put(const struct eg_view *view, const struct eg_contrast *contrast,
                const char *statistic, double value, size_t n)
{
    struct eg_result result = eg_view_result(view, contrast->of, contrast->metric);
    snprintf(result.versus, sizeof result.versus, "%s", contrast->versus);
    snprintf(result.statistic, sizeof result.statistic, "%s", statistic);
    eg_put_value(view, result, value, n);
}

/* a and b: the numbers of the units that both have, in the order of a. */
static size_t pair_units(const struct eg_view *view, const struct eg_contrast *contrast, double **a,
                         double **b)
{
    const struct eg_sample *own = &contrast->a, *other = &contrast->b;
    size_t n = 0;
    *a = eg_view_alloc(view, own->count, sizeof **a);
    *b = eg_view_alloc(view, own->count, sizeof **b);
    for (size_t i = 0; *a && *b && i < own->count; i++)
        for (size_t k = 0; k < other->count; k++)
            if (own->units[i] == other->units[k]) {
                (*a)[n] = own->numbers[i];
                (*b)[n++] = other->numbers[k];
                break;
            }
    return n;
}

double eg_put_paired(const struct eg_view *view, const struct eg_contrast *contrast)
{
    struct eg_error *error = eg_view_error(view);
    struct eg_ttest paired, corrected;
    double *a, *b, low, high, d;
    const size_t n = pair_units(view, contrast, &a, &b);
    const struct eg_sample difference = eg_sample_difference(view, &contrast->a, &contrast->b);
    if (n < 2 || error->status || !eg_view_check(view, eg_ttest_paired(a, b, n, &paired, error)) ||
        !eg_view_check(view, eg_mean_interval(difference.numbers, n, RESAMPLES, &contrast->stream,
                                              &low, &high, error)))
        return NAN;
    put(view, contrast, "difference", paired.difference, n);
    put(view, contrast, "difference_low", low, n);
    put(view, contrast, "difference_high", high, n);
    put(view, contrast, "paired_t", paired.t, n);
    put(view, contrast, "paired_p", paired.p, n);
    if (contrast->test_rows &&
        eg_view_check(view, eg_resampled_ttest(a, b, n, contrast->train_rows, contrast->test_rows,
                                               &corrected, error))) {
        put(view, contrast, "corrected_t", corrected.t, n);
        put(view, contrast, "corrected_p", corrected.p, n);
    }
    if (contrast->has_effect_size && eg_view_check(view, eg_cohen_d_paired(a, b, n, &d, error)))
        put(view, contrast, "effect_size", d, n);
    return paired.p;
}

double eg_put_two_sample(const struct eg_view *view, const struct eg_contrast *contrast)
{
    struct eg_error *error = eg_view_error(view);
    const struct eg_sample *a = &contrast->a, *b = &contrast->b;
    const size_t n = a->count < b->count ? a->count : b->count;
    struct eg_ttest pooled, welch;
    if (n < 2 || error->status ||
        !eg_view_check(
            view, eg_ttest_pooled(a->numbers, a->count, b->numbers, b->count, &pooled, error)) ||
        !eg_view_check(view,
                       eg_ttest_welch(a->numbers, a->count, b->numbers, b->count, &welch, error)))
        return NAN;
    put(view, contrast, "difference", pooled.difference, n);
    put(view, contrast, "t", pooled.t, n);
    put(view, contrast, "p", pooled.p, n);
    put(view, contrast, "welch_t", welch.t, n);
    put(view, contrast, "welch_p", welch.p, n);
    return pooled.p;
}

/* How many numbers a contrast's results stand on, as its test counted them. */
static size_t count_tested(const struct eg_view *view, const struct eg_contrast *contrast)
{
    const struct eg_result_name name = {contrast->of, contrast->versus, contrast->metric,
                                        "difference"};
    const struct eg_result *found = eg_results_find_named(eg_view_results(view), view->dataset,
                                                          view->protocol, &name, NAN);
    return found ? found->n : 0;
}

void eg_put_holm(const struct eg_view *view, const char *statistic,
                 const struct eg_contrast *contrasts, const double *p, size_t count)
{
    double *adjusted = eg_view_alloc(view, count, sizeof *adjusted);
    if (!adjusted || !eg_view_check(view, eg_holm(p, count, adjusted, eg_view_error(view))))
        return;
    for (size_t i = 0; i < count; i++)
        if (!isnan(p[i]))
            put(view, &contrasts[i], statistic, adjusted[i], count_tested(view, &contrasts[i]));
}
