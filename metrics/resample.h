/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Masked features resampled: a row has a copy for each background row, and what is masked in a copy is
 * the background's. The features of a row are observed one after the other, and an observation
 * changes one number of each copy. Where the model shows the linear map that it begins with, the map's
 * outcome is kept in place of the copy: an observation costs `hidden` multiplications a copy, and a
 * prediction spares p x hidden.
 */
#ifndef EG_METRICS_RESAMPLE_H
#define EG_METRICS_RESAMPLE_H

#include <stddef.h>

#include "base/error.h"
#include "base/matrix.h"
#include "base/predictor.h"

struct eg_resampler {
    const struct eg_predictor *predictor;
    size_t backgrounds;
    size_t columns;   /* of sums: backgrounds, and at the end some of no account */
    real *background; /* p x columns */
    double *share;    /* of each background in the mean */
    size_t size;      /* numbers in all copies, or sums */
    real *masked;     /* backgrounds x p copies, or hidden x columns sums, while all is masked */
    /* Of the row at hand: */
    real *copies;  /* likewise */
    real *change;  /* columns: by how much the observed feature differs from the background's */
    real *outputs; /* columns */
};

/* share: of each row of x_train in the mean over backgrounds; those with none are left out. The
 * predictor must outlive the use. Allocates; release with eg_resampler_free(), after failure too. */
int eg_resampler_fit(struct eg_resampler *resampler, const struct eg_predictor *predictor,
                     const struct eg_matrix *x_train, const double *share, struct eg_error *error);
void eg_resampler_free(struct eg_resampler *resampler);

/* Begins a row with nothing observed. */
void eg_resampler_begin(struct eg_resampler *resampler);

/* Observes that a feature, masked so far, is x. */
void eg_resampler_observe(struct eg_resampler *resampler, size_t feature, real x);

/* *mean = the mean output over the copies. EG_DATA when an output is not a finite number; what the
 * predictor fails with. */
int eg_resampler_predict(struct eg_resampler *resampler, double *mean, struct eg_error *error);

#endif
