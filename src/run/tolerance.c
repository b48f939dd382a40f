/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/tolerance.h"

#include <math.h>
#include <string.h>

const struct eg_bound eg_no_slack = {0, 0};
static const struct eg_bound double_numbers = {1e-6, 1e-9};
static const struct eg_bound single_numbers = {3.5e-4, 1e-5};
static const struct eg_bound single_tests = {0.019, 1e-3};

const char *const eg_bit_fields[] = {"openblas", "gsl", "libc", "blas_core", NULL};

/* Whether the metric is a t, a p or an effect size: a quotient of differences, or a function of one;
 * or a share of permutations or of pairs of genes, of which one may change places. */
static int is_test(const char *metric)
{
    static const char *const beginnings[] = {
        "paired_", "corrected_", "holm_", "effect_size_", "welch_", "t_r2", "p_r2", "q_", "truth_"};
    for (size_t i = 0; i < sizeof beginnings / sizeof *beginnings; i++)
        if (strncmp(metric, beginnings[i], strlen(beginnings[i])) == 0)
            return 1;
    return 0;
}

struct eg_bound eg_bound_of(const char *precision, const char *metric)
{
    if (strcmp(precision, "single") != 0)
        return double_numbers;
    return is_test(metric) ? single_tests : single_numbers;
}

int eg_agree(double a, double b, struct eg_bound tolerance, double *share)
{
    const double difference = fabs(a - b);
    const double most = fmax(tolerance.relative * fmax(fabs(a), fabs(b)), tolerance.absolute);
    if (share)
        *share = 0;
    if ((isnan(a) && isnan(b)) || a == b)
        return 1;
    if (!isfinite(difference) || most == 0)
        return 0;
    if (share)
        *share = difference / most;
    return difference <= most;
}

int eg_receipts_alike(const json_t *a, const json_t *b)
{
    for (const char *const *field = eg_bit_fields; *field; field++) {
        const char *ours = json_string_value(json_object_get(a, *field));
        const char *theirs = json_string_value(json_object_get(b, *field));
        if (!ours || !theirs || strcmp(ours, theirs) != 0)
            return 0;
    }
    return 1;
}
