/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metrics/shapley_linear.h"

int eg_shapley_linear(const double *beta, const struct eg_matrix *x,
                      const struct eg_matrix *background, struct eg_matrix *phi,
                      struct eg_error *error)
{
    if (phi->rows != x->rows || phi->cols != x->cols || background->cols != x->cols)
        return eg_fail(error, EG_INTERNAL,
                       "Shapley values: rows %zu x %zu, background %zu x %zu, result %zu x %zu",
                       x->rows, x->cols, background->rows, background->cols, phi->rows, phi->cols);
    if (background->rows == 0)
        return eg_fail(error, EG_DATA, "Shapley values need a background row");
    for (size_t col = 0; col < x->cols; col++) {
        double mean = 0;
        for (size_t row = 0; row < background->rows; row++)
            mean += eg_row(background, row)[col];
        mean /= (double)background->rows;
        for (size_t row = 0; row < x->rows; row++)
            eg_row(phi, row)[col] = (real)(beta[col] * (eg_row(x, row)[col] - mean));
    }
    return EG_OK;
}
