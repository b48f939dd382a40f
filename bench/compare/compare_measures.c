/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_measures.h"

#include <stdlib.h>

#include "bench/experiments.h"
#include "metrics/completeness.h"
#include "metrics/deletion_insertion.h"
#include "metrics/keep_remove_metrics.h"
#include "metrics/local_accuracy.h"
#include "metrics/max_sensitivity.h"
#include "metrics/randomisation.h"
#include "metrics/shapley_agreement.h"
#include "run/values.h"

enum { AGAIN_ROWS = 25, INFIDELITY_DRAWS = 100, SENSITIVITY_DRAWS = 10 };

const struct eg_score_metric eg_compare_metrics[] = {
    {"KPM", 0, 0},
    {"KPR", 0, 0},
    {"KPI", 0, 0},
    {"KNM", 0, 0},
    {"KNR", 0, 0},
    {"KNI", 0, 0},
    {"KAM", 0, 1},
    {"KAR", 0, 1},
    {"KAI", 0, 1},
    {"RPM", 0, 0},
    {"RPR", 0, 0},
    {"RPI", 0, 0},
    {"RNM", 0, 0},
    {"RNR", 0, 0},
    {"RNI", 0, 0},
    {"RAM", 0, 1},
    {"RAR", 0, 1},
    {"RAI", 0, 1},
    {"local_accuracy", 0, 0},
    {"completeness_residual", 1, 0},
    {"infidelity", 1, 0},
    {"infidelity_scaled", 1, 1},
    {"deletion", 1, 1},
    {"insertion", 0, 1},
    {"shapley_error", 1, 0},
    {"shapley_rank", 0, 0},
    {"max_sensitivity", 1, 1},
    {"retrain_remove", 1, 1},
    {"retrain_keep", 0, 1},
    {NULL, 0, 0},
};

struct eg_stream eg_compare_stream(const struct eg_compare_unit *unit, enum eg_compare_draws draws)
{
    return eg_stream_make(unit->seed, EG_STREAM_COMPARE, EG_PURPOSE_MASKING,
                          unit->number * 16 + (unsigned)draws, 0);
}

static int measure_keep_remove(const struct eg_compare_unit *unit, const struct eg_matrix *phi,
                               const struct eg_predictor *predictor, json_t *values,
                               struct eg_error *error)
{
    struct eg_keep_remove_result result;
    const struct eg_keep_remove_input input = {
        .predictor = predictor,
        .x_train = &unit->train.x,
        .x_test = &unit->test.x,
        .y_test = unit->test.y,
        .is_classes = unit->is_classes,
        .attributions = phi,
        .split = (uint32_t)unit->split,
        .seed = unit->seed,
        .convention = unit->convention ? unit->convention : &eg_convention_fixed};
    int status = eg_keep_remove(&input, &result, error);
    for (size_t m = 0; m < EG_KEEP_REMOVE_METRICS && !status; m++)
        status = eg_values_set(values, eg_keep_remove_names[m], result.area[m], error);
    return status;
}

static int measure_sums(const struct eg_compare_unit *unit, const struct eg_matrix *phi,
                        double base, json_t *values, struct eg_error *error)
{
    struct eg_local_accuracy accuracy;
    double residual;
    real *outputs = eg_alloc(phi->rows, sizeof *outputs, error);
    int status = outputs ? eg_network_predict(&unit->network, phi->rows, unit->test.x.data, outputs,
                                              error)
                         : EG_INTERNAL;
    if (!status)
        status = eg_local_accuracy(phi, outputs, &accuracy, error);
    if (!status)
        status = eg_completeness(phi, outputs, base, &residual, error);
    if (!status)
        status = eg_values_set(values, "local_accuracy", accuracy.score, error);
    if (!status)
        status = eg_values_set(values, "completeness_residual", residual, error);
    free(outputs);
    return status;
}

static int measure_infidelity(const struct eg_compare_unit *unit, const struct eg_matrix *phi,
                              const struct eg_predictor *predictor, enum eg_phi_kind kind,
                              json_t *values, struct eg_error *error)
{
    struct eg_infidelity result;
    const struct eg_infidelity_input input = {
        .predictor = predictor,
        .x_train = &unit->train.x,
        .x = &unit->test.x,
        .phi = phi,
        .kind = kind,
        .size = 0.5,
        .draws = INFIDELITY_DRAWS,
        .stream = eg_compare_stream(unit, EG_DRAWS_INFIDELITY)};
    int status = eg_infidelity(&input, &result, error);
    if (!status)
        status = eg_values_set(values, "infidelity", result.plain / result.change, error);
    if (!status)
        status = eg_values_set(values, "infidelity_scaled", result.scaled / result.change, error);
    return status;
}

