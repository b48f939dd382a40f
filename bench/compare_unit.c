/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare_unit.h"

#include <stdlib.h>

#include "attribution/explain.h"
#include "bench/experiments.h"
#include "bench/shap_model.h"
#include "metrics/r_squared.h"

enum { TEST_ROWS = 100, MOST_EXACT = 16, ORACLE_PERMUTATIONS = 1000, ORACLE_STREAM = 1 << 20 };

static int load_rows(struct eg_compare_unit *unit, const struct eg_dataset *dataset,
                     struct eg_error *error)
{
    size_t *index = eg_alloc(dataset->n, sizeof *index, error);
    if (!index)
        return EG_INTERNAL;
    eg_shap_split((uint32_t)unit->number, dataset->n, index);
    int status = eg_subset_alloc(&unit->test, dataset, index, TEST_ROWS, error);
    if (!status)
        status = eg_subset_alloc(&unit->train, dataset, index + TEST_ROWS, dataset->n - TEST_ROWS,
                                 error);
    free(index);
    return status;
}

/* Shapley values of the network: exact against the first training rows where the features are few, else
 * by sampling, against all of them. */
static int make_oracle(struct eg_compare_unit *unit, size_t threads, struct eg_error *error)
{
    const int is_exact = unit->train.x.cols <= MOST_EXACT;
    const struct eg_matrix first = {is_exact ? unit->background : unit->train.x.rows,
                                    unit->train.x.cols, unit->train.x.data};
    const struct eg_explainer explainer = {.network = &unit->network,
                                           .method = is_exact ? &eg_shapley_exact
                                                              : &eg_shapley_sampling,
                                           .settings = {.samples = ORACLE_PERMUTATIONS},
                                           .background = &first,
                                           .threads = threads};
    unit->oracle_is_exact = is_exact;
    const int status = eg_matrix_alloc(&unit->oracle, unit->test.x.rows, unit->test.x.cols, error);
    return status ? status
                  : eg_explain_phi(&explainer, &unit->test.x, NULL,
                                   eg_stream_make(unit->seed, EG_STREAM_COMPARE, EG_PURPOSE_EXPLAIN,
                                                  ORACLE_STREAM + unit->number, 0),
                                   &unit->oracle, error);
}

static int assess_network(struct eg_compare_unit *unit, struct eg_error *error)
{
    const size_t rows = unit->test.x.rows;
    real *outputs = eg_alloc(rows, sizeof *outputs, error);
    int status = outputs
                     ? eg_network_predict(&unit->network, rows, unit->test.x.data, outputs, error)
                     : EG_INTERNAL;
    if (!status)
        status = eg_r_squared(rows, unit->test.y, outputs, &unit->test_r2, error);
    free(outputs);
    return status;
}

int eg_compare_finish_unit(struct eg_compare_unit *unit, size_t background, int wants_oracle,
                           size_t threads, struct eg_error *error)
{
    const size_t rows = unit->train.x.rows;
    unit->background = background < rows ? background : rows;
    const int status = assess_network(unit, error);
    if (status || (!wants_oracle && unit->train.x.cols > MOST_EXACT))
        return status;
    return make_oracle(unit, threads, error);
}

int eg_compare_prepare(struct eg_compare_unit *unit, const struct eg_dataset *dataset,
                       size_t number, size_t seed, size_t epochs, size_t background,
                       int wants_oracle, size_t threads, struct eg_error *error)
{
    struct eg_scaler scaler = {0};
    *unit = (struct eg_compare_unit){.dataset = dataset->name,
                                     .text = eg_shap_network,
                                     .number = number,
                                     .seed = seed,
                                     .recipe = eg_shap_recipe(epochs, seed, number)};
    int status = load_rows(unit, dataset, error);
    if (!status)
        status = eg_scaler_fit(&scaler, &unit->train.x, error);
    if (!status) {
        eg_scaler_apply(&scaler, &unit->train.x);
        eg_scaler_apply(&scaler, &unit->test.x);
        status = eg_network_alloc(&unit->network, dataset->p, unit->text, error);
    }
    if (!status)
        status = eg_shap_train(&unit->network, &unit->train, epochs, seed, number, error);
    if (!status)
        status = eg_compare_finish_unit(unit, background, wants_oracle, threads, error);
    eg_scaler_free(&scaler);
    return status;
}

void eg_compare_unit_free(struct eg_compare_unit *unit)
{
    eg_subset_free(&unit->train);
    eg_subset_free(&unit->test);
    eg_network_free(&unit->network);
    eg_matrix_free(&unit->oracle);
    free(unit->owned_text);
}
