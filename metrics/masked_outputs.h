/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the model answers to the masked rows of the Keep/Remove metrics: an
 * output for each masking, mask slot and test row, none predicted twice.
 */
#ifndef EG_METRICS_MASKED_OUTPUTS_H
#define EG_METRICS_MASKED_OUTPUTS_H

#include <stddef.h>

#include "base/error.h"
#include "metrics/impute.h"
#include "metrics/keep_remove_metrics.h"
#include "metrics/masking.h"
#include "metrics/prediction_queue.h"
#include "metrics/resample.h"

enum eg_masking { EG_MEAN, EG_RESAMPLE, EG_IMPUTE, EG_MASKINGS };

struct eg_masked_outputs {
    const struct eg_keep_remove_input *input;
    struct eg_prediction_queue queue;
    struct eg_imputer imputer;
    struct eg_resampler resampler;
    struct eg_mask_set masks; /* of the row at hand */
    double *noise[EG_MASKINGS];
    size_t *sequence;                 /* a row's features in the order they are observed */
    unsigned char *wanted;            /* p + 1: the slot that wants so many features observed */
    double *plain;                    /* n_test: nothing masked */
    double hidden[EG_MASKINGS];       /* everything masked, which is the same for all rows */
    double *masked[EG_MASKINGS];      /* n_test x slots */
    unsigned char *same[EG_MASKINGS]; /* n_test x slots: where the output of a slot stands */
};

/* Allocates; release with eg_masked_outputs_free(), after failure too. The input's shapes must
 * agree. */
int eg_masked_outputs_alloc(struct eg_masked_outputs *outputs,
                            const struct eg_keep_remove_input *input, struct eg_error *error);
void eg_masked_outputs_free(struct eg_masked_outputs *outputs);

/* Masks and predicts all. Fails as the predictor and the imputer do. */
int eg_masked_outputs_fill(struct eg_masked_outputs *outputs, struct eg_error *error);

/* The mean output over the masked copies of a test row. */
double eg_masked_output(const struct eg_masked_outputs *outputs, enum eg_masking masking,
                        unsigned slot, size_t row);

#endif
