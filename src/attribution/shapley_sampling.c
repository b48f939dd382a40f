/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shapley values by sampling permutations (Strumbelj and Kononenko 2014). On the way from a
 * background row to x the features change in the permutation's order; each gets what g changes by at
 * its turn. `samples` permutations come in pairs of an order and its reverse from the same row, which
 * is less noisy; a pair's mean is one draw. A permutation takes p + 1 evaluations. With all
 * references, samples are whole rounds of twice the background's rows.
 */
#include <string.h>

#include "attribution/explain_task.h"

static size_t count_permutations(const struct eg_method_settings *settings, size_t background_rows)
{
    return eg_count_samples(settings, background_rows, 2);
}

struct walk {
    uint32_t *reference; /* for each pair */
    size_t *order;       /* p features */
    double *share;       /* p: the mean of a pair */
    double *g;           /* p + 1 */
    real *rows;          /* p + 1 x p */
};

static int allocate_walk(struct eg_explain_task *task, struct walk *walk, size_t pairs,
                         struct eg_error *error)
{
    const size_t p = task->p;
    walk->reference = eg_task_take(task, pairs, sizeof *walk->reference, error);
    walk->order = eg_task_take(task, p, sizeof *walk->order, error);
    walk->share = eg_task_take(task, p, sizeof *walk->share, error);
    walk->g = eg_task_take(task, p + 1, sizeof *walk->g, error);
    walk->rows = eg_task_take(task, (p + 1) * p, sizeof *walk->rows, error);
    return walk->reference && walk->order && walk->share && walk->g && walk->rows ? EG_OK
                                                                                  : EG_INTERNAL;
}

static void free_walk(struct eg_explain_task *task, struct walk *walk)
{
    eg_task_give(task, walk->reference);
    eg_task_give(task, walk->order);
    eg_task_give(task, walk->share);
    eg_task_give(task, walk->g);
    eg_task_give(task, walk->rows);
}

/* share += scale * what each feature changes, in walk->order or backwards */
static int follow_order(struct eg_explain_task *task, const struct walk *walk,
                        const real *reference, int is_reverse, double scale, struct eg_error *error)
{
    const size_t p = task->p;
    memcpy(walk->rows, reference, p * sizeof *walk->rows);
    for (size_t i = 0; i < p; i++) {
        const size_t feature = walk->order[is_reverse ? p - 1 - i : i];
        memcpy(walk->rows + (i + 1) * p, walk->rows + i * p, p * sizeof *walk->rows);
        walk->rows[(i + 1) * p + feature] = task->x[feature];
    }
    const int status = eg_task_predict(task, p + 1, walk->rows, walk->g, error);
    for (size_t i = 0; i < p && !status; i++)
        walk->share[walk->order[is_reverse ? p - 1 - i : i]] += scale *
                                                                (walk->g[i + 1] - walk->g[i]);
    return status;
}

static int explain_sampling(struct eg_explain_task *task, struct eg_error *error)
{
    const size_t samples = task->settings->samples, pairs = (samples + 1) / 2;
    struct walk walk = {0};
    int status = allocate_walk(task, &walk, pairs, error);
    if (!status)
        eg_task_draw_references(task, pairs, &task->stream, walk.reference);
    for (size_t pair = 0; pair < pairs && !status; pair++) {
        const real *reference = eg_row(task->background, walk.reference[pair]);
        const int is_whole = 2 * pair + 1 < samples;
        for (size_t j = 0; j < task->p; j++) {
            walk.order[j] = j;
            walk.share[j] = 0;
        }
        eg_stream_shuffle(&task->stream, walk.order, task->p);
        status = follow_order(task, &walk, reference, 0, is_whole ? 0.5 : 1, error);
        if (!status && is_whole)
            status = follow_order(task, &walk, reference, 1, 0.5, error);
        eg_task_add_share(task, walk.share);
    }
    free_walk(task, &walk);
    return status;
}

const struct eg_method eg_shapley_sampling = {
    .name = "shapley_sampling",
    .summary = "Shapley values from random orders of the features, in pairs with their reverse",
    .is_complete = 1,
    .averages_background = 1,
    .is_stochastic = 1,
    .count_points = count_permutations,
    .explain = explain_sampling,
};
