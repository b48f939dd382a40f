/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Remove and retrain, keep and retrain (bench/shap/retrain_curves.h) of a method on a unit. */
#ifndef EG_BENCH_COMPARE_RETRAIN_H
#define EG_BENCH_COMPARE_RETRAIN_H

#include "bench/compare/compare_unit.h"

/*
 * row["retrain_remove"], row["retrain_keep"]: what networks score that are trained as the unit's
 * was, on its first training rows, as many as phi_train has, with a tenth, three tenths and half of the
 * features masked or alone left. Six trainings. phi_train (rows x features) and phi_test (test rows x
 * features): the method's attributions of both parts. EG_USAGE when the unit's recipe is not known, or
 * its outcome is not; EG_DATA when shapes disagree or a number is not finite.
 */
int eg_compare_retrain(const struct eg_compare_unit *unit, const struct eg_matrix *phi_train,
                       const struct eg_matrix *phi_test, const struct eg_row *row,
                       struct eg_error *error);

#endif
