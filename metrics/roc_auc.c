/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/roc_auc.h"

#include <math.h>

#include <gsl/gsl_sort.h>
#include <gsl/gsl_sort_float.h>

#ifdef EG_SINGLE
#define sort_index gsl_sort_float_index
#else
#define sort_index gsl_sort_index
#endif

const struct eg_metric_info eg_roc_auc_info = {
    .name = "roc_auc",
    .formula = "P(f(x) > f(x')) + P(f(x) = f(x')) / 2, x of class 1, x' of class 0",
    .citation = "Hanley and McNeil 1982, Radiology 143",
    .direction = "higher is better",
    .range = "0 to 1; 0.5 for scores that know nothing",
    .needs = "labels of two classes and scores of the same rows",
    .tells = "how well the scores rank rows of one class above rows of the other",
    .hides = "whether scores are calibrated, and how a rare class fares among its best ranks",
};

static int count_positive(size_t count, const real *labels, const real *scores, size_t *positive,
                          struct eg_error *error)
{
    *positive = 0;
    for (size_t i = 0; i < count; i++) {
        if (labels[i] != 0 && labels[i] != 1)
            return eg_fail(error, EG_DATA, "ROC-AUC: row %zu has label %g; give 0 or 1", i,
                           (double)labels[i]);
        if (isnan(scores[i]))
            return eg_fail(error, EG_DATA, "ROC-AUC: the score of row %zu is not a number", i);
        *positive += labels[i] == 1;
    }
    if (*positive == 0 || *positive == count)
        return eg_fail(error, EG_DATA, "ROC-AUC needs rows of both classes; all %zu have label %d",
                       count, *positive != 0);
    return EG_OK;
}

int eg_roc_auc(size_t count, const real *labels, const real *scores, size_t *order, double *auc,
               struct eg_error *error)
{
    size_t positive;
    const int status = count_positive(count, labels, scores, &positive, error);
    if (status)
        return status;
    sort_index(order, scores, 1, count);
    double rank_sum = 0;
    for (size_t first = 0, end; first < count; first = end) {
        size_t tied_positive = 0;
        for (end = first; end < count && scores[order[end]] == scores[order[first]]; end++)
            tied_positive += labels[order[end]] == 1;
        rank_sum += (double)tied_positive * 0.5 * (double)(first + 1 + end);
    }
    const double n1 = (double)positive, n0 = (double)(count - positive);
    *auc = (rank_sum - 0.5 * n1 * (n1 + 1)) / (n1 * n0);
    return EG_OK;
}