static int measure_deletion(const struct eg_compare_unit *unit, const struct eg_matrix *phi,
                            const struct eg_predictor *predictor, json_t *values,
                            struct eg_error *error)
{
    struct eg_deletion result;
    const struct eg_deletion_input input = {.predictor = predictor,
                                            .x_train = &unit->train.x,
                                            .x = &unit->test.x,
                                            .phi = phi,
                                            .is_classes = unit->is_classes,
                                            .stream = eg_compare_stream(unit, EG_DRAWS_DELETION)};
    int status = eg_deletion_insertion(&input, &result, error);
    if (!status)
        status = eg_values_set(values, "deletion", result.deletion, error);
    if (!status)
        status = eg_values_set(values, "insertion", result.insertion, error);
    return status;
}

static int measure_agreement(const struct eg_compare_unit *unit, const struct eg_matrix *phi,
                             json_t *values, struct eg_error *error)
{
    struct eg_shapley_agreement agreement;
    int status = eg_shapley_agreement(phi, &unit->oracle, &agreement, error);
    if (!status)
        status = eg_values_set(values, "shapley_error", agreement.error, error);
    if (!status)
        status = eg_values_set(values, "shapley_rank", agreement.rank, error);
    return status;
}

int eg_compare_measure(const struct eg_compare_unit *unit, const struct eg_matrix *phi,
                       enum eg_phi_kind kind, double base, json_t *values, struct eg_error *error)
{
    const struct eg_predictor predictor = eg_network_predictor(&unit->network);
    int status = measure_keep_remove(unit, phi, &predictor, values, error);
    if (!status)
        status = measure_sums(unit, phi, base, values, error);
    if (!status)
        status = measure_infidelity(unit, phi, &predictor, kind, values, error);
    if (!status)
        status = measure_deletion(unit, phi, &predictor, values, error);
    if (!status && unit->oracle_is_exact)
        status = measure_agreement(unit, phi, values, error);
    return status;
}

struct question {
    const struct eg_compare_asker *asker;
    const struct eg_network *network;
};

static int explain_again(void *context, const struct eg_matrix *x, struct eg_matrix *phi,
                         struct eg_error *error)
{
    const struct question *question = context;
    return question->asker->explain(question->asker->context, question->network, x, phi, error);
}

static int measure_sensitivity(const struct eg_compare_unit *unit,
                               const struct eg_compare_asker *asker, const struct eg_matrix *x,
                               const struct eg_matrix *phi, json_t *values, struct eg_error *error)
{
    struct question question = {asker, &unit->network};
    struct eg_max_sensitivity result;
    const struct eg_max_sensitivity_input input = {
        .x_train = &unit->train.x,
        .x = x,
        .phi = phi,
        .context = &question,
        .explain = explain_again,
        .radius = 0.1,
        .draws = SENSITIVITY_DRAWS,
        .stream = eg_compare_stream(unit, EG_DRAWS_SENSITIVITY)};
    const int status = eg_max_sensitivity(&input, &result, error);
    return status ? status : eg_values_set(values, "max_sensitivity", result.mean, error);
}

static int measure_randomisation(const struct eg_compare_unit *unit,
                                 const struct eg_compare_asker *asker, const struct eg_matrix *x,
                                 const struct eg_matrix *phi, json_t *values,
                                 struct eg_error *error)
{
    struct eg_network fresh;
    struct question question = {asker, &fresh};
    struct eg_matrix random_phi = {0};
    double difference;
    int status = eg_network_alloc(&fresh, unit->network.inputs, unit->text, error);
    if (status)
        return status;
    eg_network_initialise(&fresh, EG_GLOROT_UNIFORM,
                          eg_stream_make(unit->seed, EG_STREAM_COMPARE, EG_PURPOSE_WEIGHTS,
                                         unit->number, EG_DRAWS_RANDOMISATION));
    status = eg_matrix_alloc(&random_phi, x->rows, x->cols, error);
    if (!status)
        status = explain_again(&question, x, &random_phi, error);
    if (!status)
        status = eg_randomisation(phi, &random_phi, &difference, error);
    if (!status)
        status = eg_values_set(values, "randomisation",
                               difference / eg_unrelated_randomisation(x->cols), error);
    eg_matrix_free(&random_phi);
    eg_network_free(&fresh);
    return status;
}

int eg_compare_ask_again(const struct eg_compare_unit *unit, const struct eg_compare_asker *asker,
                         const struct eg_matrix *phi, json_t *values, struct eg_error *error)
{
    const size_t rows = phi->rows < AGAIN_ROWS ? phi->rows : AGAIN_ROWS;
    const struct eg_matrix x = {rows, phi->cols, unit->test.x.data};
    const struct eg_matrix first = {rows, phi->cols, phi->data};
    const int status = measure_sensitivity(unit, asker, &x, &first, values, error);
    return status ? status : measure_randomisation(unit, asker, &x, &first, values, error);
}
