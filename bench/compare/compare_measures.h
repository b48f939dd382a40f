/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_BENCH_COMPARE_MEASURES_H
#define EG_BENCH_COMPARE_MEASURES_H

#include "bench/compare/compare_methods.h"
#include "bench/compare/verdict.h"

/* The metrics that are judged, in the order of tables; ends with a name that is NULL. */
extern const struct eg_score_metric eg_compare_metrics[];

/* Whether it is judged only where --measures names it. */
int eg_compare_is_on_request(const char *measure);

/* The name that a measure has now, of one that an earlier version had; others as they are. */
const char *eg_compare_current_name(const char *measure);

/* row[metric] = what phi (test rows x features) scores, but for those that say nothing here: how far
 * from Shapley values it is where the network's own are not known. One that has no value on this unit is noted
 * in row["skipped"][measure] with its reason, and the others stand. base: the output that attributions count from. EG_DATA where phi
 * does not fit or is not finite. */
int eg_compare_measure(const struct eg_compare_unit *unit, const struct eg_matrix *phi,
                       enum eg_phi_kind kind, double base, const struct eg_row *row,
                       struct eg_error *error);

/* A method that can be asked again. */
struct eg_compare_asker {
    void *context;
    int draws_by_row; /* a row gets the same draws whatever rows are asked for beside it */
    /* phi (as x, zeroed before) = its attributions of rows x by a network of the form of the unit's. Row i
     * is test row i, or near it, and draws go by that number. */
    int (*explain)(void *context, const struct eg_network *network, const struct eg_matrix *x,
                   struct eg_matrix *phi, struct eg_error *error);
};

/* row["max_sensitivity"], and with the same draws row["robust_top"], row["robust_order"] and row["robust_rank"], row["randomisation"] (as a share of what unrelated numbers get), over
 * the first 25 test rows; phi: its attributions of all. Asks eleven times, and one that does not draw by row
 * once more before: what is compared with each other then are answers about as many rows, with the same
 * draws. */
int eg_compare_ask_again(const struct eg_compare_unit *unit, const struct eg_compare_asker *asker,
                         const struct eg_matrix *phi, const struct eg_row *row,
                         struct eg_error *error);

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
