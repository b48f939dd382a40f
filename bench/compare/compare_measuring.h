/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the measures of egbench-compare share. */
#ifndef EG_BENCH_COMPARE_MEASURING_H
#define EG_BENCH_COMPARE_MEASURING_H

#include "bench/compare/compare_measures.h"

/* Of the streams of one unit: what draws. Each measure's draws are a replicate of their own, so that none
 * shares a draw with another. Only ever append, up to 15. */
enum eg_draws {
    EG_DRAWS_INFIDELITY = 1,
    EG_DRAWS_DELETION,
    EG_DRAWS_SENSITIVITY,
    EG_DRAWS_RETRAIN = 5, /* stored rows are of these numbers; 4 is free */
    EG_DRAWS_REMOVAL,
    EG_DRAWS_FAITHFULNESS,
    EG_DRAWS_RELEVANCE,
    EG_DRAWS_DIRECTED
};

/* The stream of a measure; its item is the row's. */
struct eg_stream eg_compare_stream(const struct eg_compare_unit *unit, enum eg_draws draws);

/* row["skipped"][measure] = why it has no value. */
void eg_compare_note_skip(const struct eg_row *row, const char *measure, const char *why);

/* What is measured, and where it goes. */
struct eg_measuring {
    const struct eg_compare_unit *unit;
    const struct eg_matrix *phi;
    struct eg_predictor predictor;
    enum eg_phi_kind kind;
    double base; /* the output that attributions count from */
    const struct eg_row *row;
};

/* Sets a measure of one or two values (second: NULL). One that says by EG_DATA in *own that it has none here
 * (attributions and rows are known to be sound) is noted as skipped; any other failure is the return value. */
int eg_compare_settle(const struct eg_measuring *measuring, const struct eg_error *own,
                      const char *first, double value, const char *second, double other,
                      struct eg_error *error);

/* A network of the unit's form, with all weights drawn from the unit's stream for that. Free it after failure
 * too. */
int eg_compare_draw_network(const struct eg_compare_unit *unit, struct eg_network *network,
                            struct eg_error *error);

/* The rows that methods are asked again for: the first test rows. A view. */
struct eg_matrix eg_compare_rows_again(const struct eg_compare_unit *unit);

/* phi (made here) = the method's attributions of those rows, as it would give them when asked for these alone;
 * all: those that it gave of all test rows. Free it after failure too. */
int eg_compare_first_again(const struct eg_compare_unit *unit, const struct eg_compare_asker *asker,
                           const struct eg_matrix *all, struct eg_matrix *phi,
                           struct eg_error *error);

#endif
