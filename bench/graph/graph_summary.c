/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/graph/graph_summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/experiments.h"
#include "bench/graph/graph_bootstrap.h"
#include "bench/graph/graph_choice.h"
#include "bench/graph/graph_pathways.h"
#include "bench/graph/graph_tests.h"
#include "run/values.h"
#include "stats/replication.h"

enum { RESAMPLES = 10000 };

static const char *const plain[] = {"test_r2",
                                    "within_r2",
                                    "validation_mse",
                                    "graph_penalty",
                                    "relative_graph_penalty",
                                    "gene_share",
                                    "truth_roc_auc",
                                    "significant_sets",
                                    "significant_relevant_sets",
                                    NULL};

/* --- means --- */

static int add_mean(const struct eg_graph_choice *choice, const char *model, const char *metric,
                    const char *name, double *numbers, struct eg_results *results,
                    struct eg_error *error)
{
    struct eg_result result = eg_group_result(choice->group, model, name);
    size_t *units = eg_alloc(choice->group->count, sizeof *units, error);
    if (!units)
        return EG_INTERNAL;
    const size_t n = eg_graph_numbers(choice, model, metric, numbers, units);
    if (choice->is_fixed)
        result.overlap = eg_resample_overlap((double)eg_graph_count_data(choice, "train_samples"),
                                             (double)eg_graph_count_data(choice, "test_samples"));
    else if (eg_graph_family_of(model) == EG_GRAPH_LINEAR)
        result.basis = EG_BASIS_EXACT;
    const int status = eg_add_sample(results, result, numbers, units, n, error);
    free(units);
    return status;
}

static int add_means(const struct eg_graph_choice *choice, double *numbers,
                     struct eg_results *results, struct eg_error *error)
{
    int status = EG_OK;
    for (size_t m = 0; eg_graph_models[m]; m++)
        for (size_t i = 0; plain[i] && !status; i++)
            status = add_mean(choice, eg_graph_models[m], plain[i], plain[i], numbers, results,
                              error);
    return status;
}

/* --- what was chosen by validation --- */

/* Fields of the configuration that stand for a family's chosen setting. */
static int add_setting(const struct eg_graph_choice *choice, const char *model, const json_t **rows,
                       struct eg_results *results, struct eg_error *error)
{
    static const char *const fields[] = {"first_layer", "second_layer", "l1",
                                         "l2",          "rate",         "dropout"};
    static const char *const names[] = {"best_first_layer", "best_second_layer",  "best_l1",
                                        "best_l2",          "best_learning_rate", "best_dropout"};
    const size_t n = eg_graph_find_rows(choice, model, 0, rows);
    int status = EG_OK;
    for (size_t i = 0; i < sizeof fields / sizeof *fields && n && !status; i++) {
        const json_t *config = json_object_get(rows[0], "config");
        status = eg_add_value(results, eg_group_result(choice->group, model, names[i]),
                              json_number_value(json_object_get(config, fields[i])), n, error);
    }
    return status;
}

static int add_choices(const struct eg_graph_choice *choice, const json_t **rows, double *numbers,
                       struct eg_results *results, struct eg_error *error)
{
    static const struct {
        const char *model, *metric, *name;
    } chosen[] = {{"gene_ridge", "best_ridge", "best_ridge"},
                  {"lasso", "best_alpha", "best_alpha"},
                  {"graph_lasso", "best_nu", "best_nu"},
                  {"neural_network", "best_epochs", "best_epochs"},
                  {"graph_convolution", "best_epochs", "best_epochs"},
                  {"graph_prior", "best_epochs", "best_extra_epochs"},
                  {"released_notebook", "validation_mse_before", "validation_mse_before"},
                  {"released_notebook", "validation_mse_after_1", "validation_mse_after_1"},
                  {"released_notebook", "validation_mse_after_2", "validation_mse_after_2"}};
    int status = EG_OK;
    for (size_t i = 0; i < sizeof chosen / sizeof *chosen && !status; i++)
        status = add_mean(choice, chosen[i].model, chosen[i].metric, chosen[i].name, numbers,
                          results, error);
    if (!status && choice->tried[EG_GRAPH_NETWORK] > 1)
        status = add_setting(choice, "neural_network", rows, results, error);
    if (!status && choice->tried[EG_GRAPH_CONVOLUTION] > 1)
        status = add_setting(choice, "graph_convolution", rows, results, error);
    return status;
}

/* --- intervals over patients --- */

/* room: the four sums of the test patients, the model's errors (mean over the n rows), one more. */
static int read_patients(const json_t **rows, size_t n, const char *model, size_t count,
                         double *room, struct eg_error *error)
{
    static const char *const fields[] = {"patient_count", "patient_sum", "patient_square",
                                         "patient_drug_sse"};
    double *sse = room + 4 * count, *own = room + 5 * count;
    int status = EG_OK;
    for (size_t k = 0; k < 4 && !status; k++)
        status = eg_values_get_array(json_object_get(rows[0], "values"), fields[k], count,
                                     room + k * count, error);
    for (size_t i = 0; i < n && !status; i++) {
        const json_t *values = json_object_get(rows[i], "values");
        status = eg_values_get_array(json_object_get(values, model), "patient_sse", count, own,
                                     error);
        for (size_t p = 0; p < count && !status; p++)
            sse[p] += own[p] / (double)n;
    }
    return status;
}

