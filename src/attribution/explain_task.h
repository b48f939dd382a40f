/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a method that does not come from gradients gets for one sample x, and how
 * it answers. It may ask for g at any rows; most need no more. All it does is
 * of this one sample: samples are explained side by side by several threads.
 */
#ifndef EG_ATTRIBUTION_EXPLAIN_TASK_H
#define EG_ATTRIBUTION_EXPLAIN_TASK_H

#include "attribution/method.h"
#include "attribution/target.h"
#include "nn/network.h"

struct eg_explain_task {
    const struct eg_method *method;
    const struct eg_method_settings *settings;
    const struct eg_network *network; /* for methods that look inside */
    const struct eg_target *target;
    size_t p;
    const real *x; /* p */
    const real *y; /* x's label, which chooses among several outputs; or NULL */
    const struct eg_matrix *background; /* rows x p; NULL: there is none */
    struct eg_stream stream;            /* the sample's own */

    /* The answer: phi (p) is zero before. A method fills it, or adds the shares whose mean it is. */
    real *phi;
    size_t model_evaluations;    /* rows at which g was asked for */
    size_t gradient_evaluations; /* for methods that send something back through the network */

    /* Memory that the method has now, and the most it had; zero before. */
    size_t bytes, most_bytes;

    /* What eg_task_add_share keeps; zero before. */
    size_t shares;
    double *mean, *squares;           /* p: mean share, sum of squared deviations from it */
    double total_mean, total_squares; /* the same of a share's sum */
};

/* As eg_alloc (base/error.h) and free, but counted: a method's own memory comes from here. */
void *eg_task_take(struct eg_explain_task *task, size_t count, size_t size, struct eg_error *error);
void eg_task_give(struct eg_explain_task *task, void *memory);

/* Counts memory that a callee has taken beside the method's. */
void eg_task_note(struct eg_explain_task *task, size_t bytes);

/*
 * g[i] = g(row i of z), z being rows x p, each row with the sample's label; counted. EG_DATA, naming
 * the method, when one of them is not a finite number; EG_USAGE when g needs a label that is not
 * there; EG_INTERNAL when memory is short.
 */
int eg_task_predict(struct eg_explain_task *task, size_t rows, const real *z, double *g,
                    struct eg_error *error);

/*
 * values[c] = v(S_c) = mean over background rows b of g(x in S_c, b elsewhere), the interventional
 * value of a coalition. members (count x p) holds 1 for features in S_c, else 0. Each coalition takes
 * as many evaluations as there are background rows, the full one a single one.
 */
int eg_task_value_coalitions(struct eg_explain_task *task, size_t count,
                             const unsigned char *members, double *values, struct eg_error *error);

/*
 * reference (count) = rows of the background as settings->references wants them: random, or without replacement
 * from a deck of the sample's own, or all in turn. Draws from *stream.
 */
void eg_task_draw_references(const struct eg_explain_task *task, size_t count,
                             struct eg_stream *stream, uint32_t *reference);

/* The next of several independent shares (p); phi becomes their mean, with its Monte-Carlo error. */
void eg_task_add_share(struct eg_explain_task *task, const double *share);

/* EG_USAGE when the target reads a label and there is none: for methods that do not predict. */
int eg_task_check_label(const struct eg_explain_task *task, struct eg_error *error);

/* Makes a task's room for shares, and the phi of its shares: for whoever calls a method. */
int eg_task_alloc(struct eg_explain_task *task, struct eg_error *error);
void eg_task_free(struct eg_explain_task *task);

/* For count_points of methods that take `samples` of something and read a background whose rows they
 * average over: 0 without either, for cyclic shifts, and for all references when the samples are
 * not whole rounds of `round` times the rows. */
size_t eg_count_samples(const struct eg_method_settings *settings, size_t background_rows,
                        size_t round);

#endif
