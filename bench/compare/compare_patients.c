/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NHANES I in egbench-compare, and the made-up cohort that stands in for it: who is alive after 15
 * years? 900 people to train on, 100 others to explain, another thousand for each split. */
#include "bench/compare/compare_data.h"

#include <stdlib.h>
#include <string.h>

#include "bench/experiments.h"
#include "bench/frame/patients.h"
#include "datasets/nhanes.h"

enum { TEST_ROWS = 100, TRAIN_ROWS = 900 };

static const char network[] = "dense 32, relu, dense 16, relu, dense 1";

static const struct eg_dataset *load(const struct eg_compare_source *source,
                                     const struct eg_run *run, struct eg_error *error)
{
    const struct eg_dataset_options options = {.data_folder = run->data};
    if (strcmp(source->name, "nhanes") == 0 && !eg_nhanes_available(&options)) {
        eg_fail(error, EG_DATA,
                "--dataset nhanes: its files are not in the data folder (--data, "
                "EGBENCH_DATA_DIR); simulated_cohort needs none and stands in for it");
        return NULL;
    }
    return eg_cohort_load(source->name, run->data, 0, error);
}

static int draw(const struct eg_compare_source *source, const struct eg_run *run,
                struct eg_compare_unit *unit, struct eg_error *error)
{
    const struct eg_dataset *dataset = load(source, run, error);
    size_t *index = dataset ? eg_alloc(dataset->n, sizeof *index, error) : NULL;
    if (!index)
        return error->status;
    struct eg_stream stream = eg_stream_make(unit->seed, EG_STREAM_COMPARE, EG_PURPOSE_SPLIT,
                                             unit->split, 0);
    for (size_t i = 0; i < dataset->n; i++)
        index[i] = i;
    eg_stream_shuffle(&stream, index, dataset->n);
    const int status = dataset->n < TEST_ROWS + TRAIN_ROWS
                           ? eg_fail(error, EG_DATA, "%s has %zu rows; %d are needed",
                                     dataset->name, dataset->n, TEST_ROWS + TRAIN_ROWS)
                           : eg_compare_take_rows(unit, dataset, index, TEST_ROWS, TRAIN_ROWS,
                                                  error);
    free(index);
    unit->is_classes = 1;
    unit->recipe = eg_compare_recipe(unit, network, source->epochs);
    return status;
}

const struct eg_compare_source eg_compare_nhanes = {
    .name = "nhanes", .epochs = 15, .load = load, .draw = draw};
const struct eg_compare_source eg_compare_simulated_cohort = {
    .name = "simulated_cohort", .epochs = 15, .load = load, .draw = draw};
