/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_measures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/compare/compare_measuring.h"
#include "metrics/attribution_rows.h"
#include "metrics/completeness.h"
#include "metrics/deletion_insertion.h"
#include "metrics/faithfulness_correlation.h"
#include "metrics/keep_remove_metrics.h"
#include "metrics/local_accuracy.h"
#include "metrics/relevance.h"
#include "metrics/row_concentration.h"
#include "metrics/shapley_agreement.h"

enum { INFIDELITY_DRAWS = 100, FEWER_DRAWS = 50 };

/* clang-format off */
const struct eg_score_metric eg_compare_metrics[] = {
    {"KPM", 0, 0}, {"KPR", 0, 0}, {"KPI", 0, 0}, {"KNM", 0, 0}, {"KNR", 0, 0}, {"KNI", 0, 0},
    {"KAM", 0, 1}, {"KAR", 0, 1}, {"KAI", 0, 1}, {"RPM", 0, 0}, {"RPR", 0, 0}, {"RPI", 0, 0},
    {"RNM", 0, 0}, {"RNR", 0, 0}, {"RNI", 0, 0}, {"RAM", 0, 1}, {"RAR", 0, 1}, {"RAI", 0, 1},
    {"local_accuracy", 0, 0}, {"completeness_residual", 1, 0},
    {"infidelity_normalised", 1, 0}, {"infidelity_scaled", 1, 1},
    {"deletion_normalised", 1, 1}, {"insertion_normalised", 0, 1},
    {"relevance_mass", 0, 1}, {"relevance_rank", 0, 1},
    {"shapley_error", 1, 0}, {"shapley_rank", 0, 0},
    {"max_sensitivity", 1, 1}, {"robust_top", 0, 1}, {"robust_order", 0, 1},
    {"retrain_remove", 1, 1}, {"retrain_keep", 0, 1},
    {"infidelity_yeh", 1, 0}, {"deletion_auc", 1, 0}, {"insertion_auc", 0, 0},
    {"faithfulness_correlation", 0, 0}, {"monotonicity", 0, 1},
    {"sparseness", 0, 1}, {"complexity", 1, 1}, {"robust_rank", 0, 1},
    {"directed_top", 0, 1}, {"directed_order", 0, 1}, {"directed_rank", 0, 1},
    {"randomisation_layers", 0, 1},
    {NULL, 0, 0},
};
/* clang-format on */

int eg_compare_is_on_request(const char *measure)
{
    for (const struct eg_metric_info *const *info = eg_metrics; *info; info++)
        if (strcmp((*info)->name, measure) == 0)
            return (*info)->judged == EG_JUDGED_ON_REQUEST;
    return 0;
}

const char *eg_compare_current_name(const char *measure)
{
    for (const struct eg_metric_info *const *info = eg_metrics; *info; info++)
        if ((*info)->former && strcmp((*info)->former, measure) == 0)
            return (*info)->name;
    return measure;
}

/* Why the Keep/Remove metric of that name (eg_keep_remove_names) has no value on this unit, or NULL. */
static const char *find_lack(const struct eg_compare_unit *unit, const char *name)
{
    const int is_scored = name[1] == 'A', is_imputed = name[2] == 'I';
    if (is_imputed && *unit->rows_lack)
        return unit->rows_lack;
    return is_scored && *unit->labels_lack ? unit->labels_lack : NULL;
}

static int measure_keep_remove(const struct eg_measuring *measuring, struct eg_error *error)
{
    const struct eg_compare_unit *unit = measuring->unit;
    struct eg_keep_remove_result result;
    const struct eg_keep_remove_input input = {
        .predictor = &measuring->predictor,
        .x_train = &unit->train.x,
        .x_test = &unit->test.x,
        .y_test = *unit->labels_lack ? NULL : unit->test.y,
        .without_imputed = *unit->rows_lack != '\0',
        .is_classes = unit->is_classes,
        .attributions = measuring->phi,
        .split = (uint32_t)unit->split,
        .seed = unit->seed,
        .convention = unit->convention ? unit->convention : &eg_convention_fixed};
    const int status = eg_keep_remove(&input, &result, error);
    for (size_t m = 0; m < EG_KEEP_REMOVE_METRICS && !status; m++) {
        const char *name = eg_keep_remove_names[m], *lack = find_lack(unit, name);
        if (lack)
            eg_compare_note_skip(measuring->row, name, lack);
        else
            eg_row_set(measuring->row, name, result.area[m]);
    }
    return status;
}

static int measure_sums(const struct eg_measuring *measuring, struct eg_error *error)
{
    const struct eg_matrix *phi = measuring->phi;
    const struct eg_compare_unit *unit = measuring->unit;
    struct eg_local_accuracy accuracy;
    struct eg_error own = {0};
    double residual = NAN;
    real *outputs = eg_alloc(phi->rows, sizeof *outputs, error);
    int status = outputs ? eg_network_predict(&unit->network, phi->rows, unit->test.x.data, outputs,
                                              error)
                         : EG_INTERNAL;
    if (!status)
        status = eg_local_accuracy(phi, outputs, &accuracy, error);
    if (!status) {
        eg_row_set(measuring->row, eg_local_accuracy_info.name, accuracy.score);
        eg_completeness(phi, outputs, measuring->base, &residual, &own);
        status = eg_compare_settle(measuring, &own, eg_completeness_info.name, residual, NULL, NAN,
                                   error);
    }
    free(outputs);
    return status;
}

