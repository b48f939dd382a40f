/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One cell of the robust attribution experiment: a training, and what becomes of its network's
 * maps and classes when images are attacked.
 */
#ifndef EG_BENCH_ROBUST_CELL_H
#define EG_BENCH_ROBUST_CELL_H

#include "run/experiment.h"

/* What a cell's outcome depends on. Radius and steps are in units of a pixel, 0 to 1. */
struct eg_robust_cell {
    const char *dataset, *data, *protocol, *scale, *network, *model;
    size_t seed, replicate;

    size_t steps, batch, train_images; /* of training */
    double rate, strength;
    double radius, search_step;         /* of the box; of the search for the worst neighbour, */
    size_t search_steps, search_points; /* which PGD on classes is too; points of its integrals */
    size_t points;                      /* of the integral that is trained on */

    size_t test_images, pgd_images, map_images; /* classified, under PGD, whose maps are attacked */
    size_t attacks, attack_steps, attack_points, attacked,
        compared; /* as in bench/robust/top_k_attack.h */
    double attack_step;
};
extern const struct eg_field eg_robust_fields[];

/*
 * As run_cell of struct eg_experiment. The values:
 *
 *   train_loss, test_accuracy
 *   pgd_accuracy               of the first pgd_images, each moved by PGD in the box
 *   attack_top, attack_top_local, attack_kendall, attack_spearman
 *                              what the top-k attack leaves of the maps of the first map_images test
 *                              images that are classified correctly (metrics/map_agreement.h)
 *   random_top ... random_spearman       the same of random points of the box
 *   attack_moved, random_moved the share of these that keep their class somewhere in an attack
 */
int eg_robust_run_cell(const struct eg_run *run, const void *cell, const struct eg_row *row,
                       struct eg_error *error);

/* Multiplications of all sweeps of a cell, or so. Fails where there is no such model or network. */
int eg_robust_cost(const void *cell, double *cost, struct eg_error *error);

/* `shorten` of struct eg_experiment: few steps of everything, on few images. */
void eg_robust_shorten(void *cell);

#endif
