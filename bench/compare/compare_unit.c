/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/compare/compare_unit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "attribution/explain.h"
#include "bench/compare/compare_black_box.h"
#include "bench/compare/compare_data.h"
#include "bench/experiments.h"
#include "metrics/impute.h"
#include "metrics/r_squared.h"
#include "metrics/roc_auc.h"

enum { MOST_EXACT = 16, ORACLE_PERMUTATIONS = 1000 };

/* Numbers in streams: models of a split, and beside these what is explained for the oracle. */
enum { MODEL_STREAM = 1 << 24, ORACLE_STREAM = 1 << 20 };

void eg_compare_name_unit(struct eg_compare_unit *unit, const char *dataset, size_t split,
                          size_t model, size_t seed)
{
    unit->dataset = dataset;
    unit->split = split;
    unit->model = model;
    unit->number = split + model * MODEL_STREAM;
    unit->seed = seed;
    if (model)
        snprintf(unit->name, sizeof unit->name, "%s-%zu-%zu", dataset, split, model);
    else
        snprintf(unit->name, sizeof unit->name, "%s-%zu", dataset, split);
}

static int mark_planted(struct eg_compare_unit *unit, const struct eg_compare_source *source,
                        struct eg_error *error)
{
    unit->planted = eg_alloc(unit->train.x.cols, 1, error);
    if (!unit->planted)
        return EG_INTERNAL;
    for (size_t j = 0; j < unit->train.x.cols; j++)
        unit->planted[j] = (char)source->is_planted(j);
    return EG_OK;
}

int eg_compare_prepare(struct eg_compare_unit *unit, const struct eg_compare_source *source,
                       const struct eg_run *run, size_t split, size_t model, size_t seed,
                       struct eg_error *error)
{
    *unit = (struct eg_compare_unit){0};
    eg_compare_name_unit(unit, source->name, split, model, seed);
    int status = source->draw(source, run, unit, error);
    unit->text = unit->recipe.network;
    if (!status && source->is_planted)
        status = mark_planted(unit, source, error);
    if (!status)
        status = eg_network_alloc(&unit->network, unit->train.x.cols, unit->text, error);
    if (status)
        return status;
    eg_network_initialise(&unit->network, unit->recipe.initialiser, unit->recipe.weights);
    return eg_train(&unit->network, &unit->recipe.training, &unit->train.x, unit->train.y, NULL,
                    error);
}

int eg_compare_find_shapley(const struct eg_compare_unit *unit, const struct eg_matrix *x,
                            size_t part, size_t threads, struct eg_matrix *phi,
                            struct eg_error *error)
{
    const int is_exact = unit->train.x.cols <= MOST_EXACT;
    const struct eg_matrix seen = {is_exact ? unit->background : unit->train.x.rows,
                                   unit->train.x.cols, unit->train.x.data};
    const struct eg_explainer explainer = {.network = &unit->network,
                                           .method = is_exact ? &eg_shapley_exact
                                                              : &eg_shapley_sampling,
                                           .settings = {.samples = ORACLE_PERMUTATIONS},
                                           .background = &seen,
                                           .threads = threads};
    const struct eg_stream stream = eg_stream_make(
        unit->seed, EG_STREAM_COMPARE, EG_PURPOSE_EXPLAIN,
        (uint64_t)(part + 1) * ORACLE_STREAM + unit->number, 0);
    const int status = eg_matrix_alloc(phi, x->rows, x->cols, error);
    return status ? status : eg_explain_phi(&explainer, x, NULL, stream, phi, error);
}

int eg_compare_average_output(const struct eg_network *network, const struct eg_matrix *x,
                              double *mean, struct eg_error *error)
{
    real *outputs = eg_alloc(x->rows, sizeof *outputs, error);
    const int status = outputs ? eg_network_predict(network, x->rows, x->data, outputs, error)
                               : EG_INTERNAL;
    *mean = 0;
    for (size_t i = 0; i < x->rows && !status; i++)
        *mean += (double)outputs[i] / (double)x->rows;
    free(outputs);
    return status;
}

/* Labels, or none, on which neither R2 nor ROC-AUC has a value; and too few rows to impute from. */
static void describe_lacks(struct eg_compare_unit *unit)
{
    const real *y = unit->test.y;
    const size_t rows = unit->test.x.rows, p = unit->train.x.cols;
    size_t same = 0;
    while (y && same < rows && y[same] == y[0])
        same++;
    if (!y)
        snprintf(unit->labels_lack, sizeof unit->labels_lack,
                 "there are no labels of the test rows");
    else if (same == rows)
        snprintf(unit->labels_lack, sizeof unit->labels_lack,
                 "the labels of all %zu test rows are %g: %s", rows, (double)y[0],
                 unit->is_classes ? "ROC-AUC needs both classes" : "R2 needs labels that differ");
    if (unit->is_image)
        snprintf(unit->rows_lack, sizeof unit->rows_lack,
                 "imputing takes time as the cube of the features, of which an image has %zu", p);
    else if (unit->train.x.rows < eg_imputer_rows(p))
        snprintf(unit->rows_lack, sizeof unit->rows_lack,
                 "imputing needs more training rows than features: give %zu rows or more in place "
                 "of %zu",
                 eg_imputer_rows(p), unit->train.x.rows);
}

static int score_network(struct eg_compare_unit *unit, struct eg_error *error)
{
    const size_t rows = unit->test.x.rows;
    unit->score = NAN;
    if (*unit->labels_lack)
        return EG_OK;
    real *outputs = eg_alloc(rows, sizeof *outputs, error);
    size_t *order = eg_alloc(rows, sizeof *order, error);
    int status = outputs && order ? EG_OK : EG_INTERNAL;
    if (!status)
        status = eg_network_predict(&unit->network, rows, unit->test.x.data, outputs, error);
    if (!status)
        status = unit->is_classes
                     ? eg_roc_auc(rows, unit->test.y, outputs, order, &unit->score, error)
                     : eg_r_squared(rows, unit->test.y, outputs, &unit->score, error);
    free(outputs);
    free(order);
    return status;
}

int eg_compare_finish_unit(struct eg_compare_unit *unit, size_t background, struct eg_error *error)
{
    const size_t rows = unit->train.x.rows;
    unit->background = background < rows ? background : rows;
    unit->oracle_is_exact = unit->train.x.cols <= MOST_EXACT;
    describe_lacks(unit);
    return score_network(unit, error);
}

void eg_compare_unit_free(struct eg_compare_unit *unit)
{
    eg_subset_free(&unit->train);
    eg_subset_free(&unit->test);
    eg_network_free(&unit->network);
    eg_black_box_free(unit->black_box);
    eg_matrix_free(&unit->oracle);
    free(unit->owned_text);
    free(unit->planted);
    free(unit->part.classes);
}
