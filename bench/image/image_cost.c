/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/image/image_cell.h"

#include "base/sizes.h"
#include "bench/image/image_models.h"
#include "nn/network.h"

/* Sweeps over the network for each training image: forward, backward, weights, and for a prior
 * forward, backward, tangent, weights. */
enum { SWEEPS_PLAIN = 3, SWEEPS_PRIOR = 7 };

/* Of the 1 + 10 attacks each explains, which is two sweeps; total variation takes two sweeps for each
 * sample, of three kinds, on test and on validation images. */
enum { ATTACKS = 11, SWEEPS_EXPLAIN = 2, SIDES = 2, OTHER_KINDS = 2 };

static double count_sweeps(const struct eg_image_cell *cell, const struct eg_image_model *model)
{
    const size_t trained = cell->epochs * cell->train_images;
    const size_t classified = cell->validation_images +
                              cell->test_images *
                                  (1 + cell->noise_levels.count + cell->flipped_levels.count);
    const size_t explained = ATTACKS * cell->attack_images +
                             SIDES * cell->smooth_images * (cell->samples + OTHER_KINDS);
    return (double)trained * (model->method ? SWEEPS_PRIOR : SWEEPS_PLAIN) + (double)classified +
           (double)(SWEEPS_EXPLAIN * explained);
}

int eg_image_cost(const void *of_cell, double *cost, struct eg_error *error)
{
    const struct eg_image_cell *cell = of_cell;
    const struct eg_image_model *model = eg_image_model_find(cell->model, error);
    const double *image = cell->image.at;
    double work;
    if (!model)
        return error->status;
    const int status = eg_network_count_work((size_t)(image[0] * image[1] * image[2]),
                                             cell->network, &work, error);
    if (!status)
        *cost = count_sweeps(cell, model) * work;
    return status;
}

void eg_image_shorten(void *of_cell)
{
    struct eg_image_cell *cell = of_cell;
    cell->epochs = 1;
    cell->train_images = eg_least(cell->train_images, 4 * cell->batch);
    cell->validation_images = eg_least(cell->validation_images, 10);
    cell->test_images = eg_least(cell->test_images, 10);
    cell->attack_images = eg_least(cell->attack_images, 2);
    cell->smooth_images = eg_least(cell->smooth_images, 1);
    cell->map_images = eg_least(cell->map_images, 1);
    cell->samples = eg_least(cell->samples, 20);
}
