/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/keep_remove_metrics.h"

#include <math.h>
#include <stdlib.h>

#include "metrics/masked_outputs.h"
#include "metrics/r_squared.h"
#include "metrics/roc_auc.h"

const struct eg_keep_remove_convention eg_convention_paper = {
    .name = "paper",
    .backgrounds = 100,
    .backgrounds_from_first_rows = 1,
    .numpy_backgrounds = 1,
    .clip_counts = 1,
    .shared_tie_noise = 1,
    .resample_tie_seed = 23980,
};

const struct eg_keep_remove_convention eg_convention_fixed = {
    .name = "fixed",
    .backgrounds = 100,
    .resample_tie_seed = -1,
};

static int check_finite(const char *what, const struct eg_matrix *matrix, struct eg_error *error)
{
    for (size_t row = 0; row < matrix->rows; row++)
        for (size_t col = 0; col < matrix->cols; col++)
            if (!isfinite(eg_row(matrix, row)[col]))
                return eg_fail(error, EG_DATA,
                               "%s: row %zu, column %zu (counted from 0) is %g; all must be finite",
                               what, row, col, (double)eg_row(matrix, row)[col]);
    return EG_OK;
}

static int check_input(const struct eg_keep_remove_input *input, struct eg_error *error)
{
    const struct eg_matrix *test = input->x_test, *phi = input->attributions;
    if (phi->rows != test->rows || phi->cols != test->cols)
        return eg_fail(error, EG_DATA, "attributions: %zu x %zu, but the test rows are %zu x %zu",
                       phi->rows, phi->cols, test->rows, test->cols);
    if (input->x_train->cols != test->cols || input->predictor->inputs != test->cols)
        return eg_fail(error, EG_DATA,
                       "the test rows have %zu features, the training rows %zu, the model %zu",
                       test->cols, input->x_train->cols, input->predictor->inputs);
    if (input->x_train->rows == 0 || test->rows == 0 || test->cols == 0 ||
        input->convention->backgrounds == 0)
        return eg_fail(error, EG_DATA,
                       "the Keep/Remove metrics need a training row, a test row, a feature and a "
                       "background");
    int status = check_finite("training rows", input->x_train, error);
    if (!status)
        status = check_finite("test rows", test, error);
    return status ? status : check_finite("attributions", phi, error);
}

/* Outputs of one point: column, a test row each; order has room for as many. */
static int score_labels(const struct eg_keep_remove_input *input, const real *column, size_t *order,
                        double *score, struct eg_error *error)
{
    const size_t rows = input->x_test->rows;
    return input->is_classes ? eg_roc_auc(rows, input->y_test, column, order, score, error)
                             : eg_r_squared(rows, input->y_test, column, score, error);
}

/* The raw curve of one metric: mean output, or the score against the labels where the attributions are
 * absolute. column, order: room for n_test numbers. */
static int summarise_curve(const struct eg_masked_outputs *outputs, unsigned kind, unsigned sign,
                           enum eg_masking masking, real *column, size_t *order, double *raw,
                           struct eg_error *error)
{
    const size_t rows = outputs->input->x_test->rows;
    for (unsigned point = 0; point < outputs->masks.points; point++) {
        const unsigned slot = eg_mask_slot(kind, sign, point);
        double sum = 0;
        for (size_t row = 0; row < rows; row++) {
            const double output = eg_masked_output(outputs, masking, slot, row);
            column[row] = (real)output;
            sum += output;
        }
        raw[point] = sum / (double)rows;
        if (sign == EG_ABSOLUTE) {
            const int status = score_labels(outputs->input, column, order, &raw[point], error);
            if (status)
                return status;
        }
    }
    return EG_OK;
}

static double turn(unsigned kind, unsigned sign, double raw)
{
    if (sign == EG_ABSOLUTE)
        return kind == EG_KEEP ? raw : 1 - raw;
    return (kind == EG_KEEP) == (sign == EG_POSITIVE) ? raw : -raw;
}

static double find_area(const struct eg_keep_remove_result *result, const double *curve)
{
    double area = 0;
    for (size_t j = 1; j < result->points; j++)
        area += 0.5 * (curve[j] + curve[j - 1]) *
                (double)(result->counts[j] - result->counts[j - 1]);
    return area / (double)result->counts[result->points - 1];
}

static int summarise(const struct eg_masked_outputs *outputs, struct eg_keep_remove_result *result,
                     struct eg_error *error)
{
    real *column = eg_alloc(outputs->input->x_test->rows, sizeof *column, error);
    size_t *order = eg_alloc(outputs->input->x_test->rows, sizeof *order, error);
    int status = column && order ? EG_OK : EG_INTERNAL;
    result->points = outputs->masks.points;
    for (size_t j = 0; j < result->points; j++)
        result->counts[j] = outputs->masks.counts[j];
    for (unsigned metric = 0; !status && metric < EG_KEEP_REMOVE_METRICS; metric++) {
        const unsigned masking = metric % EG_MASKINGS;
        const unsigned sign = metric / EG_MASKINGS % EG_MASK_SIGNS;
        const unsigned kind = metric / EG_MASKINGS / EG_MASK_SIGNS;
        double *raw = result->raw[metric], *curve = result->curve[metric];
        if ((sign == EG_ABSOLUTE && !outputs->input->y_test) ||
            (masking == EG_IMPUTE && outputs->input->without_imputed)) {
            result->area[metric] = NAN;
            continue;
        }
        status = summarise_curve(outputs, kind, sign, masking, column, order, raw, error);
        for (size_t j = 0; j < result->points; j++)
            curve[j] = turn(kind, sign, raw[j]);
        result->area[metric] = find_area(result, curve);
    }
    free(column);
    free(order);
    return status;
}

int eg_keep_remove(const struct eg_keep_remove_input *input, struct eg_keep_remove_result *result,
                   struct eg_error *error)
{
    *result = (struct eg_keep_remove_result){0};
    int status = check_input(input, error);
    if (status)
        return status;
    struct eg_masked_outputs outputs;
    status = eg_masked_outputs_alloc(&outputs, input, error);
    if (!status)
        status = eg_masked_outputs_fill(&outputs, error);
    if (!status)
        status = summarise(&outputs, result, error);
    eg_masked_outputs_free(&outputs);
    return status;
}
