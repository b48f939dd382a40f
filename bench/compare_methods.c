/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare_methods.h"

#include <stdlib.h>
#include <string.h>

#include "bench/experiments.h"

const char eg_compare_oracle[] = "oracle", eg_compare_flipped[] = "flipped_oracle";

static size_t count_own(void)
{
    size_t count = 0;
    while (eg_methods[count])
        count++;
    return count;
}

size_t eg_compare_method_count(void)
{
    return count_own() + 2;
}

const char *eg_compare_method_name(size_t method)
{
    const size_t own = count_own();
    if (method < own)
        return eg_methods[method]->name;
    return method == own ? eg_compare_oracle : eg_compare_flipped;
}

double eg_compare_method_cost(const char *name, size_t p)
{
    const int is_slow = strcmp(name, eg_shapley_exact.name) == 0 ||
                        strcmp(name, eg_kernel_shap.name) == 0;
    return (p > 16 ? 3 : 1) + (is_slow ? 2 : 0);
}

static int sees_coalitions(const struct eg_method *method)
{
    return method == &eg_shapley_exact || method == &eg_kernel_shap;
}

static size_t choose_samples(const struct eg_method *method, size_t samples, size_t p)
{
    if (method == &eg_shapley_sampling)
        return samples / 10 * 2;
    if (method == &eg_kernel_shap)
        return samples + 2 * p;
    return samples;
}

int eg_compare_explainer_make(struct eg_compare_explainer *made, const struct eg_compare_unit *unit,
                              const struct eg_method *method, size_t samples, size_t background,
                              size_t threads, struct eg_error *error)
{
    const size_t p = unit->train.x.cols;
    const enum eg_purpose purpose = method == &eg_random_attribution ? EG_PURPOSE_RANDOM_ATTRIBUTION
                                                                     : EG_PURPOSE_EXPLAIN;
    *made = (struct eg_compare_explainer){.background = unit->train.x};
    made->zeros = eg_alloc(p, sizeof *made->zeros, error);
    if (!made->zeros)
        return EG_INTERNAL;
    if (method == &eg_integrated_gradients)
        made->background = (struct eg_matrix){1, p, made->zeros};
    else if (sees_coalitions(method) && background < unit->train.x.rows)
        made->background.rows = background;
    made->stream = eg_stream_make(unit->seed, EG_STREAM_COMPARE, purpose, unit->number, 0);
    made->explainer = (struct eg_explainer){
        .network = &unit->network,
        .method = method,
        .settings = {.samples = choose_samples(method, samples, p),
                     .rule = EG_RULE_MIDPOINT,
                     .noise = 0.1},
        .background = &made->background,
        .threads = threads};
    return EG_OK;
}

void eg_compare_explainer_free(struct eg_compare_explainer *made)
{
    free(made->zeros);
}

enum eg_phi_kind eg_compare_kind(const char *name)
{
    return strcmp(name, eg_gradients.name) == 0 || strcmp(name, eg_smoothgrad.name) == 0
               ? EG_PHI_SLOPES
               : EG_PHI_SHARES;
}
