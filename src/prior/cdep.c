/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "prior/cdep.h"

#include <math.h>
#include <stdlib.h>

int eg_cdep_term_alloc(struct eg_cdep_term *term, const struct eg_network *network,
                       const real *mask, size_t n, size_t threads, struct eg_error *error)
{
    *term = (struct eg_cdep_term){0};
    const int status = eg_decomposition_alloc(&term->decomposition, network, mask, n, threads,
                                              error);
    if (status)
        return status;
    term->v = eg_alloc(n * network->outputs, sizeof *term->v, error);
    if (term->v)
        return EG_OK;
    eg_cdep_term_free(term);
    return EG_INTERNAL;
}

void eg_cdep_term_free(struct eg_cdep_term *term)
{
    eg_decomposition_free(&term->decomposition);
    free(term->v);
    *term = (struct eg_cdep_term){0};
}

static double add_cdep(void *context, const struct eg_network *network,
                       const struct eg_batch *batch, double strength, real *gradient)
{
    struct eg_cdep_term *term = context;
    const real *beta = eg_decomposition_run(&term->decomposition, batch->n, batch->x);
    const double each = 1 / (double)batch->n;
    double sum = 0;
    for (size_t i = 0; i < batch->n * network->outputs; i++) {
        sum += fabs((double)beta[i]);
        term->v[i] = (real)(strength * each * ((beta[i] > 0) - (beta[i] < 0)));
    }
    eg_decomposition_pull_back(&term->decomposition, batch->n, term->v, gradient);
    return sum * each;
}

struct eg_objective_term eg_cdep_as_term(struct eg_cdep_term *term, double strength)
{
    return (struct eg_objective_term){
        .strength = strength,
        .context = term,
        .add = add_cdep,
        .room = {term->decomposition.block, term->decomposition.block_size}};
}
