/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Splits of a cohort by patient: no patient is in two parts (Methods 5.2).
 */
#ifndef EG_DATASETS_PATIENT_SPLIT_H
#define EG_DATASETS_PATIENT_SPLIT_H

#include "base/stream.h"
#include "datasets/drug_response.h"

enum eg_part { EG_TRAIN, EG_VALIDATION, EG_TEST, EG_PARTS };

/* Rows of one part: one-hot drug, then the standardised expression of the patient's genes. */
struct eg_response_rows {
    struct eg_matrix x;       /* rows x (drugs + genes) */
    real *y;                  /* rows: the response, less the training mean, over the training sd */
    uint32_t *patient, *drug; /* rows */
};

struct eg_patient_split {
    struct eg_response_rows parts[EG_PARTS];
    size_t patients[EG_PARTS]; /* patients of each part */
    double y_mean, y_sd;       /* of the training rows */
    double *drug_mean; /* drugs: mean y (scaled) of the training rows; 0 where none has it */
};

/*
 * Of the patients, shuffled by the stream, a fifth (rounded) are the test patients, and a fifth of
 * the rest the validation patients. Genes are standardised by the training patients, each counted
 * once; a gene that does not vary among them is 0. train_rows, where not 0 and fewer than there are,
 * keeps so many rows of the training patients, drawn by the stream. EG_DATA when a part would be
 * empty. Free after failure too.
 */
int eg_patient_split_draw(const struct eg_drug_cohort *cohort, struct eg_stream stream,
                          size_t train_rows, struct eg_patient_split *split,
                          struct eg_error *error);
void eg_patient_split_free(struct eg_patient_split *split);

#endif
