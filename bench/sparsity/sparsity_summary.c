/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/sparsity/sparsity_summary.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/frame/regularisers.h"
#include "bench/sparsity/sparsity_choice.h"
#include "bench/sparsity/sparsity_tests.h"
#include "bench/frame/summary.h"
#include "bench/frame/tradeoff.h"
#include "metrics/gini.h"
#include "stats/moments.h"
#include "stats/replication.h"

/* A median over fewer strengths than this says more about the choice offered than about the data. */
enum { STRENGTHS_FOR_A_MEDIAN = 20, TOP_FEATURES = 20 };

static const json_t *array_of(const struct eg_group *group, size_t row, const char *field)
{
    return json_object_get(json_object_get(group->rows[row], "values"), field);
}

/* A result of the group's replicates, which are resamples of one cohort. */
static struct eg_result resampled_result(const struct eg_group *group, const char *penalty,
                                         const char *metric)
{
    const json_t *config = json_object_get(group->rows[0], "config");
    const json_t *values = json_object_get(group->rows[0], "values");
    struct eg_result result = eg_group_result(group, penalty, metric);
    result.overlap = eg_resample_overlap(json_number_value(json_object_get(config, "train_rows")),
                                         json_number_value(json_object_get(values, "test_rows")));
    return result;
}

static int add_plain(const struct eg_group *group, const char *penalty, double *numbers,
                     struct eg_results *results, struct eg_error *error)
{
    static const char *const metrics[] = {"test_roc_auc", "test_gini", NULL};
    int status = EG_OK;
    for (size_t m = 0; metrics[m] && !status; m++)
        status = eg_add_group_mean(results, resampled_result(group, penalty, metrics[m]), group,
                                   NULL, metrics[m], numbers, error);
    const json_t *config = json_object_get(group->rows[0], "config");
    const json_t *strengths = json_object_get(config, "strengths_in_all");
    if (status || json_integer_value(strengths) < STRENGTHS_FOR_A_MEDIAN)
        return status;
    struct eg_moments moments;
    const size_t n = eg_group_numbers(group, NULL, "strength", numbers);
    status = eg_moments(numbers, n, EG_NAN_PROPAGATE, &moments, error);
    return status ? status
                  : eg_add_value(results, eg_group_result(group, penalty, "chosen_strength"),
                                 moments.median, n, error);
}

/* Whether a row before this one tried the same strengths. */
static int is_repeated(const struct eg_group *group, size_t row)
{
    const json_t *own = json_object_get(json_object_get(group->rows[row], "config"), "strengths");
    for (size_t i = 0; i < row; i++) {
        const json_t *config = json_object_get(group->rows[i], "config");
        if (json_equal(json_object_get(config, "strengths"), own))
            return 1;
    }
    return 0;
}

/* Supplementary Figure 13: validation ROC-AUC and Gini against strength, over all cells. same is room
 * for group->count rows. */
static int add_strength_curves(const struct eg_group *group, const char *penalty, double *numbers,
                               const json_t **same, struct eg_results *results,
                               struct eg_error *error)
{
    static const char *const fields[] = {"validation_roc_auc_curve", "gini_curve"};
    static const char *const metrics[] = {"validation_roc_auc", "validation_gini"};
    int status = EG_OK;
    for (size_t row = 0; row < group->count; row++) {
        const json_t *strengths = json_object_get(json_object_get(group->rows[row], "config"),
                                                  "strengths");
        struct eg_group alike = *group;
        alike.rows = same;
        alike.count = 0;
        if (is_repeated(group, row))
            continue;
        for (size_t i = row; i < group->count; i++)
            if (json_equal(json_object_get(json_object_get(group->rows[i], "config"), "strengths"),
                           strengths))
                same[alike.count++] = group->rows[i];
        for (size_t i = 0; i < 2 * json_array_size(strengths) && !status; i++) {
            struct eg_result result = resampled_result(group, penalty, metrics[i % 2]);
            result.x = json_number_value(json_array_get(strengths, i / 2));
            status = eg_add_element_mean(results, result, &alike, fields[i % 2], i / 2, numbers,
                                         error);
        }
    }
    return status;
}

