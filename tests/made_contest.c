/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/made_contest.h"

#include <math.h>

#include <criterion/criterion.h>

struct eg_score_table make_table(const char *const *methods, size_t method_count,
                                 const struct eg_score_metric *metrics, size_t metric_count,
                                 size_t unit_count, const double *scores)
{
    return (struct eg_score_table){.dataset = "circles",
                                   .model = "mlp",
                                   .methods = methods,
                                   .method_count = method_count,
                                   .metrics = metrics,
                                   .metric_count = metric_count,
                                   .unit_count = unit_count,
                                   .scores = scores,
                                   .floor = EG_NO_METHOD,
                                   .ceiling = EG_NO_METHOD,
                                   .flipped = EG_NO_METHOD,
                                   .resamples = 2000};
}

struct eg_contest judge(const struct eg_score_table *table)
{
    struct eg_contest comparison;
    struct eg_error error = {0};
    cr_assert_eq(eg_contest_make(table, &comparison, &error), EG_OK, "%s", error.message);
    return comparison;
}

void expect_near(double got, double wanted, const char *what)
{
    cr_expect(fabs(got - wanted) < 1e-12, "%s is %.15g, not %.15g", what, got, wanted);
}
