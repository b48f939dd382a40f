/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/relevance.h"

#include <math.h>
#include <stdlib.h>

#include "metrics/attribution_rows.h"

#define PLANTED                                                                                    \
    .citation = "Arras et al. 2022, Information Fusion 81", .direction = "higher is better",       \
    .needs = "attributions, and data in which it is known which features matter",                  \
    .hides =                                                                                       \
        "how credit is distributed among the features that matter, and its signs; a model that "   \
        "has learned something else is blamed on the method"

const struct eg_metric_info eg_relevance_mass_info = {
    .name = "relevance_mass",
    .judged = EG_JUDGED_USUALLY,
    .formula = "mean of sum_{j in R} |phi_j| / sum_j |phi_j|, R the features that matter",
    .range = "0 to 1; unrelated numbers get about |R| / p",
    .tells = "the attributions lie on the features that matter",
    PLANTED,
};

const struct eg_metric_info eg_relevance_rank_info = {
    .name = "relevance_rank",
    .judged = EG_JUDGED_USUALLY,
    .formula = "mean |T with R| / |R|, R the features that matter, T as many of largest |phi_j|",
    .range = "0 to 1; unrelated numbers get about |R| / p",
    .tells = "the features that matter stand above all others",
    PLANTED,
};

/* Adds one row. */
static void add_row(size_t p, const real *phi, const char *planted, size_t count,
                    const struct eg_ranked *ranked, struct eg_relevance *result)
{
    double within = 0, all = 0, found = 0;
    for (size_t j = 0; j < p; j++) {
        all += fabs((double)phi[j]);
        within += planted[j] ? fabs((double)phi[j]) : 0;
    }
    for (size_t r = 0; r < count; r++)
        found += planted[ranked[r].feature] != 0;
    result->mass += all > 0 ? within / all : (double)count / (double)p;
    result->rank += found / (double)count;
}

int eg_relevance(const struct eg_matrix *phi, const char *planted, struct eg_stream stream,
                 struct eg_relevance *result, struct eg_error *error)
{
    const size_t p = phi->cols;
    size_t count = 0;
    const int status = eg_check_pair("relevance", "attributions", phi, "attributions", phi, error);
    if (status)
        return status;
    for (size_t j = 0; j < p; j++)
        count += planted[j] != 0;
    if (count == 0 || count == p)
        return eg_fail(error, EG_DATA,
                       "relevance: %zu of %zu features are planted; some must be, "
                       "and some must not",
                       count, p);
    struct eg_ranked *ranked = eg_alloc(p, sizeof *ranked, error);
    if (!ranked)
        return EG_INTERNAL;
    *result = (struct eg_relevance){0};
    for (size_t i = 0; i < phi->rows; i++) {
        eg_rank_features(p, eg_row(phi, i), 0, eg_stream_item(&stream, i), ranked);
        add_row(p, eg_row(phi, i), planted, count, ranked, result);
    }
    result->mass /= (double)phi->rows;
    result->rank /= (double)phi->rows;
    free(ranked);
    return EG_OK;
}
