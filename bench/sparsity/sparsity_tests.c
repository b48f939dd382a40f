/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/sparsity/sparsity_tests.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/experiments.h"
#include "bench/frame/regularisers.h"
#include "stats/effect_size.h"
#include "stats/holm.h"
#include "stats/mean_interval.h"
#include "stats/resampled_ttest.h"
#include "stats/ttest.h"

static const char tested[] = "sparse_prior";
enum { RESAMPLES = 10000, PENALTIES_MAX = 32 };

/* What the rows say of a penalty in one replicate; NULL where there is no such row. */
static const json_t *find_row(const struct eg_group *group, const char *penalty,
                              json_int_t replicate)
{
    for (size_t i = 0; i < group->count; i++) {
        const json_t *config = json_object_get(group->rows[i], "config");
        const char *name = json_string_value(json_object_get(config, "penalty"));
        if (name && strcmp(name, penalty) == 0 &&
            json_integer_value(json_object_get(config, "replicate")) == replicate)
            return group->rows[i];
    }
    return NULL;
}

static double number_of(const json_t *row, const char *metric)
{
    return json_number_value(json_object_get(json_object_get(row, "values"), metric));
}

/* a and b: the metric of the sparse prior and of the other in the replicates that both have. */
static size_t pair_numbers(const struct eg_group *group, const char *other, const char *metric,
                           double *a, double *b)
{
    size_t n = 0;
    for (size_t i = 0; i < group->count; i++) {
        const json_t *config = json_object_get(group->rows[i], "config");
        const char *name = json_string_value(json_object_get(config, "penalty"));
        if (!name || strcmp(name, other) != 0)
            continue;
        const json_int_t replicate = json_integer_value(json_object_get(config, "replicate"));
        const json_t *ours = find_row(group, tested, replicate);
        if (!ours)
            continue;
        a[n] = number_of(ours, metric);
        b[n++] = number_of(group->rows[i], metric);
    }
    return n;
}

static int add_named(const struct eg_group *group, const char *other, const char *what,
                     const char *suffix, double value, size_t n, struct eg_results *results,
                     struct eg_error *error)
{
    char metric[64];
    snprintf(metric, sizeof metric, "%s_%s", what, suffix);
    return eg_add_value(results, eg_group_result(group, other, metric), value, n, error);
}

/* Rows that one replicate tests on, for the corrected test. */
static void rows_of_replicate(const struct eg_group *group, size_t *train, size_t *test)
{
    const json_t *values = json_object_get(group->rows[0], "values");
    const json_t *config = json_object_get(group->rows[0], "config");
    *train = (size_t)json_integer_value(json_object_get(config, "train_rows"));
    *test = (size_t)json_number_value(json_object_get(values, "test_rows"));
}

static int test_penalty(const struct eg_group *group, const char *other, const char *suffix,
                        const double *a, const double *b, size_t n, double *p,
                        struct eg_results *results, struct eg_error *error)
{
    struct eg_ttest paired, corrected;
    double low, high;
    double d, *difference = eg_alloc(n, sizeof *difference, error);
    size_t train, test;
    if (!difference)
        return EG_INTERNAL;
    for (size_t i = 0; i < n; i++)
        difference[i] = a[i] - b[i];
    const struct eg_stream stream = eg_stream_make(group->seed, EG_STREAM_SPARSITY,
                                                   EG_PURPOSE_BOOTSTRAP, (uint64_t)suffix[0], 0);
    rows_of_replicate(group, &train, &test);
    int status = eg_ttest_paired(a, b, n, &paired, error);
    if (!status)
        status = eg_resampled_ttest(a, b, n, train, test, &corrected, error);
    if (!status)
        status = eg_cohen_d_paired(a, b, n, &d, error);
    if (!status)
        status = eg_mean_interval(difference, n, RESAMPLES, &stream, &low, &high, error);
    free(difference);
    if (status)
        return status;
    *p = paired.p;
    const struct {
        const char *what;
        double value;
    } numbers[] = {{"difference", paired.difference},
                   {"difference_low", low},
                   {"difference_high", high},
                   {"paired_t", paired.t},
                   {"paired_p", paired.p},
                   {"corrected_t", corrected.t},
                   {"corrected_p", corrected.p},
                   {"effect_size", d}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers && !status; i++)
        status = add_named(group, other, numbers[i].what, suffix, numbers[i].value, n, results,
                           error);
    return status;
}

static int test_metric(const struct eg_group *group, const char *metric, const char *suffix,
                       double *a, double *b, struct eg_results *results, struct eg_error *error)
{
    double p[PENALTIES_MAX] = {0}, adjusted[PENALTIES_MAX];
    size_t count[PENALTIES_MAX], penalties = 0;
    int status = EG_OK;
    for (; eg_regularisers[penalties] && !status; penalties++) {
        const char *other = eg_regularisers[penalties]->name;
        p[penalties] = NAN;
        count[penalties] = strcmp(other, tested) ? pair_numbers(group, other, metric, a, b) : 0;
        if (count[penalties] >= 2)
            status = test_penalty(group, other, suffix, a, b, count[penalties], &p[penalties],
                                  results, error);
    }
    if (!status)
        status = eg_holm(p, penalties, adjusted, error);
    for (size_t i = 0; i < penalties && !status; i++)
        if (!isnan(p[i]))
            status = add_named(group, eg_regularisers[i]->name, "holm_p", suffix, adjusted[i],
                               count[i], results, error);
    return status;
}

int eg_sparsity_add_tests(const struct eg_group *group, struct eg_results *results,
                          struct eg_error *error)
{
    double *a = eg_alloc(2 * group->count, sizeof *a, error);
    if (!a)
        return EG_INTERNAL;
    double *b = a + group->count;
    int status = test_metric(group, "test_roc_auc", "roc_auc", a, b, results, error);
    if (!status)
        status = test_metric(group, "test_gini", "gini", a, b, results, error);
    free(a);
    return status;
}
