/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/graph/graph_tests.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/experiments.h"
#include "stats/holm.h"
#include "stats/mean_interval.h"
#include "stats/resampled_ttest.h"
#include "stats/ttest.h"

enum { RESAMPLES = 10000, MODELS_MOST = 16 };

/* What is compared: the minuend's less the subtrahend's. */
struct comparison {
    const char *suffix;
    const char *of, *with; /* NULL: each model */
};

static const struct comparison comparisons[] = {{"", NULL, "neural_network"},
                                                {"_from_prior", "graph_prior", NULL}};

/* The numbers of two models; paired by split under protocol fixed. */
struct samples {
    double *a, *b;
    size_t a_count, b_count;
};

static void pair_splits(struct samples *samples, const size_t *a_places, const size_t *b_places)
{
    size_t n = 0, j = 0;
    for (size_t i = 0; i < samples->a_count; i++) {
        while (j < samples->b_count && b_places[j] < a_places[i])
            j++;
        if (j == samples->b_count || b_places[j] != a_places[i])
            continue;
        samples->a[n] = samples->a[i];
        samples->b[n++] = samples->b[j];
    }
    samples->a_count = samples->b_count = n;
}

static void find_samples(const struct eg_graph_choice *choice, const char *of, const char *with,
                         size_t *places, struct samples *samples)
{
    size_t *other = places + choice->group->count;
    samples->a_count = eg_graph_numbers(choice, of, "test_r2", samples->a, places);
    samples->b_count = eg_graph_numbers(choice, with, "test_r2", samples->b, other);
    if (choice->is_fixed)
        pair_splits(samples, places, other);
}

/* --- one test --- */

struct named {
    const char *what;
    double value;
};

static int add_numbers(const struct eg_graph_choice *choice, const char *model, const char *suffix,
                       size_t count, const struct named *numbers, size_t n,
                       struct eg_results *results, struct eg_error *error)
{
    int status = EG_OK;
    for (size_t i = 0; i < count && !status; i++) {
        char metric[64];
        snprintf(metric, sizeof metric, "%s_r2%s", numbers[i].what, suffix);
        status = eg_add_value(results, eg_group_result(choice->group, model, metric),
                              numbers[i].value, n, error);
    }
    return status;
}

static int add_unpaired(const struct eg_graph_choice *choice, const char *model, const char *suffix,
                        const struct samples *samples, double *p, struct eg_results *results,
                        struct eg_error *error)
{
    struct eg_ttest pooled, welch;
    const size_t n = samples->a_count < samples->b_count ? samples->a_count : samples->b_count;
    if (eg_ttest_pooled(samples->a, samples->a_count, samples->b, samples->b_count, &pooled,
                        error) ||
        eg_ttest_welch(samples->a, samples->a_count, samples->b, samples->b_count, &welch, error))
        return error->status;
    const struct named numbers[] = {{"difference", pooled.difference},
                                    {"t", pooled.t},
                                    {"p", pooled.p},
                                    {"welch_t", welch.t},
                                    {"welch_p", welch.p}};
    *p = pooled.p;
    return add_numbers(choice, model, suffix, sizeof numbers / sizeof *numbers, numbers, n, results,
                       error);
}

static int add_paired(const struct eg_graph_choice *choice, const char *model, const char *suffix,
                      const struct samples *samples, double *p, struct eg_results *results,
                      struct eg_error *error)
{
    const struct eg_stream stream = eg_stream_make(choice->group->seed, EG_STREAM_GRAPH_PRIOR,
                                                   EG_PURPOSE_BOOTSTRAP, 1, 0);
    struct eg_ttest paired, corrected;
    double low, high;
    const size_t n = samples->a_count;
    if (eg_ttest_paired(samples->a, samples->b, n, &paired, error) ||
        eg_resampled_ttest(samples->a, samples->b, n, eg_graph_count_data(choice, "train_samples"),
                           eg_graph_count_data(choice, "test_samples"), &corrected, error))
        return error->status;
    for (size_t i = 0; i < n; i++)
        samples->a[i] -= samples->b[i];
    if (eg_mean_interval(samples->a, n, RESAMPLES, &stream, &low, &high, error))
        return error->status;
    const struct named numbers[] = {{"difference", paired.difference},
                                    {"difference_low", low},
                                    {"difference_high", high},
                                    {"paired_t", paired.t},
                                    {"paired_p", paired.p},
                                    {"corrected_t", corrected.t},
                                    {"corrected_p", corrected.p}};
    *p = paired.p;
    return add_numbers(choice, model, suffix, sizeof numbers / sizeof *numbers, numbers, n, results,
                       error);
}

/* --- all tests of one suffix --- */

/* numbers and places: room for two models each. p: NAN for models without a test. */
static int add_comparison(const struct eg_graph_choice *choice, const struct comparison *comparison,
                          double *numbers, size_t *places, double p[MODELS_MOST],
                          struct eg_results *results, struct eg_error *error)
{
    int status = EG_OK;
    for (size_t m = 0; eg_graph_models[m] && !status; m++) {
        const char *model = eg_graph_models[m];
        const char *of = comparison->of ? comparison->of : model;
        const char *with = comparison->with ? comparison->with : model;
        struct samples samples = {.a = numbers, .b = numbers + choice->group->count};
        p[m] = NAN;
        if (strcmp(of, with) == 0)
            continue;
        find_samples(choice, of, with, places, &samples);
        if (samples.a_count < 2 || samples.b_count < 2)
            continue;
        status = (choice->is_fixed ? add_paired : add_unpaired)(choice, model, comparison->suffix,
                                                                &samples, &p[m], results, error);
    }
    return status;
}

static int add_holm(const struct eg_graph_choice *choice, const struct comparison *comparison,
                    const double p[MODELS_MOST], struct eg_results *results, struct eg_error *error)
{
    double adjusted[MODELS_MOST];
    size_t count = 0;
    while (eg_graph_models[count])
        count++;
    int status = eg_holm(p, count, adjusted, error);
    for (size_t m = 0; m < count && !status; m++) {
        char test[64];
        snprintf(test, sizeof test, "difference_r2%s", comparison->suffix);
        const struct eg_result *result = eg_results_find(results, choice->group->dataset,
                                                         choice->group->protocol,
                                                         eg_graph_models[m], test, NAN);
        if (result)
            status = add_numbers(choice, eg_graph_models[m], comparison->suffix, 1,
                                 &(struct named){"holm_p", adjusted[m]}, result->n, results, error);
    }
    return status;
}

int eg_graph_add_tests(const struct eg_graph_choice *choice, struct eg_results *results,
                       struct eg_error *error)
{
    const size_t most = choice->group->count;
    double p[MODELS_MOST], *numbers = eg_alloc(2 * most, sizeof *numbers, error);
    size_t *places = eg_alloc(2 * most, sizeof *places, error);
    int status = numbers && places ? EG_OK : EG_INTERNAL;
    for (size_t c = 0; c < sizeof comparisons / sizeof *comparisons && !status; c++) {
        status = add_comparison(choice, &comparisons[c], numbers, places, p, results, error);
        if (!status)
            status = add_holm(choice, &comparisons[c], p, results, error);
    }
    free(numbers);
    free(places);
    return status;
}
