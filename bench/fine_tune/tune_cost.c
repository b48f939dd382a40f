/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/fine_tune/tune_cell.h"
#include "nn/network.h"

#include "base/sizes.h"

/* Sweeps over the network for each image: forward, backward, weights, and for the prior forward, backward, tangent,
 * weights; two for each point that is explained. */
enum { SWEEPS_PLAIN = 3, SWEEPS_PRIOR = 7, SWEEPS_EXPLAIN = 2 };

/* Networks measured on one way of training; ways to draw maps, of which all but gradients take samples. */
enum { STAGES = 2, LONG_METHODS = 2, LONG_BLACK_METHODS = 3 };

static double count_sweeps(const struct eg_tune_cell *cell)
{
    const size_t steps = cell->first_steps + cell->last_steps, ways = 1 + (cell->has_control != 0);
    const size_t measured = 1 + STAGES * ways;
    const size_t trained = SWEEPS_PLAIN * cell->pretrain_epochs * cell->pretrain_images +
                           SWEEPS_PRIOR * steps * cell->batch +
                           (ways - 1) * SWEEPS_PLAIN * steps * cell->batch;
    const size_t points = measured * cell->smooth_images * (LONG_METHODS * cell->samples + 1) +
                          cell->black_images * (LONG_BLACK_METHODS * cell->samples + 1);
    return (double)(trained + measured * cell->test_images + SWEEPS_EXPLAIN * points);
}

int eg_tune_cost(const void *of_cell, double *cost, struct eg_error *error)
{
    const struct eg_tune_cell *cell = of_cell;
    double work;
    const int status = eg_network_count_work(cell->window * cell->window * cell->channels,
                                             cell->network, &work, error);
    if (!status)
        *cost = count_sweeps(cell) * work;
    return status;
}

void eg_tune_shorten(void *of_cell)
{
    struct eg_tune_cell *cell = of_cell;
    const int is_large = cell->pretrain_epochs == 0;
    if (!is_large) {
        cell->pretrain_epochs = 1;
        cell->pretrain_images = eg_least(cell->pretrain_images, 500);
    }
    cell->first_steps = eg_least(cell->first_steps, is_large ? 1 : 10);
    cell->last_steps = 0;
    cell->has_control = 0;
    cell->test_images = eg_least(cell->test_images, is_large ? 16 : 100);
    cell->smooth_images = cell->map_images = cell->black_images = eg_least(cell->smooth_images, 1);
    cell->black_among = eg_least(cell->black_among, 10);
    cell->samples = eg_least(cell->samples, is_large ? 4 : 10);
    cell->references = eg_least(cell->references, 10);
}
