/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The attributions that egbench-compare judges: those of all methods, of the oracle, from outside. */
#ifndef EG_BENCH_COMPARE_METHODS_H
#define EG_BENCH_COMPARE_METHODS_H

#include "attribution/attribution.h"
#include "bench/compare/compare_unit.h"
#include "metrics/infidelity.h"

extern const char eg_compare_oracle[], eg_compare_flipped[]; /* "oracle", "flipped_oracle" */

/* All of eg_methods, with integrated gradients from the training mean after those from zero, then the
 * oracle and the oracle with its sign turned. */
size_t eg_compare_method_count(void);
const char *eg_compare_method_name(size_t method);

/* Relative cost of a cell of that method with p features. */
double eg_compare_method_cost(const char *name, size_t p);

enum { EG_SKIP = 512 };

/* Whether a method of the program's own says nothing of its own there, and why: exact Shapley values of more
 * than 16 features, integrated gradients from a training mean that is zero, a network with a layer for
 * which the method has no rule. */
int eg_compare_skip(const struct eg_compare_unit *unit, const char *name, size_t samples,
                    char why[EG_SKIP]);

/* mean (cols) = that of each column of x. */
void eg_compare_mean_row(const struct eg_matrix *x, real *mean);

/* A method of the program's own on a unit, with what it reads. */
struct eg_compare_explainer {
    struct eg_explainer explainer;
    struct eg_matrix background; /* a view: all training rows, the first of them, or the baseline */
    real *baseline;              /* owned */
    struct eg_stream stream;
};

/*
 * samples: gradients for each row, or what takes about as much: pairs of permutations a tenth of them,
 * coalitions so many more than twice the features. Methods that average over coalitions see the first
 * `background` training rows, integrated gradients zeros or the training mean. EG_USAGE for a name that
 * is none of those above, or the oracle's. Must not move after; free it after failure too.
 */
int eg_compare_explainer_make(struct eg_compare_explainer *made, const struct eg_compare_unit *unit,
                              const char *name, size_t samples, size_t background, size_t threads,
                              struct eg_error *error);
void eg_compare_explainer_free(struct eg_compare_explainer *made);

/* What the numbers of that method are. */
enum eg_phi_kind eg_compare_kind(const char *name);

#endif
