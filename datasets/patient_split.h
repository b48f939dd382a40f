/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Splits of a cohort by patient: no patient is in two parts (Methods 5.2).
 */
#ifndef EG_DATASETS_PATIENT_SPLIT_H
#define EG_DATASETS_PATIENT_SPLIT_H

#include "base/stream.h"
#include "datasets/drug_response.h"
#include "datasets/subset.h"

enum eg_part { EG_TRAIN, EG_VALIDATION, EG_TEST, EG_PARTS };

/* All zero is the default of both. */
struct eg_patient_split_settings {
    size_t train_rows;  /* 0: all there are */
    int drugs_unscaled; /* columns of drugs stay 0 and 1 */
    /* The patients of validation are training patients; the part of validation is that of test once
     * more, as the authors' notebook has it. */
    int validation_in_training;
};

/* Rows of one part: one-hot drug, then the expression of the patient's genes, all standardised. */
struct eg_response_rows {
    struct eg_matrix x;       /* rows x (drugs + genes) */
    real *y;                  /* rows: the response, less the training mean, over the training sd */
    uint32_t *patient, *drug; /* rows */
};

struct eg_patient_split {
    struct eg_response_rows parts[EG_PARTS];
    size_t patients[EG_PARTS]; /* patients of each part */
    double y_mean, y_sd;       /* of the training rows */
    double *drug_mean;       /* drugs: mean y (scaled) of the training rows; 0 where none has it */
    struct eg_scaler scaler; /* of the columns of x, as fitted on the training rows */
};

/*
 * Of the patients, shuffled by the stream, a fifth (rounded) are the test patients, and a fifth of
 * the rest the validation patients. settings->train_rows, where fewer than there are, keeps so many
 * rows of the training patients, drawn by the stream.
 *
 * Then every column of x, of drugs as of genes, is standardised as scikit-learn's StandardScaler does
 * it, fitted on the training rows (a patient counts as often as it has rows): less its mean, over its
 * deviation of divisor n. A column that does not vary among the training rows is 0 everywhere. The
 * paper standardises each transcript across all samples (Supplement H.1) and is silent on drugs; only
 * with drugs standardised do its best strength of the LASSO (Methods 5.3) and the validation errors of
 * the authors' notebook come back. Columns of drugs left 0 and 1 have a deviation of some 0.1, so that
 * penalties and small steps shrink the effects of drugs.
 *
 * EG_DATA when a part would be empty. Free after failure too.
 */
int eg_patient_split_draw(const struct eg_drug_cohort *cohort, struct eg_stream stream,
                          const struct eg_patient_split_settings *settings,
                          struct eg_patient_split *split, struct eg_error *error);
void eg_patient_split_free(struct eg_patient_split *split);

#endif
