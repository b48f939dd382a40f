/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The generated data sets of egbench-compare, with the network of SHAP's benchmark, split and trained as
 * keep-remove's protocol "fixed" has it. */
#include "bench/compare/compare_data.h"

#include <stdlib.h>

#include "bench/frame/dataset_cache.h"
#include "bench/shap/shap_model.h"
#include "datasets/interactions.h"

enum { TEST_ROWS = 100 };

static const struct eg_dataset *load(const struct eg_compare_source *source,
                                     const struct eg_run *run, struct eg_error *error)
{
    (void)run;
    const struct eg_dataset_options options = {0};
    return eg_cached_dataset(source->name, &options, error);
}

static int draw(const struct eg_compare_source *source, const struct eg_run *run,
                struct eg_compare_unit *unit, struct eg_error *error)
{
    const struct eg_dataset *dataset = load(source, run, error);
    size_t *index = dataset ? eg_alloc(dataset->n, sizeof *index, error) : NULL;
    if (!index)
        return error->status;
    eg_shap_split((uint32_t)unit->split, dataset->n, index);
    const int status = eg_compare_take_rows(unit, dataset, index, TEST_ROWS, dataset->n - TEST_ROWS,
                                            error);
    free(index);
    unit->recipe = eg_shap_recipe(source->epochs, unit->seed, unit->number);
    return status;
}

/* datasets/interactions.h: the last two do nothing. */
static int is_planted_interaction(size_t feature)
{
    return feature < EG_INTERACTIONS_FEATURES - 2;
}

/* datasets/linear60.h: where beta is 1. */
static int is_planted_linear(size_t feature)
{
    return feature < 30 && feature % 3 == 0;
}

const struct eg_compare_source eg_compare_interactions = {.name = "interactions",
                                                          .is_default = 1,
                                                          .epochs = 30,
                                                          .load = load,
                                                          .draw = draw,
                                                          .is_planted = is_planted_interaction};
const struct eg_compare_source eg_compare_corrgroups60 = {.name = "corrgroups60",
                                                          .is_default = 1,
                                                          .epochs = 30,
                                                          .load = load,
                                                          .draw = draw,
                                                          .is_planted = is_planted_linear};
const struct eg_compare_source eg_compare_independentlinear60 = {.name = "independentlinear60",
                                                                 .epochs = 30,
                                                                 .load = load,
                                                                 .draw = draw,
                                                                 .is_planted = is_planted_linear};
