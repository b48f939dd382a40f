/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/robust/robust_cell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/sizes.h"
#include "bench/image/image_measures.h"
#include "bench/robust/robust_models.h"
#include "bench/robust/robust_training.h"
#include "bench/robust/top_k_attack.h"

#define FIELD(member) EG_FIELD(struct eg_robust_cell, member)
const struct eg_field eg_robust_fields[] = {
    FIELD(dataset),       FIELD(data),     FIELD(protocol),     FIELD(scale),
    FIELD(network),       FIELD(model),    FIELD(seed),         FIELD(replicate),
    FIELD(steps),         FIELD(batch),    FIELD(train_images), FIELD(rate),
    FIELD(strength),      FIELD(radius),   FIELD(search_step),  FIELD(search_steps),
    FIELD(search_points), FIELD(points),   FIELD(test_images),  FIELD(pgd_images),
    FIELD(map_images),    FIELD(attacks),  FIELD(attack_steps), FIELD(attack_points),
    FIELD(attacked),      FIELD(compared), FIELD(attack_step),  {0}};
#undef FIELD

/* --- classes --- */

static int measure_accuracy(const struct eg_robust_cell *cell, const struct eg_image_meter *meter,
                            const struct eg_row *row, struct eg_error *error)
{
    const struct eg_images *test = &meter->data->test;
    const struct eg_image_attack pgd = {.most = cell->radius,
                                        .step = cell->search_step,
                                        .steps = cell->search_steps,
                                        .starts_anywhere = 1};
    double natural = 0, attacked = 0;
    real *moved = eg_alloc(cell->pgd_images * test->x.cols, sizeof *moved, error);
    int status = moved ? eg_image_accuracy(meter, test->x.rows, test->x.data, test->y, &natural,
                                           error)
                       : EG_INTERNAL;
    if (!status)
        status = eg_image_attack(meter, &pgd, cell->pgd_images, moved, error);
    if (!status)
        status = eg_image_accuracy(meter, cell->pgd_images, moved, test->y, &attacked, error);
    free(moved);
    eg_row_set(row, "test_accuracy", natural);
    eg_row_set(row, "pgd_accuracy", attacked);
    return status;
}

/* --- maps --- */

/* The first map_images test images that are classified correctly, and where they stand among all. */
static int take_right(const struct eg_robust_cell *cell, const struct eg_image_meter *meter,
                      struct eg_images *right, size_t *numbers, struct eg_error *error)
{
    const struct eg_images *test = &meter->data->test;
    const size_t n = test->x.rows, p = test->x.cols;
    size_t *classes = eg_alloc(n, sizeof *classes, error), taken = 0;
    right->y = eg_alloc(cell->map_images, sizeof *right->y, error);
    int status = classes && right->y ? eg_matrix_alloc(&right->x, cell->map_images, p, error)
                                     : EG_INTERNAL;
    if (!status)
        status = eg_image_classify(meter, n, test->x.data, classes, error);
    for (size_t i = 0; i < n && !status && taken < cell->map_images; i++) {
        if (classes[i] != (size_t)test->y[i])
            continue;
        right->y[taken] = test->y[i];
        numbers[taken] = i;
        memcpy(eg_row(&right->x, taken++), eg_row(&test->x, i), p * sizeof(real));
    }
    right->x.rows = taken;
    free(classes);
    return status;
}

static void set_outcome(const struct eg_row *row, const char *kind, size_t images,
                        const struct eg_top_k_outcome *outcome)
{
    const struct {
        const char *name;
        double value;
    } values[] = {{"top", outcome->mean.top},
                  {"top_local", outcome->mean.top_local},
                  {"kendall", outcome->mean.kendall},
                  {"spearman", outcome->mean.spearman},
                  {"moved", (double)outcome->moved / (double)images}};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s_%s", kind, values[i].name);
        eg_row_set(row, name, values[i].value);
    }
}