static int compare_numbers(const void *a, const void *b)
{
    const double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

/* shares (replicates x (p + 1)): of each replicate its own Lorenz curve. mean (p): the sorted importances
 * averaged over replicates. own: room for p. */
static int fill_lorenz(const struct eg_group *group, size_t p, double *mean, double *own,
                       double *shares, struct eg_error *error)
{
    int status = EG_OK;
    memset(mean, 0, p * sizeof *mean);
    for (size_t i = 0; i < group->count && !status; i++) {
        const json_t *importance = array_of(group, i, "importance");
        for (size_t j = 0; j < p; j++)
            own[j] = json_number_value(json_array_get(importance, j));
        qsort(own, p, sizeof *own, compare_numbers);
        for (size_t j = 0; j < p; j++)
            mean[j] += own[j] / (double)group->count;
        status = eg_lorenz_curve(p, own, shares + i * (p + 1), error);
    }
    return status;
}

/* Figure 4, bottom right: the sorted importances averaged over replicates, summed up to each rank; what
 * each replicate's own curve has there is kept beside it. */
static int add_lorenz(const struct eg_group *group, const char *penalty, size_t p, double *mean,
                      double *own, double *share, double *numbers, struct eg_results *results,
                      struct eg_error *error)
{
    double *shares = eg_alloc(group->count * (p + 1), sizeof *shares, error);
    size_t *units = eg_alloc(group->count, sizeof *units, error);
    int status = shares && units ? fill_lorenz(group, p, mean, own, shares, error) : EG_INTERNAL;
    if (!status)
        status = eg_lorenz_curve(p, mean, share, error);
    for (size_t q = 0; q <= p && !status; q++) {
        struct eg_result result = resampled_result(group, penalty, "lorenz");
        for (size_t i = 0; i < group->count; i++) {
            const json_t *config = json_object_get(group->rows[i], "config");
            units[i] = (size_t)json_integer_value(json_object_get(config, "replicate"));
            numbers[i] = shares[i * (p + 1) + q];
        }
        struct eg_moments moments;
        status = eg_moments(numbers, group->count, EG_NAN_PROPAGATE, &moments, error);
        result.x = (double)q;
        result.se = moments.se;
        result.sample = numbers;
        result.units = units;
        if (!status)
            status = eg_add_value(results, result, share[q], group->count, error);
    }
    free(shares);
    free(units);
    return status;
}

/* Supplementary Figure 14: the features that matter most, by their mean importance. */
static int add_top_features(const struct eg_group *group, const char *penalty, size_t p,
                            double *mean, double *numbers, struct eg_results *results,
                            struct eg_error *error)
{
    const json_t *names = array_of(group, 0, "features");
    int status = EG_OK;
    for (size_t j = 0; j < p; j++) {
        mean[j] = 0;
        for (size_t i = 0; i < group->count; i++)
            mean[j] += json_number_value(json_array_get(array_of(group, i, "importance"), j)) /
                       (double)group->count;
    }
    for (size_t rank = 1; rank <= TOP_FEATURES && rank <= p && !status; rank++) {
        size_t top = 0;
        for (size_t j = 1; j < p; j++)
            top = mean[j] > mean[top] ? j : top;
        mean[top] = -1;
        struct eg_result result = eg_group_result(group, penalty, "importance");
        result.x = (double)rank;
        snprintf(result.label, sizeof result.label, "%s",
                 json_string_value(json_array_get(names, top)));
        status = eg_add_element_mean(results, result, group, "importance", top, numbers, error);
    }
    return status;
}

static int summarise_penalty(const struct eg_group *group, const char *penalty, double *numbers,
                             struct eg_results *results, struct eg_error *error)
{
    const size_t p = json_array_size(array_of(group, 0, "importance"));
    double *room = eg_alloc(3 * p + 1, sizeof *room, error);
    if (!room)
        return EG_INTERNAL;
    int status = add_plain(group, penalty, numbers, results, error);
    if (!status)
        status = add_lorenz(group, penalty, p, room, room + p, room + 2 * p, numbers, results,
                            error);
    if (!status)
        status = add_top_features(group, penalty, p, room, numbers, results, error);
    free(room);
    return status;
}

/* chosen has one row for each penalty and replicate, group all of them. rows and same are room. */
static int summarise_all(const struct eg_group *group, const struct eg_group *chosen,
                         double *numbers, const json_t **rows, const json_t **same,
                         struct eg_results *results, struct eg_error *error)
{
    int status = EG_OK;
    for (size_t i = 0; eg_regularisers[i] && !status; i++) {
        const char *name = eg_regularisers[i]->name;
        const struct eg_group best = eg_sparsity_select(chosen, name, rows);
        if (best.count)
            status = summarise_penalty(&best, name, numbers, results, error);
        const struct eg_group tried = eg_sparsity_select(group, name, rows);
        if (!status)
            status = add_strength_curves(&tried, name, numbers, same, results, error);
        if (!status)
            status = eg_add_largest_step(results, eg_group_result(group, name, "largest_step"),
                                         "validation_gini", "validation_roc_auc", error);
    }
    return status;
}

static int summarise_group(const struct eg_group *group, double *numbers,
                           struct eg_results *results, struct eg_error *error)
{
    const json_t **rows = eg_alloc(3 * group->count, sizeof *rows, error);
    struct eg_group chosen = {0};
    int status = rows ? eg_sparsity_choose(group, rows, &chosen, error) : EG_INTERNAL;
    if (!status)
        status = summarise_all(group, &chosen, numbers, rows + group->count,
                               rows + 2 * group->count, results, error);
    if (!status && chosen.count)
        status = eg_sparsity_add_tests(&chosen, results, error);
    free(rows);
    return status;
}

int eg_sparsity_summarise(const struct eg_rows *rows, struct eg_results *results,
                          struct eg_error *error)
{
    return eg_summarise_groups(rows, summarise_group, results, error);
}

/* --- how it is shown --- */

static const char *const figure_4[] = {"sparse_prior",   "l1_all",       "sgl_first",     "sgl_all",
                                       "gini_gradients", "l1_gradients", "unregularised", NULL};

static const char *const all[] = {
    "sparse_prior",   "mixed",    "l1_all",    "l2_all",        "sgl_all", "sgl_first",
    "l1_first",       "l2_first", "l1_eg",     "l2_eg",         "dropout", "l1_gradients",
    "gini_gradients", "l1_ross",  "gini_ross", "unregularised", NULL};

static const char *const on_log_axis[] = {
    "sparse_prior", "mixed",          "l1_all",   "l2_all",    "sgl_all",
    "sgl_first",    "l1_first",       "l2_first", "l1_eg",     "l2_eg",
    "l1_gradients", "gini_gradients", "l1_ross",  "gini_ross", NULL};

static const char *const only_prior[] = {"sparse_prior", NULL};
static const char *const only_l1[] = {"l1_all", NULL};
static const char *const only_sgl[] = {"sgl_first", NULL};
static const char *const only_gradients[] = {"l1_gradients", NULL};
static const char *const only_none[] = {"unregularised", NULL};

static const char *const means[] = {"test_roc_auc", "test_gini", "chosen_strength", NULL};
static const char *const tests_roc_auc[] = {"difference_roc_auc",      "difference_low_roc_auc",
                                            "difference_high_roc_auc", "paired_t_roc_auc",
                                            "paired_p_roc_auc",        "holm_p_roc_auc",
                                            "corrected_t_roc_auc",     "corrected_p_roc_auc",
                                            "effect_size_roc_auc",     NULL};
static const char *const tests_gini[] = {"difference_gini",      "difference_low_gini",
                                         "difference_high_gini", "paired_t_gini",
                                         "paired_p_gini",        "holm_p_gini",
                                         "corrected_t_gini",     "corrected_p_gini",
                                         "effect_size_gini",     NULL};

const struct eg_table_spec eg_sparsity_tables[] = {
    {.id = "figure-4-table",
     .title = "Figure 4 and Supplementary Figure 15: test ROC-AUC and sparsity",
     .methods = all,
     .metrics = means,
     .digits = 3},
    {.id = "supplementary-tests-roc-auc",
     .title = "Supplement I.3: sparse prior against each penalty, paired over replicates, ROC-AUC",
     .methods = all,
     .metrics = tests_roc_auc,
     .digits = 4},
    {.id = "supplementary-tests-gini",
     .title = "Supplement I.3: sparse prior against each penalty, paired over replicates, Gini",
     .methods = all,
     .metrics = tests_gini,
     .digits = 4},
    {0},
};

#define TOP(suffix, list, name)                                                                    \
    {                                                                                              \
        .id = "supplementary-figure-14-" suffix,                                                   \
        .title = "Supplementary Figure 14: top features, " name, .kind = EG_FIGURE_BARS,           \
        .methods = list, .metric = "importance", .y_title = "mean |expected gradients|",           \
        .error_bars = 2                                                                            \
    }

const struct eg_figure_spec eg_sparsity_figures[] = {
    {.id = "figure-4-a",
     .title = "Figure 4, top left: test ROC-AUC",
     .kind = EG_FIGURE_BARS,
     .methods = figure_4,
     .metric = "test_roc_auc",
     .y_title = "test ROC-AUC",
     .error_bars = 2},
    {.id = "figure-4-b",
     .title = "Figure 4, bottom left: sparsity",
     .kind = EG_FIGURE_BARS,
     .methods = figure_4,
     .metric = "test_gini",
     .y_title = "Gini coefficient",
     .error_bars = 2},
    {.id = "figure-4-c",
     .title = "Figure 4, top right: sparsity against validation ROC-AUC",
     .kind = EG_FIGURE_PAIRS,
     .methods = figure_4,
     .metric = "validation_gini",
     .metric_y = "validation_roc_auc",
     .x_title = "Gini coefficient",
     .y_title = "validation ROC-AUC"},
    {.id = "figure-4-d",
     .title = "Figure 4, bottom right: Lorenz curves of importance",
     .kind = EG_FIGURE_LINES,
     .methods = figure_4,
     .metric = "lorenz",
     .x_title = "features, least important first",
     .y_title = "share of importance"},
    {.id = "supplementary-figure-13-a",
     .title = "Supplementary Figure 13: validation ROC-AUC against strength",
     .kind = EG_FIGURE_LINES,
     .methods = on_log_axis,
     .metric = "validation_roc_auc",
     .x_title = "regularisation strength",
     .y_title = "validation ROC-AUC",
     .log_x = 1},
    {.id = "supplementary-figure-13-b",
     .title = "Supplementary Figure 13: Gini against strength",
     .kind = EG_FIGURE_LINES,
     .methods = on_log_axis,
     .metric = "validation_gini",
     .x_title = "regularisation strength",
     .y_title = "Gini coefficient",
     .log_x = 1},
    TOP("a", only_prior, "sparse attribution prior"),
    TOP("b", only_l1, "L1 (all)"),
    TOP("c", only_sgl, "SGL (1st)"),
    TOP("d", only_gradients, "L1 on gradients"),
    TOP("e", only_none, "unregularised"),
    {.id = "supplementary-figure-15-a",
     .title = "Supplementary Figure 15: test ROC-AUC",
     .kind = EG_FIGURE_BARS,
     .methods = all,
     .metric = "test_roc_auc",
     .y_title = "test ROC-AUC",
     .error_bars = 2},
    {.id = "supplementary-figure-15-b",
     .title = "Supplementary Figure 15: sparsity",
     .kind = EG_FIGURE_BARS,
     .methods = all,
     .metric = "test_gini",
     .y_title = "Gini coefficient",
     .error_bars = 2},
    {0},
};
