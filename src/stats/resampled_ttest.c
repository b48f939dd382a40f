/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/resampled_ttest.h"

#include <math.h>

void eg_correct_resampled(struct eg_ttest *test, size_t count, size_t n_train, size_t n_test)
{
    test->se *= sqrt(1 + (double)count * (double)n_test / (double)n_train);
    test->t = test->difference / test->se;
    test->p = eg_ttest_p(test->t, test->df);
}

int eg_resampled_ttest(const double *a, const double *b, size_t count, size_t n_train,
                       size_t n_test, struct eg_ttest *test, struct eg_error *error)
{
    if (n_train == 0)
        return eg_fail(error, EG_DATA, "the corrected resampled t-test needs training rows, got 0");
    const int status = eg_ttest_paired(a, b, count, test, error);
    if (status == EG_OK)
        eg_correct_resampled(test, count, n_train, n_test);
    return status;
}
