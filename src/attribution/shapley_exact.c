/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shapley values by their definition, over all 2^p coalitions:
 *
 *     phi_j = sum over S without j of  |S|! (p - |S| - 1)! / p! * (v(S and j) - v(S))
 *
 * where v is the interventional value over the background (explain_task.h).
 */
#include "attribution/explain_task.h"

enum { FEATURES_MAX = 16 };

static size_t count_one(const struct eg_method_settings *settings, size_t background_rows)
{
    (void)settings;
    return background_rows ? 1 : 0;
}

static int check_features(const struct eg_method_settings *settings,
                          const struct eg_network *network, const struct eg_matrix *background,
                          struct eg_error *error)
{
    (void)settings;
    (void)background;
    if (network->inputs <= FEATURES_MAX)
        return EG_OK;
    return eg_fail(error, EG_USAGE,
                   "shapley_exact: %zu features have too many coalitions: it takes up to %d; use "
                   "shapley_sampling or kernel_shap",
                   network->inputs, FEATURES_MAX);
}

/* weight[s] = s! (p - s - 1)! / p!, from weight[0] = 1 / p on. */
static void weigh_sizes(size_t p, double *weight)
{
    weight[0] = 1 / (double)p;
    for (size_t s = 1; s < p; s++)
        weight[s] = weight[s - 1] * (double)s / (double)(p - s);
}

static void add_up(size_t p, const double *values, real *phi)
{
    double weight[FEATURES_MAX];
    weigh_sizes(p, weight);
    for (size_t j = 0; j < p; j++) {
        const size_t own = (size_t)1 << j;
        double sum = 0;
        for (size_t set = 0; set < (size_t)1 << p; set++)
            if (!(set & own))
                sum += weight[__builtin_popcountl(set)] * (values[set | own] - values[set]);
        phi[j] = (real)sum;
    }
}

static int explain_exact(struct eg_explain_task *task, struct eg_error *error)
{
    const size_t p = task->p, sets = (size_t)1 << p;
    unsigned char *members = eg_task_take(task, sets * p, 1, error);
    double *values = eg_task_take(task, sets, sizeof *values, error);
    int status = members && values ? EG_OK : EG_INTERNAL;
    for (size_t i = 0; i < sets * p && !status; i++)
        members[i] = i / p >> i % p & 1;
    if (!status)
        status = eg_task_value_coalitions(task, sets, members, values, error);
    if (!status)
        add_up(p, values, task->phi);
    eg_task_give(task, members);
    eg_task_give(task, values);
    return status;
}

const struct eg_method eg_shapley_exact = {
    .name = "shapley_exact",
    .summary = "Shapley values over all coalitions, features left out taken from the background",
    .is_complete = 1,
    .averages_background = 1,
    .count_points = count_one,
    .check = check_features,
    .explain = explain_exact,
};
