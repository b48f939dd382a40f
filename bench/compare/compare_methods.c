/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_methods.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/compare/compare_black_box.h"
#include "bench/experiments.h"

const char eg_compare_oracle[] = "oracle", eg_compare_flipped[] = "flipped_oracle";
static const char from_mean[] = "integrated_gradients_mean";

enum { MOST_EXACT = 16 };

static size_t count_own(void)
{
    size_t count = 0;
    while (eg_methods[count])
        count++;
    return count;
}

/* Where integrated gradients from the mean come in: after those from zero. */
static size_t find_mean(void)
{
    size_t at = 0;
    while (eg_methods[at] != &eg_integrated_gradients)
        at++;
    return at + 1;
}

size_t eg_compare_method_count(void)
{
    return count_own() + 3;
}

const char *eg_compare_method_name(size_t method)
{
    const size_t own = count_own(), mean = find_mean();
    if (method == mean)
        return from_mean;
    method -= method > mean;
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

void eg_compare_mean_row(const struct eg_matrix *x, real *mean)
{
    for (size_t j = 0; j < x->cols; j++) {
        double sum = 0;
        for (size_t i = 0; i < x->rows; i++)
            sum += (double)eg_row(x, i)[j];
        mean[j] = (real)(sum / (double)x->rows);
    }
}

/* But for rounding, as after standardising. */
static int has_zero_mean(const struct eg_matrix *x)
{
    for (size_t j = 0; j < x->cols; j++) {
        double sum = 0, largest = 0;
        for (size_t i = 0; i < x->rows; i++) {
            sum += (double)eg_row(x, i)[j];
            largest = fmax(largest, fabs((double)eg_row(x, i)[j]));
        }
        if (fabs(sum) > 1e-6 * largest * (double)x->rows)
            return 0;
    }
    return 1;
}

int eg_compare_skip(const struct eg_compare_unit *unit, const char *name, size_t samples,
                    char why[EG_SKIP])
{
    const struct eg_method *method = eg_method_find(name, NULL);
    const struct eg_method_settings settings = {.samples = samples};
    struct eg_error refusal = {0};
    const int is_mean = strcmp(name, from_mean) == 0;
    *why = '\0';
    if (unit->is_image &&
        ((!method && !is_mean) || method == &eg_kernel_shap || method == &eg_shapley_sampling))
        snprintf(why, EG_SKIP, "coalitions of the %zu numbers of an image take too long",
                 unit->train.x.cols);
    else if (method == &eg_shapley_exact && unit->train.x.cols > MOST_EXACT)
        snprintf(why, EG_SKIP, "exact Shapley values take up to %d features", MOST_EXACT);
    else if (is_mean && has_zero_mean(&unit->train.x))
        snprintf(why, EG_SKIP, "the training mean is zero: this is integrated_gradients");
    else if (method && unit->black_box && method == &eg_deeplift)
        snprintf(why, EG_SKIP, "it needs the layers of the model, which a command does not show");
    else if (method && unit->black_box && !unit->black_box->has_gradients && method->place_points)
        snprintf(why, EG_SKIP,
                 "it needs gradients, which the model does not give: begin with \"egbench-worker 1 "
                 "gradients\" and answer \"gradient DIR\"");
    else if (method && method->check &&
             method->check(&settings, &unit->network, &unit->train.x, &refusal))
        snprintf(why, EG_SKIP, "%.*s", EG_SKIP - 1, refusal.message);
    return *why != '\0';
}

int eg_compare_explainer_make(struct eg_compare_explainer *made, const struct eg_compare_unit *unit,
                              const char *name, size_t samples, size_t background, size_t threads,
                              struct eg_error *error)
{
    const size_t p = unit->train.x.cols;
    const int is_mean = strcmp(name, from_mean) == 0;
    *made = (struct eg_compare_explainer){.background = unit->train.x};
    const struct eg_method *method = is_mean ? &eg_integrated_gradients
                                             : eg_method_find(name, error);
    if (!method)
        return EG_USAGE;
    const enum eg_purpose purpose = method == &eg_random_attribution ? EG_PURPOSE_RANDOM_ATTRIBUTION
                                                                     : EG_PURPOSE_EXPLAIN;
    made->baseline = eg_alloc(p, sizeof *made->baseline, error);
    if (!made->baseline)
        return EG_INTERNAL;
    if (method == &eg_integrated_gradients) {
        if (is_mean)
            eg_compare_mean_row(&unit->train.x, made->baseline);
        made->background = (struct eg_matrix){1, p, made->baseline};
    } else if (sees_coalitions(method) && background < unit->train.x.rows)
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
    free(made->baseline);
}

enum eg_phi_kind eg_compare_kind(const char *name)
{
    return strcmp(name, eg_gradients.name) == 0 || strcmp(name, eg_smoothgrad.name) == 0
               ? EG_PHI_SLOPES
               : EG_PHI_SHARES;
}
