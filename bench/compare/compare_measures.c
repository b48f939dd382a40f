/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_measures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/experiments.h"
#include "metrics/attribution_rows.h"
#include "metrics/completeness.h"
#include "metrics/deletion_insertion.h"
#include "metrics/keep_remove_metrics.h"
#include "metrics/local_accuracy.h"
#include "metrics/max_sensitivity.h"
#include "metrics/randomisation.h"
#include "metrics/shapley_agreement.h"

enum { AGAIN_ROWS = 25, INFIDELITY_DRAWS = 100, SENSITIVITY_DRAWS = 10 };

/* Of the streams of one unit: what draws. Each measure's draws are a replicate of their own, so that none
 * shares a draw with another. Only ever append. */
enum draws {
    EG_DRAWS_INFIDELITY = 1,
    EG_DRAWS_DELETION,
    EG_DRAWS_SENSITIVITY,
    EG_DRAWS_RANDOMISATION,
    EG_DRAWS_RETRAIN
};

/* clang-format off */
const struct eg_score_metric eg_compare_metrics[] = {
    {"KPM", 0, 0}, {"KPR", 0, 0}, {"KPI", 0, 0}, {"KNM", 0, 0}, {"KNR", 0, 0}, {"KNI", 0, 0},
    {"KAM", 0, 1}, {"KAR", 0, 1}, {"KAI", 0, 1}, {"RPM", 0, 0}, {"RPR", 0, 0}, {"RPI", 0, 0},
    {"RNM", 0, 0}, {"RNR", 0, 0}, {"RNI", 0, 0}, {"RAM", 0, 1}, {"RAR", 0, 1}, {"RAI", 0, 1},
    {"local_accuracy", 0, 0}, {"completeness_residual", 1, 0},
    {"infidelity", 1, 0}, {"infidelity_scaled", 1, 1},
    {"deletion", 1, 1}, {"insertion", 0, 1},
    {"shapley_error", 1, 0}, {"shapley_rank", 0, 0},
    {"max_sensitivity", 1, 1}, {"robust_top", 0, 1}, {"robust_order", 0, 1},
    {"retrain_remove", 1, 1}, {"retrain_keep", 0, 1},
    {NULL, 0, 0},
};
/* clang-format on */

/* The stream of a measure; its item is the row's. */
static struct eg_stream stream_of(const struct eg_compare_unit *unit, enum draws draws)
{
    return eg_stream_make(unit->seed, EG_STREAM_COMPARE, EG_PURPOSE_MASKING,
                          unit->number * 16 + (unsigned)draws, 0);
}

/* row["skipped"][measure] = why it has no value. */
static void note_skip(const struct eg_row *row, const char *measure, const char *why)
{
    const struct eg_row skipped = eg_row_part(row, "skipped");
    eg_row_set_text(&skipped, measure, why);
}

/* What is measured, and where it goes. */
struct measuring {
    const struct eg_compare_unit *unit;
    const struct eg_matrix *phi;
    struct eg_predictor predictor;
    enum eg_phi_kind kind;
    double base; /* the output that attributions count from */
    const struct eg_row *row;
};

/* Sets a measure of one or two values (second: NULL). One that says by EG_DATA that it has none here (attributions
 * and rows are known to be sound) is noted as skipped. */
static int settle(const struct measuring *measuring, const struct eg_error *own, const char *first,
                  double value, const char *second, double other, struct eg_error *error)
{
    if (own->status && own->status != EG_DATA)
        return eg_fail(error, own->status, "%s", own->message);
    if (own->status)
        note_skip(measuring->row, first, own->message);
    else
        eg_row_set(measuring->row, first, value);
    return second ? settle(measuring, own, second, other, NULL, NAN, error) : EG_OK;
}

/* Why the Keep/Remove metric of that name (eg_keep_remove_names) has no value on this unit, or NULL. */
static const char *find_lack(const struct eg_compare_unit *unit, const char *name)
{
    const int is_scored = name[1] == 'A', is_imputed = name[2] == 'I';
    if (is_imputed && *unit->rows_lack)
        return unit->rows_lack;
    return is_scored && *unit->labels_lack ? unit->labels_lack : NULL;
}

static int measure_keep_remove(const struct measuring *measuring, struct eg_error *error)
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
            note_skip(measuring->row, name, lack);
        else
            eg_row_set(measuring->row, name, result.area[m]);
    }
    return status;
}

