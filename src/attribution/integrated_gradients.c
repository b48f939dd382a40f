/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "attribution/method.h"

static size_t count_integrated(const struct eg_method_settings *settings, size_t background_rows)
{
    const int needs_two = settings->rule == EG_RULE_TRAPEZOID || settings->rule == EG_RULE_RELEASED;
    if (background_rows == 0 || settings->samples < (needs_two ? 2 : 1))
        return 0;
    return settings->samples;
}

static void place_on_rule(enum eg_rule rule, size_t s, size_t m, real *alpha, real *coefficient)
{
    const double equal = 1 / (double)m, gap = m > 1 ? 1 / (double)(m - 1) : 0;
    const int is_end = s == 0 || s == m - 1;
    double at = 0, weight = equal;
    switch (rule) {
    case EG_RULE_LEFT:
        at = (double)s * equal;
        break;
    case EG_RULE_RIGHT:
        at = (double)(s + 1) * equal;
        break;
    case EG_RULE_MIDPOINT:
        at = ((double)s + 0.5) * equal;
        break;
    case EG_RULE_TRAPEZOID:
        at = (double)s * gap;
        weight = is_end ? gap / 2 : gap;
        break;
    case EG_RULE_RELEASED:
        at = (double)s * gap;
        break;
    }
    *alpha = (real)at;
    *coefficient = (real)weight;
}

/* The baseline of sample i is background row i, beginning again where the rows run out: one row is
 * one baseline for all, n rows are a baseline for each. */
static void draw_integrated(const struct eg_method_settings *settings, size_t n, size_t k,
                            size_t background_rows, struct eg_stream stream, struct eg_path *path)
{
    (void)stream;
    for (size_t s = 0; s < k; s++) {
        real alpha;
        place_on_rule(settings->rule, s, k, &alpha, &path->coefficient[s]);
        for (size_t i = 0; i < n; i++) {
            path->reference[i * k + s] = (uint32_t)(i % background_rows);
            path->alpha[i * k + s] = alpha;
        }
    }
}

const struct eg_method eg_integrated_gradients = {
    .name = "integrated_gradients",
    .summary = "gradients along the straight way from a baseline to x",
    .is_complete = 1,
    .count_points = count_integrated,
    .draw_path = draw_integrated,
};