static int measure_maps(const struct eg_robust_cell *cell, const struct eg_image_meter *meter,
                        const struct eg_row *row, struct eg_error *error)
{
    struct eg_top_k_attack attack = {.radius = cell->radius,
                                     .step = cell->attack_step,
                                     .steps = cell->attack_steps,
                                     .attacks = cell->attacks,
                                     .strongest = cell->attacked,
                                     .compared = cell->compared,
                                     .points = cell->attack_points,
                                     .shape = meter->data->set->shape,
                                     .threads = meter->threads,
                                     .stream = eg_robust_stream(cell, EG_PURPOSE_CORRUPT)};
    struct eg_images right = {0};
    struct eg_top_k_outcome outcome;
    size_t *numbers = eg_alloc(cell->map_images, sizeof *numbers, error);
    int status = numbers ? take_right(cell, meter, &right, numbers, error) : EG_INTERNAL;
    for (size_t is_random = 0; is_random < 2 && !status && right.x.rows; is_random++) {
        attack.steps = is_random ? 0 : cell->attack_steps;
        status = eg_top_k_attack(&attack, meter->network, right.x.rows, right.x.data, right.y,
                                 numbers, &outcome, error);
        if (!status)
            set_outcome(row, is_random ? "random" : "attack", right.x.rows, &outcome);
    }
    eg_matrix_free(&right.x);
    free(right.y);
    free(numbers);
    return status;
}

int eg_robust_run_cell(const struct eg_run *run, const void *of_cell, const struct eg_row *row,
                       struct eg_error *error)
{
    const struct eg_robust_cell *cell = of_cell;
    const struct eg_image_sizes sizes = {
        .train = cell->train_images, .test = cell->test_images, .standardising = EG_IMAGE_UNIT};
    const struct eg_image_data *data = eg_cached_image_data(cell->dataset, run->data, &sizes,
                                                            error);
    struct eg_network network = {0};
    double loss = 0;
    if (!data)
        return error->status;
    const struct eg_image_meter meter = {.network = &network,
                                         .data = data,
                                         .threads = run->threads ? run->threads : 1,
                                         .seed = cell->seed,
                                         .replicate = cell->replicate};
    int status = eg_network_alloc(&network, data->train.x.cols, cell->network, error);
    if (!status)
        status = eg_robust_train(run, cell, data, &network, &loss, error);
    eg_row_set(row, "train_loss", loss);
    if (!status)
        status = measure_accuracy(cell, &meter, row, error);
    if (!status)
        status = measure_maps(cell, &meter, row, error);
    eg_network_free(&network);
    return status;
}

/* --- what it costs --- */

/* Sweeps over the network of an explanation, of its way back to the input and to the weights; of
 * a step without a prior. */
enum { EXPLAIN = 2, TO_INPUT = 2, TO_WEIGHTS = 4, STEP = 3 };

static double count_sweeps_of_step(const struct eg_robust_cell *cell, enum eg_robust_kind kind)
{
    const double steps = (double)cell->search_steps, search = (double)cell->search_points;
    switch (kind) {
    case EG_ROBUST_MADRY:
        return STEP + steps * EXPLAIN;
    case EG_ROBUST_NORM:
    case EG_ROBUST_SUM:
        return STEP + steps * search * (EXPLAIN + TO_INPUT) +
               (double)cell->points * (EXPLAIN + TO_WEIGHTS);
    case EG_ROBUST_PRIOR:
        return STEP + EXPLAIN + TO_WEIGHTS;
    case EG_ROBUST_NATURAL:
    case EG_ROBUST_NOISE:
        break;
    }
    return STEP;
}

int eg_robust_cost(const void *of_cell, double *cost, struct eg_error *error)
{
    const struct eg_robust_cell *cell = of_cell;
    const struct eg_robust_model *model = eg_robust_model_find(cell->model, error);
    double work;
    if (!model)
        return error->status;
    const int status = eg_network_count_work(28 * 28, cell->network, &work, error);
    if (status)
        return status;
    const double attack = (double)(cell->attacks * cell->attack_points) *
                          ((double)cell->attack_steps * (2 * EXPLAIN + TO_INPUT) + EXPLAIN);
    *cost = work * ((double)(cell->steps * cell->batch) * count_sweeps_of_step(cell, model->kind) +
                    (double)(2 * cell->test_images) +
                    (double)(cell->pgd_images * cell->search_steps * EXPLAIN) +
                    (double)cell->map_images * attack);
    return EG_OK;
}

void eg_robust_shorten(void *of_cell)
{
    struct eg_robust_cell *cell = of_cell;
    cell->steps = eg_least(cell->steps, 2);
    cell->search_steps = eg_least(cell->search_steps, 2);
    cell->train_images = eg_least(cell->train_images, 1000);
    cell->test_images = eg_least(cell->test_images, 200);
    cell->pgd_images = eg_least(cell->pgd_images, 20);
    cell->map_images = eg_least(cell->map_images, 2);
    cell->attack_steps = eg_least(cell->attack_steps, 2);
}
