/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/image/image_tests.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/experiments.h"
#include "stats/mean_interval.h"
#include "stats/ttest.h"

enum { RESAMPLES = 10000 };

static json_int_t replicate_of(const json_t *row)
{
    return json_integer_value(json_object_get(json_object_get(row, "config"), "replicate"));
}

static double area_of(const json_t *row)
{
    return json_number_value(json_object_get(json_object_get(row, "values"), "robustness_area"));
}

static size_t pair_areas(const struct eg_group *ours, const struct eg_group *others, double *a,
                         double *b)
{
    size_t n = 0;
    for (size_t i = 0; i < ours->count; i++)
        for (size_t j = 0; j < others->count; j++)
            if (replicate_of(ours->rows[i]) == replicate_of(others->rows[j])) {
                a[n] = area_of(ours->rows[i]);
                b[n++] = area_of(others->rows[j]);
                break;
            }
    return n;
}

/* difference (n): a - b */
static int test_areas(const struct eg_group *group, const double *a, const double *b,
                      double *difference, size_t n, struct eg_ttest *paired, double interval[2],
                      struct eg_error *error)
{
    const struct eg_stream stream = eg_stream_make(group->seed, EG_STREAM_IMAGE_NOISE,
                                                   EG_PURPOSE_BOOTSTRAP, 0, 0);
    for (size_t i = 0; i < n; i++)
        difference[i] = a[i] - b[i];
    const int status = eg_ttest_paired(a, b, n, paired, error);
    return status ? status
                  : eg_mean_interval(difference, n, RESAMPLES, &stream, &interval[0], &interval[1],
                                     error);
}

int eg_image_add_test(const struct eg_group *ours, const struct eg_group *others,
                      const char *method, const char *prefix, struct eg_results *results,
                      struct eg_error *error)
{
    double *a = eg_alloc(3 * ours->count + 1, sizeof *a, error);
    if (!a)
        return EG_INTERNAL;
    struct eg_ttest paired = {0};
    double interval[2] = {0};
    double *b = a + ours->count;
    const size_t n = pair_areas(ours, others, a, b);
    int status = n < 2 ? EG_OK
                       : test_areas(ours, a, b, b + ours->count, n, &paired, interval, error);
    const struct {
        const char *what;
        double value;
    } numbers[] = {{"difference", paired.difference},
                   {"difference_low", interval[0]},
                   {"difference_high", interval[1]},
                   {"paired_t", paired.t},
                   {"paired_p", paired.p}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers && n >= 2 && !status; i++) {
        char metric[64];
        snprintf(metric, sizeof metric, "%s_%s", numbers[i].what, prefix);
        status = eg_add_value(results, eg_group_result(ours, method, metric), numbers[i].value, n,
                              error);
    }
    free(a);
    return status;
}
