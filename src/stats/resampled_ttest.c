/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/resampled_ttest.h"

#include <math.h>

void eg_correct_resampled(struct eg_ttest *test, size_t count, size_t n_train, size_t n_test)
{
    test->se *= sqrt(1 + (double)count * (double)n_test / (double)n_train);
    test->t = test->difference / test->se;
    test->p = eg_ttest_p(test->t, test->df);
}
