/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_retrain.h"

#include "bench/compare/compare_measures.h"

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