static int measure_sums(const struct measuring *measuring, struct eg_error *error)
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
        eg_row_set(measuring->row, "local_accuracy", accuracy.score);
        eg_completeness(phi, outputs, measuring->base, &residual, &own);
        status = settle(measuring, &own, "completeness_residual", residual, NULL, NAN, error);
    }
    free(outputs);
    return status;
}

static int measure_infidelity(const struct measuring *measuring, struct eg_error *error)
{
    const struct eg_compare_unit *unit = measuring->unit;
    struct eg_error own = {0};
    struct eg_infidelity result = {0};
    const struct eg_infidelity_input input = {.predictor = &measuring->predictor,
                                              .x_train = &unit->train.x,
                                              .x = &unit->test.x,
                                              .phi = measuring->phi,
                                              .kind = measuring->kind,
                                              .size = 0.5,
                                              .draws = INFIDELITY_DRAWS,
                                              .stream = stream_of(unit, EG_DRAWS_INFIDELITY)};
    eg_infidelity(&input, &result, &own);
    return settle(measuring, &own, "infidelity", result.plain / result.change, "infidelity_scaled",
                  result.scaled / result.change, error);
}

static int measure_deletion(const struct measuring *measuring, struct eg_error *error)
{
    const struct eg_compare_unit *unit = measuring->unit;
    struct eg_error own = {0};
    struct eg_deletion result = {0};
    const struct eg_deletion_input input = {.predictor = &measuring->predictor,
                                            .x_train = &unit->train.x,
                                            .x = &unit->test.x,
                                            .phi = measuring->phi,
                                            .is_classes = unit->is_classes,
                                            .stream = stream_of(unit, EG_DRAWS_DELETION)};
    eg_deletion_insertion(&input, &result, &own);
    return settle(measuring, &own, "deletion", result.deletion, "insertion", result.insertion,
                  error);
}

static int measure_agreement(const struct measuring *measuring, struct eg_error *error)
{
    struct eg_error own = {0};
    struct eg_shapley_agreement agreement = {0};
    if (!measuring->unit->oracle_is_exact)
        return EG_OK;
    eg_shapley_agreement(measuring->phi, &measuring->unit->oracle, &agreement, &own);
    return settle(measuring, &own, "shapley_error", agreement.error, "shapley_rank", agreement.rank,
                  error);
}

int eg_compare_measure(const struct eg_compare_unit *unit, const struct eg_matrix *phi,
                       enum eg_phi_kind kind, double base, const struct eg_row *row,
                       struct eg_error *error)
{
    static int (*const measures[])(const struct measuring *measuring, struct eg_error *error) = {
        measure_keep_remove, measure_sums, measure_infidelity, measure_deletion, measure_agreement};
    const struct measuring measuring = {unit, phi,  eg_network_predictor(&unit->network),
                                        kind, base, row};
    int status = eg_check_pair("measures", "test rows", &unit->test.x, "attributions", phi, error);
    for (size_t i = 0; i < sizeof measures / sizeof *measures && !status; i++)
        status = measures[i](&measuring, error);
    return status;
}

struct question {
    const struct eg_compare_asker *asker;
    const struct eg_network *network;
    int is_refused; /* the method itself failed: no matter of the measure */
};

static int explain_again(void *context, const struct eg_matrix *x, struct eg_matrix *phi,
                         struct eg_error *error)
{
    struct question *question = context;
    const int status = question->asker->explain(question->asker->context, question->network, x, phi,
                                                error);
    question->is_refused = status != EG_OK;
    return status;
}

static int measure_sensitivity(const struct measuring *measuring,
                               const struct eg_compare_asker *asker, const struct eg_matrix *x,
                               struct eg_error *error)
{
    const struct eg_compare_unit *unit = measuring->unit;
    struct eg_error own = {0};
    struct question question = {asker, &unit->network, 0};
    struct eg_max_sensitivity result = {0};
    const struct eg_max_sensitivity_input input = {.x_train = &unit->train.x,
                                                   .x = x,
                                                   .phi = measuring->phi,
                                                   .context = &question,
                                                   .explain = explain_again,
                                                   .radius = 0.1,
                                                   .draws = SENSITIVITY_DRAWS,
                                                   .strongest = (x->cols + 7) / 8,
                                                   .stream = stream_of(unit, EG_DRAWS_SENSITIVITY)};
    const int status = eg_max_sensitivity(&input, &result, &own);
    if (question.is_refused)
        return eg_fail(error, own.status, "%s", own.message);
    if (!status) {
        eg_row_set(measuring->row, "robust_top", result.least.top);
        eg_row_set(measuring->row, "robust_order", result.least.kendall);
    }
    if (!status && !isfinite(result.mean))
        eg_fail(&own, EG_DATA, "attributions of 0 have no relative change");
    return settle(measuring, &own, "max_sensitivity", result.mean, NULL, NAN, error);
}

