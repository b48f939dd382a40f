/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Kernel SHAP (Lundberg and Lee 2017): the additive function of coalitions that is next to v,
 *
 *     phi = argmin of  sum over S of  w(S) (v(S) - v(none) - sum over j in S of phi_j)^2,
 *     w(S) = (p - 1) / (choose(p, |S|) |S| (p - |S|)),    sum of phi = v(all) - v(none)
 *
 * Over all 2^p - 2 coalitions, if these are no more than `samples`, that is the Shapley values.
 * Otherwise `samples` coalitions are drawn, in proportion to w, in pairs of a coalition and its
 * complement, and count equally. v is the interventional value (explain_task.h). With fewer pairs than
 * features phi is not determined, and the smallest that fits is given.
 */
#include <math.h>
#include <string.h>

#include "attribution/explain_task.h"
#include "attribution/least_squares.h"

enum { ENUMERABLE = 20 }; /* features up to which all coalitions may be counted */

static size_t count_coalitions(const struct eg_method_settings *settings, size_t background_rows)
{
    return background_rows ? settings->samples / 2 : 0;
}

/* The coalitions, then none and all of the features. */
struct game {
    size_t count;
    unsigned char *members; /* count + 2 x p */
    double *weight;         /* count */
    double *values;         /* count + 2 */
    double *rows, *target;  /* count x p - 1, count: the regression */
    double *phi;            /* p - 1 */
};

static int allocate_game(struct eg_explain_task *task, struct game *game, struct eg_error *error)
{
    const size_t count = game->count, p = task->p;
    game->members = eg_task_take(task, (count + 2) * p, 1, error);
    game->weight = eg_task_take(task, count + 1, sizeof *game->weight, error);
    game->values = eg_task_take(task, count + 2, sizeof *game->values, error);
    game->rows = eg_task_take(task, count * (p - 1) + 1, sizeof *game->rows, error);
    game->target = eg_task_take(task, count + 1, sizeof *game->target, error);
    game->phi = eg_task_take(task, p, sizeof *game->phi, error);
    return game->members && game->weight && game->values && game->rows && game->target && game->phi
               ? EG_OK
               : EG_INTERNAL;
}

static void free_game(struct eg_explain_task *task, struct game *game)
{
    eg_task_give(task, game->members);
    eg_task_give(task, game->weight);
    eg_task_give(task, game->values);
    eg_task_give(task, game->rows);
    eg_task_give(task, game->target);
    eg_task_give(task, game->phi);
}

/* w of one coalition of that size. */
static double weigh_coalition(size_t p, size_t size)
{
    double choose = 1;
    for (size_t s = 1; s <= size; s++)
        choose *= (double)(p - size + s) / (double)s;
    return (double)(p - 1) / (choose * (double)size * (double)(p - size));
}

static void list_all(struct game *game, size_t p)
{
    for (size_t set = 1; set <= game->count; set++) {
        for (size_t j = 0; j < p; j++)
            game->members[(set - 1) * p + j] = set >> j & 1;
        game->weight[set - 1] = weigh_coalition(p, (size_t)__builtin_popcountl(set));
    }
}

/* Sizes s have probability in proportion to 1 / (s (p - s)), the weight of all their coalitions. */
static size_t draw_size(size_t p, struct eg_stream *stream)
{
    double total = 0, at = 0;
    for (size_t s = 1; s < p; s++)
        total += 1 / ((double)s * (double)(p - s));
    const double drawn = total * eg_stream_uniform(stream);
    for (size_t s = 1; s < p - 1; s++) {
        at += 1 / ((double)s * (double)(p - s));
        if (drawn < at)
            return s;
    }
    return p - 1;
}

/* The first `size` of an order begun anew at each coalition are a uniform draw. */
static void draw_pairs(struct game *game, size_t p, struct eg_stream stream, size_t *order)
{
    for (size_t c = 0; c < game->count; c += 2) {
        unsigned char *one = game->members + c * p, *other = one + p;
        const size_t size = draw_size(p, &stream);
        for (size_t j = 0; j < p; j++)
            order[j] = j;
        eg_stream_shuffle(&stream, order, p);
        memset(one, 0, p);
        memset(other, 1, p);
        for (size_t i = 0; i < size; i++) {
            one[order[i]] = 1;
            other[order[i]] = 0;
        }
        game->weight[c] = game->weight[c + 1] = 1;
    }
}

/* The last feature's phi is what is left of the sum, so that its column goes into all others. */
static int solve_game(struct eg_explain_task *task, struct game *game, struct eg_error *error)
{
    const size_t p = task->p;
    const double none = game->values[game->count], sum = game->values[game->count + 1] - none;
    double left = sum;
    for (size_t c = 0; c < game->count; c++) {
        const unsigned char *member = game->members + c * p;
        const double root = sqrt(game->weight[c]), last = member[p - 1];
        game->target[c] = root * (game->values[c] - none - last * sum);
        for (size_t j = 0; j < p - 1; j++)
            game->rows[c * (p - 1) + j] = root * (member[j] - last);
    }
    if (eg_solve_least_squares(task, game->count, p - 1, game->rows, game->target, 0, game->phi,
                               error))
        return EG_INTERNAL;
    for (size_t j = 0; j < p - 1; j++) {
        task->phi[j] = (real)game->phi[j];
        left -= game->phi[j];
    }
    task->phi[p - 1] = (real)left;
    return EG_OK;
}

static int explain_kernel(struct eg_explain_task *task, struct eg_error *error)
{
    const size_t p = task->p, samples = task->settings->samples;
    const int is_all = p <= ENUMERABLE && ((size_t)1 << p) - 2 <= samples;
    struct game game = {.count = is_all ? ((size_t)1 << p) - 2 : samples / 2 * 2};
    size_t *order = eg_task_take(task, p, sizeof *order, error);
    int status = order ? allocate_game(task, &game, error) : EG_INTERNAL;
    if (!status && is_all)
        list_all(&game, p);
    else if (!status)
        draw_pairs(&game, p, task->stream, order);
    if (!status) {
        memset(game.members + (game.count + 1) * p, 1, p);
        status = eg_task_value_coalitions(task, game.count + 2, game.members, game.values, error);
    }
    if (!status)
        status = solve_game(task, &game, error);
    free_game(task, &game);
    eg_task_give(task, order);
    return status;
}

const struct eg_method eg_kernel_shap = {
    .name = "kernel_shap",
    .summary = "Shapley values by a weighted regression over coalitions of features",
    .is_complete = 1,
    .averages_background = 1,
    .count_points = count_coalitions,
    .explain = explain_kernel,
};
