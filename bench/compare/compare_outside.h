/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_BENCH_COMPARE_OUTSIDE_H
#define EG_BENCH_COMPARE_OUTSIDE_H

#include "bench/compare/compare_options.h"
#include "bench/compare/compare_unit.h"
#include "run/child.h"
#include "run/exchange.h"

/* What a method from outside said of a unit. */
struct eg_outside_answer {
    struct eg_matrix phi;         /* test rows x features */
    struct eg_matrix phi_train;   /* of the training rows asked for; data NULL: it gave none */
    struct eg_child_result taken; /* zero for a file */
};

/* What an exchange folder says of the unit. It borrows from it. */
struct eg_exchange eg_compare_exchange(const struct eg_compare_unit *unit, size_t samples,
                                       size_t explain_train);

/*
 * Asks a method from outside for the unit's test rows and for the first explain_train training rows, by
 * a folder below run->out/exchange, which is removed when all went well, or from its files. EG_DATA
 * with one line that begins with the method's name. Free the answer after failure too.
 */
int eg_compare_ask_outside(const struct eg_run *run, const struct eg_outside *outside,
                           const struct eg_compare_unit *unit, size_t samples, size_t explain_train,
                           struct eg_outside_answer *answer, struct eg_error *error);
void eg_outside_answer_free(struct eg_outside_answer *answer);

/* Removes run->out/exchange where no cell has left its folder there; once all cells are done, since one
 * that begins needs it. */
void eg_compare_end_exchange(const struct eg_run *run);

#endif
