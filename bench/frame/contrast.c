/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/contrast.h"

#include <math.h>
#include <stdio.h>

#include "stats/holm.h"
#include "stats/mean_interval.h"
#include "stats/resampled_ttest.h"
#include "stats/ttest.h"

enum { RESAMPLES = 10000 };

static void put(const struct eg_view *view, const struct eg_contrast *contrast,
                const char *statistic, double value, size_t n)
{
    const struct eg_result_name name = {contrast->of, contrast->versus, contrast->metric,
                                        statistic};
    struct eg_result result = eg_view_result(view, contrast->of, contrast->metric);
    if (eg_results_find_named(eg_view_results(view), view->dataset, view->protocol, &name, NAN))
        return; /* the same two were held against each other for another table */
    snprintf(result.versus, sizeof result.versus, "%s", contrast->versus);
    snprintf(result.statistic, sizeof result.statistic, "%s", statistic);
    eg_put_value(view, result, value, n);
}

/* Where differences do not vary at all there is no t to go by: each says so with the chance of a coin, as in verdicts;
 * none says anything. */
static void settle_constant(struct eg_ttest *test, size_t n)
{
    static const double rounding = 1e-12;
    if (test->se <= rounding * fabs(test->difference))
        test->p = test->difference == 0 ? 1 : pow(0.5, (double)n - 1);
}

int eg_test_differences(const double *differences, size_t n, size_t train_rows, size_t test_rows,
                        struct eg_paired_tests *tests, struct eg_error *error)
{
    const int status = eg_ttest_one_sample(differences, n, 0, &tests->paired, error);
    if (!status)
        settle_constant(&tests->paired, n);
    tests->corrected = (struct eg_ttest){NAN, NAN, NAN, NAN, NAN};
    if (status || !train_rows)
        return status;
    tests->corrected = tests->paired;
    eg_correct_resampled(&tests->corrected, n, train_rows, test_rows);
    settle_constant(&tests->corrected, n);
    return EG_OK;
}

struct eg_paired_tests eg_put_paired(const struct eg_view *view, const struct eg_contrast *contrast)
{
    struct eg_error *error = eg_view_error(view);
    static const struct eg_paired_tests none = {{NAN, NAN, NAN, NAN, NAN},
                                                {NAN, NAN, NAN, NAN, NAN}};
    struct eg_paired_tests tests;
    double low, high;
    const struct eg_sample difference = eg_sample_difference(view, &contrast->a, &contrast->b);
    const size_t n = difference.count;
    if (n < 2 || error->status ||
        !eg_view_check(view, eg_test_differences(difference.numbers, n, contrast->train_rows,
                                                 contrast->test_rows, &tests, error)) ||
        !eg_view_check(view, eg_mean_interval(difference.numbers, n, RESAMPLES, &contrast->stream,
                                              &low, &high, error)))
        return none;
    put(view, contrast, "difference", tests.paired.difference, n);
    put(view, contrast, "difference_low", low, n);
    put(view, contrast, "difference_high", high, n);
    put(view, contrast, "paired_t", tests.paired.t, n);
    put(view, contrast, "paired_p", tests.paired.p, n);
    if (contrast->test_rows) {
        put(view, contrast, "corrected_t", tests.corrected.t, n);
        put(view, contrast, "corrected_p", tests.corrected.p, n);
    }
    if (contrast->has_effect_size)
        put(view, contrast, "effect_size", tests.paired.t / sqrt((double)n), n); /* Cohen's d */
    return tests;
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
