/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef EG_BENCH_COMPARE_OUTSIDE_H
#define EG_BENCH_COMPARE_OUTSIDE_H

#include "bench/compare/compare_options.h"
#include "bench/compare/compare_unit.h"
#include "metrics/infidelity.h"
#include "run/child.h"
#include "run/exchange.h"

/* What a method from outside said of a unit. */
struct eg_outside_answer {
    struct eg_matrix phi;         /* test rows x features */
    struct eg_matrix phi_train;   /* of the training rows asked for; data NULL: it gave none */
    struct eg_child_result taken; /* zero for a file */
    enum eg_phi_kind kind;
    double base;    /* the output that shares count from */
    char terms[80]; /* the same in words: "shares from the training mean" */
};

/* What an exchange folder says of the unit. It borrows from it. */
struct eg_exchange eg_compare_exchange(const struct eg_compare_unit *unit, size_t samples,
                                       size_t explain_train);

/* What the method's numbers are, as far as that is known before it is asked: as --kind and --baseline
 * say, else as the config.json beside its files. EG_DATA when that is malformed. */
int eg_compare_say_terms(const struct eg_outside *outside, const char *unit,
                         struct eg_exchange_terms *terms, struct eg_error *error);

/*
 * Asks a method from outside for the unit's test rows and for the first explain_train training rows, by
 * a folder of its own among the temporary files, or from its files. The folder is removed when all went well, else
 * moved to run->out/exchange. EG_DATA with one line that begins with the method's name; EG_USAGE where
 * temporary files would lie below run->out. Free the answer after failure too.
 */
int eg_compare_ask_outside(const struct eg_run *run, const struct eg_outside *outside,
                           const struct eg_compare_unit *unit, size_t samples, size_t explain_train,
                           struct eg_outside_answer *answer, struct eg_error *error);
/* The command for eg_exchange_run that explains with the plug-in: "'.../egbench-plugin-host'
 * '.../mine.so' {dir}". The host stands beside this program. Owned by the caller (free). NULL with
 * *error filled when the plug-in or the host is not there. */
char *eg_plugin_command_alloc(const char *plugin, struct eg_error *error);

void eg_outside_answer_free(struct eg_outside_answer *answer);

/* Ends the workers, and removes run->out/exchange where no cell has left its folder there; once all cells are done, since one
 * that begins needs it. */
void eg_compare_end_exchange(const struct eg_run *run);

#endif