static int measure_randomisation(const struct measuring *measuring,
                                 const struct eg_compare_asker *asker, const struct eg_matrix *x,
                                 struct eg_error *error)
{
    const struct eg_compare_unit *unit = measuring->unit;
    struct eg_network fresh;
    struct question question = {asker, &fresh, 0};
    struct eg_error own = {0};
    struct eg_matrix random_phi = {0};
    double difference = NAN;
    if (unit->black_box) {
        note_skip(measuring->row, "randomisation", "a command has no weights to draw anew");
        return EG_OK;
    }
    int status = eg_network_alloc(&fresh, unit->network.inputs, unit->text, error);
    if (status)
        return status;
    eg_network_initialise(&fresh, EG_GLOROT_UNIFORM,
                          eg_stream_make(unit->seed, EG_STREAM_COMPARE, EG_PURPOSE_WEIGHTS,
                                         unit->number, EG_DRAWS_RANDOMISATION));
    status = eg_matrix_alloc(&random_phi, x->rows, x->cols, error);
    if (!status)
        status = explain_again(&question, x, &random_phi, error);
    if (!status) {
        eg_randomisation(measuring->phi, &random_phi, &difference, &own);
        difference /= eg_unrelated_randomisation(x->cols);
        status = settle(measuring, &own, "randomisation", difference, NULL, NAN, error);
    }
    eg_matrix_free(&random_phi);
    eg_network_free(&fresh);
    return status;
}

int eg_compare_ask_again(const struct eg_compare_unit *unit, const struct eg_compare_asker *asker,
                         const struct eg_matrix *phi, const struct eg_row *row,
                         struct eg_error *error)
{
    const size_t rows = phi->rows < AGAIN_ROWS ? phi->rows : AGAIN_ROWS;
    const struct eg_matrix x = {rows, phi->cols, unit->test.x.data};
    struct question question = {asker, &unit->network, 0};
    struct eg_matrix first = {0};
    const struct measuring measuring = {.unit = unit, .phi = &first, .row = row};
    int status = eg_matrix_alloc(&first, rows, phi->cols, error);
    if (!status && asker->draws_by_row)
        memcpy(first.data, phi->data, rows * phi->cols * sizeof *phi->data);
    else if (!status)
        status = explain_again(&question, &x, &first, error);
    if (!status)
        status = measure_sensitivity(&measuring, asker, &x, error);
    if (!status)
        status = measure_randomisation(&measuring, asker, &x, error);
    eg_matrix_free(&first);
    return status;
}

/* Half of the features at the most: which of them come last in an order says little. */
static const double shares[] = {0.1, 0.3, 0.5};
enum { SHARES = sizeof shares / sizeof *shares };

int eg_compare_retrain(const struct eg_compare_unit *unit, const struct eg_matrix *phi_train,
                       const struct eg_matrix *phi_test, const struct eg_row *row,
                       struct eg_error *error)
{
    struct eg_retrain_result result;
    const struct eg_matrix x_train = {phi_train->rows, unit->train.x.cols, unit->train.x.data};
    struct eg_retrain_input input = {.x_train = &x_train,
                                     .phi_train = phi_train,
                                     .x_test = &unit->test.x,
                                     .phi_test = phi_test,
                                     .y_train = unit->train.y,
                                     .y_test = unit->test.y,
                                     .is_classes = unit->is_classes,
                                     .points = SHARES,
                                     .stream = stream_of(unit, EG_DRAWS_RETRAIN),
                                     .fit = eg_retrain_network,
                                     .context = &unit->recipe};
    if (!unit->recipe.network || !unit->train.y)
        return eg_fail(error, EG_USAGE,
                       "%s: how its model was trained is not known: there is nothing to retrain",
                       unit->dataset);
    if (phi_train->rows > unit->train.x.rows)
        return eg_fail(error, EG_DATA,
                       "%s: attributions of %zu training rows, of which there are %zu",
                       unit->dataset, phi_train->rows, unit->train.x.rows);
    for (size_t k = 0; k < SHARES; k++)
        input.shares[k] = shares[k];
    const int status = eg_retrain_curves(&input, &result, error);
    if (status)
        return status;
    eg_row_set(row, eg_retrain_remove_info.name, result.roar);
    eg_row_set(row, eg_retrain_keep_info.name, result.kar);
    return EG_OK;
}
