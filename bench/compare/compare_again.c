/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The measures of egbench-compare for which a method is asked again, or networks are trained again. */
#include "bench/compare/compare_measuring.h"

#include <math.h>

#include "metrics/max_sensitivity.h"
#include "metrics/randomisation.h"

enum { SENSITIVITY_DRAWS = 10 };

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

static int measure_sensitivity(const struct eg_measuring *measuring,
                               const struct eg_compare_asker *asker, const struct eg_matrix *x,
                               struct eg_error *error)
{
    const struct eg_compare_unit *unit = measuring->unit;
    struct eg_error own = {0};
    struct question question = {asker, &unit->network, 0};
    struct eg_max_sensitivity result = {0};
    const struct eg_max_sensitivity_input input = {
        .x_train = &unit->train.x,
        .x = x,
        .phi = measuring->phi,
        .context = &question,
        .explain = explain_again,
        .radius = 0.1,
        .draws = SENSITIVITY_DRAWS,
        .strongest = (x->cols + 7) / 8,
        .stream = eg_compare_stream(unit, EG_DRAWS_SENSITIVITY)};
    const int status = eg_max_sensitivity(&input, &result, &own);
    if (question.is_refused)
        return eg_fail(error, own.status, "%s", own.message);
    if (!status) {
        eg_row_set(measuring->row, eg_robust_top_info.name, result.least.top);
        eg_row_set(measuring->row, eg_robust_order_info.name, result.least.kendall);
        eg_row_set(measuring->row, eg_robust_rank_info.name, result.least.spearman);
    }
    if (!status && !isfinite(result.mean))
        eg_fail(&own, EG_DATA, "attributions of 0 have no relative change");
    return eg_compare_settle(measuring, &own, eg_max_sensitivity_info.name, result.mean, NULL, NAN,
                             error);
}

static int measure_randomisation(const struct eg_measuring *measuring,
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
        eg_compare_note_skip(measuring->row, eg_randomisation_info.name,
                             "a command has no weights to draw anew");
        return EG_OK;
    }
    int status = eg_compare_draw_network(unit, &fresh, error);
    if (status)
        return status;
    status = eg_matrix_alloc(&random_phi, x->rows, x->cols, error);
    if (!status)
        status = explain_again(&question, x, &random_phi, error);
    if (!status) {
        eg_randomisation(measuring->phi, &random_phi, &difference, &own);
        difference /= eg_unrelated_randomisation(x->cols);
        status = eg_compare_settle(measuring, &own, eg_randomisation_info.name, difference, NULL,
                                   NAN, error);
    }
    eg_matrix_free(&random_phi);
    eg_network_free(&fresh);
    return status;
}

int eg_compare_ask_again(const struct eg_compare_unit *unit, const struct eg_compare_asker *asker,
                         const struct eg_matrix *phi, const struct eg_row *row,
                         struct eg_error *error)
{
    const struct eg_matrix x = eg_compare_rows_again(unit);
    struct eg_matrix first = {0};
    const struct eg_measuring measuring = {.unit = unit, .phi = &first, .row = row};
    int status = eg_compare_first_again(unit, asker, phi, &first, error);
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
                                     .stream = eg_compare_stream(unit, EG_DRAWS_RETRAIN),
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