static int store_interval(const struct eg_graph_choice *choice, const char *model, size_t n,
                          const struct eg_graph_interval *interval, struct eg_results *results,
                          struct eg_error *error)
{
    const struct {
        const char *metric;
        double value, se;
    } numbers[] = {{"test_r2_low", interval->low, NAN},
                   {"test_r2_high", interval->high, NAN},
                   {"within_r2_low", interval->within_low, NAN},
                   {"within_r2_high", interval->within_high, NAN},
                   {"test_r2_of_patients", interval->r2, interval->sd}};
    int status = EG_OK;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers && !status; i++) {
        struct eg_result result = eg_group_result(choice->group, model, numbers[i].metric);
        result.se = numbers[i].se;
        status = eg_add_value(results, result, numbers[i].value, n, error);
    }
    return status;
}

/* The rows of the first split that have the model: a Graph LASSO of which no strength was solved is in
 * none. */
static size_t find_rows_with(const struct eg_graph_choice *choice, const char *model,
                             const json_t **rows)
{
    const size_t all = eg_graph_find_rows(choice, model, 0, rows);
    size_t kept = 0;
    for (size_t i = 0; i < all; i++)
        if (json_object_get(json_object_get(rows[i], "values"), model))
            rows[kept++] = rows[i];
    return kept;
}

/* The first split's test patients, drawn anew; errors are means over the retrainings. */
static int add_interval(const struct eg_graph_choice *choice, const char *model,
                        const json_t **rows, struct eg_results *results, struct eg_error *error)
{
    const struct eg_stream stream = eg_stream_make(choice->group->seed, EG_STREAM_GRAPH_PRIOR,
                                                   EG_PURPOSE_BOOTSTRAP, 0, 0);
    const size_t n = find_rows_with(choice, model, rows);
    const json_t *values = n ? json_object_get(rows[0], "values") : NULL;
    const size_t count = json_array_size(json_object_get(values, "patient_count"));
    if (count < 2)
        return EG_OK;
    double *room = eg_alloc(6 * count, sizeof *room, error);
    if (!room)
        return EG_INTERNAL;
    struct eg_graph_interval interval;
    const struct eg_graph_patients patients = {
        count, room, room + count, room + 2 * count, room + 3 * count, room + 4 * count};
    int status = read_patients(rows, n, model, count, room, error);
    if (!status)
        status = eg_graph_bootstrap(&patients, RESAMPLES, &stream, &interval, error);
    if (!status)
        status = store_interval(choice, model, n, &interval, results, error);
    free(room);
    return status;
}

/* --- facts about the data --- */

static int add_facts(const struct eg_group *group, struct eg_results *results,
                     struct eg_error *error)
{
    const json_t *facts = NULL;
    const char *name;
    json_t *number;
    int status = EG_OK;
    for (size_t i = 0; i < group->count && !facts; i++) {
        const json_t *split = json_object_get(json_object_get(group->rows[i], "config"), "split");
        if (json_integer_value(split) == 0)
            facts = json_object_get(json_object_get(group->rows[i], "values"), "data");
    }
    json_object_foreach((json_t *)facts, name, number) if (!status) status = eg_add_value(
        results, eg_group_result(group, "data", name), json_number_value(number), 1, error);
    return status;
}

/* --- a protocol --- */

static int summarise_protocol(const struct eg_group *group, int is_fixed, const json_t **rows,
                              double *numbers, struct eg_results *results, struct eg_error *error)
{
    struct eg_graph_choice choice;
    int status = eg_graph_choose(group, is_fixed, &choice, error);
    if (!status)
        status = add_means(&choice, numbers, results, error);
    if (!status)
        status = eg_graph_add_tests(&choice, results, error);
    if (status || is_fixed)
        return status;
    status = add_choices(&choice, rows, numbers, results, error);
    for (size_t m = 0; eg_graph_models[m] && !status; m++)
        status = add_interval(&choice, eg_graph_models[m], rows, results, error);
    if (!status)
        status = add_facts(group, results, error);
    return status ? status : eg_graph_add_pathways(&choice, rows, results, error);
}

static int summarise_group(const struct eg_group *group, double *numbers,
                           struct eg_results *results, struct eg_error *error)
{
    const json_t **rows = eg_alloc(group->count, sizeof *rows, error);
    struct eg_group paper = *group, fixed = *group;
    paper.protocol = "paper";
    fixed.protocol = "fixed";
    int status = rows ? EG_OK : EG_INTERNAL;
    if (!status)
        status = summarise_protocol(&paper, 0, rows, numbers, results, error);
    if (!status)
        status = summarise_protocol(&fixed, 1, rows, numbers, results, error);
    free(rows);
    return status;
}

int eg_graph_summarise(const struct eg_rows *rows, struct eg_results *results,
                       struct eg_error *error)
{
    return eg_summarise_groups(rows, summarise_group, results, error);
}