static int measure_infidelity(const struct eg_measuring *measuring, struct eg_error *error)
{
    const struct eg_compare_unit *unit = measuring->unit;
    struct eg_error own = {0}, of_removal = {0};
    struct eg_infidelity result = {0};
    struct eg_infidelity_input input = {.predictor = &measuring->predictor,
                                        .x_train = &unit->train.x,
                                        .x = &unit->test.x,
                                        .phi = measuring->phi,
                                        .kind = measuring->kind,
                                        .size = 0.5,
                                        .draws = INFIDELITY_DRAWS,
                                        .stream = eg_compare_stream(unit, EG_DRAWS_INFIDELITY)};
    eg_infidelity(&input, &result, &own);
    int status = eg_compare_settle(measuring, &own, eg_infidelity_info.name,
                                   result.plain / result.change, eg_infidelity_scaled_info.name,
                                   result.scaled / result.change, error);
    input.moves = EG_MOVES_REMOVE;
    input.draws = FEWER_DRAWS;
    input.stream = eg_compare_stream(unit, EG_DRAWS_REMOVAL);
    if (status)
        return status;
    eg_infidelity(&input, &result, &of_removal);
    return eg_compare_settle(measuring, &of_removal, eg_infidelity_yeh_info.name, result.plain,
                             NULL, NAN, error);
}

static int measure_deletion(const struct eg_measuring *measuring, struct eg_error *error)
{
    const struct eg_compare_unit *unit = measuring->unit;
    struct eg_error own = {0}, of_area = {0};
    struct eg_deletion result = {0};
    struct eg_deletion_input input = {.predictor = &measuring->predictor,
                                      .x_train = &unit->train.x,
                                      .x = &unit->test.x,
                                      .phi = measuring->phi,
                                      .is_classes = unit->is_classes,
                                      .stream = eg_compare_stream(unit, EG_DRAWS_DELETION)};
    eg_deletion_insertion(&input, &result, &own);
    int status = eg_compare_settle(measuring, &own, eg_deletion_info.name, result.deletion,
                                   eg_insertion_info.name, result.insertion, error);
    input.form = EG_DELETION_AREA;
    if (status)
        return status;
    if (!unit->is_classes || own.status) /* else both are the same */
        eg_deletion_insertion(&input, &result, &of_area);
    return eg_compare_settle(measuring, &of_area, eg_deletion_auc_info.name, result.deletion,
                             eg_insertion_auc_info.name, result.insertion, error);
}

static int measure_faithfulness(const struct eg_measuring *measuring, struct eg_error *error)
{
    const struct eg_compare_unit *unit = measuring->unit;
    struct eg_error own = {0};
    double mean = NAN;
    const struct eg_faithfulness_input input = {
        .predictor = &measuring->predictor,
        .x_train = &unit->train.x,
        .x = &unit->test.x,
        .phi = measuring->phi,
        .kind = measuring->kind,
        .subset = (unit->test.x.cols + 3) / 4,
        .draws = FEWER_DRAWS,
        .stream = eg_compare_stream(unit, EG_DRAWS_FAITHFULNESS)};
    if (unit->test.x.cols < 2)
        eg_fail(&own, EG_DATA, "one feature has no subsets");
    else
        eg_faithfulness_correlation(&input, &mean, &own);
    return eg_compare_settle(measuring, &own, eg_faithfulness_correlation_info.name, mean, NULL,
                             NAN, error);
}

static int measure_concentration(const struct eg_measuring *measuring, struct eg_error *error)
{
    struct eg_error own = {0};
    struct eg_row_concentration result = {0};
    eg_row_concentration(measuring->phi, &result, &own);
    return eg_compare_settle(measuring, &own, eg_sparseness_info.name, result.sparseness,
                             eg_complexity_info.name, result.complexity, error);
}

static int measure_relevance(const struct eg_measuring *measuring, struct eg_error *error)
{
    const struct eg_compare_unit *unit = measuring->unit;
    struct eg_error own = {0};
    struct eg_relevance result = {0};
    if (!unit->planted)
        return EG_OK;
    eg_relevance(measuring->phi, unit->planted, eg_compare_stream(unit, EG_DRAWS_RELEVANCE),
                 &result, &own);
    return eg_compare_settle(measuring, &own, eg_relevance_mass_info.name, result.mass,
                             eg_relevance_rank_info.name, result.rank, error);
}

static int measure_agreement(const struct eg_measuring *measuring, struct eg_error *error)
{
    struct eg_error own = {0};
    struct eg_shapley_agreement agreement = {0};
    if (!measuring->unit->oracle_is_exact)
        return EG_OK;
    eg_shapley_agreement(measuring->phi, &measuring->unit->oracle, &agreement, &own);
    return eg_compare_settle(measuring, &own, eg_shapley_error_info.name, agreement.error,
                             eg_shapley_rank_info.name, agreement.rank, error);
}

int eg_compare_measure(const struct eg_compare_unit *unit, const struct eg_matrix *phi,
                       enum eg_phi_kind kind, double base, const struct eg_row *row,
                       struct eg_error *error)
{
    static int (*const measures[])(const struct eg_measuring *measuring, struct eg_error *error) = {
        measure_keep_remove,  measure_sums,          measure_infidelity, measure_deletion,
        measure_faithfulness, measure_concentration, measure_relevance,  measure_agreement};
    const struct eg_measuring measuring = {unit, phi,  eg_network_predictor(&unit->network),
                                           kind, base, row};
    int status = eg_check_pair("measures", "test rows", &unit->test.x, "attributions", phi, error);
    for (size_t i = 0; i < sizeof measures / sizeof *measures && !status; i++)
        status = measures[i](&measuring, error);
    return status;
}
