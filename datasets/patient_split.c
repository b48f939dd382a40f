/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "datasets/patient_split.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What is needed on the way from a cohort to its split. */
struct draw {
    const struct eg_drug_cohort *cohort;
    struct eg_stream stream;
    size_t *order;          /* patients, shuffled: those of test, of validation, of training */
    unsigned char *part;    /* patients: which part each is in */
    size_t *rows[EG_PARTS]; /* responses of each part, ascending */
    size_t count[EG_PARTS]; /* of rows */
};

static void free_draw(struct draw *draw)
{
    free(draw->order);
    free(draw->part);
    for (int part = 0; part < EG_PARTS; part++)
        free(draw->rows[part]);
}

static int alloc_draw(struct draw *draw, struct eg_error *error)
{
    const struct eg_drug_cohort *cohort = draw->cohort;
    draw->order = eg_alloc(cohort->patients, sizeof *draw->order, error);
    draw->part = eg_alloc(cohort->patients, sizeof *draw->part, error);
    if (!draw->order || !draw->part)
        return EG_INTERNAL;
    for (int part = 0; part < EG_PARTS; part++) {
        draw->rows[part] = eg_alloc(cohort->responses, sizeof *draw->rows[part], error);
        if (!draw->rows[part])
            return EG_INTERNAL;
    }
    return EG_OK;
}

/* A fifth of count, rounded. */
static size_t take_fifth(size_t count)
{
    return (2 * count + 5) / 10;
}

static void deal_patients(struct draw *draw, int validation_in_training, size_t patients[EG_PARTS])
{
    const size_t all = draw->cohort->patients;
    patients[EG_TEST] = take_fifth(all);
    patients[EG_VALIDATION] = take_fifth(all - patients[EG_TEST]);
    patients[EG_TRAIN] = all - patients[EG_TEST] - patients[EG_VALIDATION];
    for (size_t i = 0; i < all; i++)
        draw->order[i] = i;
    eg_stream_shuffle(&draw->stream, draw->order, all);
    for (size_t i = 0; i < all; i++) {
        unsigned char *part = &draw->part[draw->order[i]];
        if (i < patients[EG_TEST])
            *part = EG_TEST;
        else if (i < patients[EG_TEST] + patients[EG_VALIDATION])
            *part = validation_in_training ? EG_TRAIN : EG_VALIDATION;
        else
            *part = EG_TRAIN;
    }
    if (!validation_in_training)
        return;
    patients[EG_TRAIN] += patients[EG_VALIDATION];
    patients[EG_VALIDATION] = patients[EG_TEST];
}

static int compare_rows(const void *a, const void *b)
{
    const size_t first = *(const size_t *)a, second = *(const size_t *)b;
    return (first > second) - (first < second);
}

static int deal_rows(struct draw *draw, const struct eg_patient_split_settings *settings,
                     struct eg_error *error)
{
    const size_t train_rows = settings->train_rows;
    static const char *const names[EG_PARTS] = {"training", "validation", "test"};
    const struct eg_drug_cohort *cohort = draw->cohort;
    for (size_t i = 0; i < cohort->responses; i++) {
        const unsigned char part = draw->part[cohort->response[i].patient];
        draw->rows[part][draw->count[part]++] = i;
        if (part == EG_TEST && settings->validation_in_training)
            draw->rows[EG_VALIDATION][draw->count[EG_VALIDATION]++] = i;
    }
    for (int part = 0; part < EG_PARTS; part++)
        if (draw->count[part] == 0)
            return eg_fail(error, EG_DATA,
                           "%s: of %zu patients none with a response is left for the %s part; take "
                           "more patients",
                           cohort->name, cohort->patients, names[part]);
    if (train_rows && train_rows < draw->count[EG_TRAIN]) {
        eg_stream_shuffle(&draw->stream, draw->rows[EG_TRAIN], draw->count[EG_TRAIN]);
        draw->count[EG_TRAIN] = train_rows;
        qsort(draw->rows[EG_TRAIN], train_rows, sizeof *draw->rows[EG_TRAIN], compare_rows);
    }
    return EG_OK;
}

/* Whether all training rows have that column alike. */
static int is_constant(const struct eg_matrix *train, size_t column)
{
    size_t i = 1;
    while (i < train->rows && eg_row(train, i)[column] == eg_row(train, 0)[column])
        i++;
    return i >= train->rows;
}

static int standardise_columns(const struct draw *draw, int drugs_unscaled,
                               struct eg_patient_split *split, struct eg_error *error)
{
    const struct eg_matrix *train = &split->parts[EG_TRAIN].x;
    struct eg_scaler *scaler = &split->scaler;
    unsigned char *constant = eg_alloc(train->cols, sizeof *constant, error);
    const int status = constant ? eg_scaler_fit(scaler, train, error) : EG_INTERNAL;
    for (size_t j = 0; j < draw->cohort->drugs && drugs_unscaled && !status; j++) {
        scaler->mean[j] = 0;
        scaler->sd[j] = 1;
    }
    for (size_t j = 0; j < train->cols && !status; j++)
        constant[j] = (j >= draw->cohort->drugs || !drugs_unscaled) && is_constant(train, j);
    for (int part = 0; part < EG_PARTS && !status; part++) {
        struct eg_matrix *x = &split->parts[part].x;
        eg_scaler_apply(scaler, x);
        for (size_t i = 0; i < x->rows; i++)
            for (size_t j = 0; j < x->cols; j++)
                eg_row(x, i)[j] = constant[j] ? 0 : eg_row(x, i)[j];
    }
    free(constant);
    return status;
}

static void fit_responses(const struct draw *draw, struct eg_patient_split *split)
{
    const struct eg_response *response = draw->cohort->response;
    const size_t count = draw->count[EG_TRAIN], *rows = draw->rows[EG_TRAIN];
    double sum = 0, square = 0;
    for (size_t i = 0; i < count; i++)
        sum += response[rows[i]].value;
    split->y_mean = sum / (double)count;
    for (size_t i = 0; i < count; i++)
        square += pow(response[rows[i]].value - split->y_mean, 2);
    const double sd = sqrt(square / (double)count);
    /* As for eg_scaler: equal numbers leave rounding behind, not a spread. */
    split->y_sd = sd > 1e-12 * fabs(split->y_mean) ? sd : 1;
}

static int fill_part(const struct draw *draw, const struct eg_patient_split *split, int part,
                     struct eg_response_rows *rows, struct eg_error *error)
{
    const struct eg_drug_cohort *cohort = draw->cohort;
    const size_t count = draw->count[part], drugs = cohort->drugs, genes = cohort->genes;
    rows->y = eg_alloc(count, sizeof *rows->y, error);
    rows->patient = eg_alloc(count, sizeof *rows->patient, error);
    rows->drug = eg_alloc(count, sizeof *rows->drug, error);
    if (!rows->y || !rows->patient || !rows->drug ||
        eg_matrix_alloc(&rows->x, count, drugs + genes, error))
        return EG_INTERNAL;
    for (size_t i = 0; i < count; i++) {
        const struct eg_response *response = &cohort->response[draw->rows[part][i]];
        real *x = eg_row(&rows->x, i);
        x[response->drug] = 1;
        memcpy(x + drugs, eg_row(&cohort->expression, response->patient), genes * sizeof *x);
        rows->y[i] = (real)((response->value - split->y_mean) / split->y_sd);
        rows->patient[i] = response->patient;
        rows->drug[i] = response->drug;
    }
    return EG_OK;
}

static int fit_drug_means(size_t drugs, struct eg_patient_split *split, struct eg_error *error)
{
    const struct eg_response_rows *train = &split->parts[EG_TRAIN];
    size_t *count = eg_alloc(drugs, sizeof *count, error);
    split->drug_mean = eg_alloc(drugs, sizeof *split->drug_mean, error);
    const int status = count && split->drug_mean ? EG_OK : EG_INTERNAL;
    for (size_t i = 0; i < train->x.rows && !status; i++) {
        split->drug_mean[train->drug[i]] += (double)train->y[i];
        count[train->drug[i]]++;
    }
    for (size_t drug = 0; drug < drugs && !status; drug++)
        split->drug_mean[drug] /= count[drug] ? (double)count[drug] : 1;
    free(count);
    return status;
}

int eg_patient_split_draw(const struct eg_drug_cohort *cohort, struct eg_stream stream,
                          const struct eg_patient_split_settings *settings,
                          struct eg_patient_split *split, struct eg_error *error)
{
    struct draw draw = {.cohort = cohort, .stream = stream};
    *split = (struct eg_patient_split){0};
    int status = alloc_draw(&draw, error);
    if (!status) {
        deal_patients(&draw, settings->validation_in_training, split->patients);
        status = deal_rows(&draw, settings, error);
    }
    if (!status)
        fit_responses(&draw, split);
    for (int part = 0; part < EG_PARTS && !status; part++)
        status = fill_part(&draw, split, part, &split->parts[part], error);
    if (!status)
        status = standardise_columns(&draw, settings->drugs_unscaled, split, error);
    if (!status)
        status = fit_drug_means(cohort->drugs, split, error);
    free_draw(&draw);
    return status;
}

void eg_patient_split_free(struct eg_patient_split *split)
{
    for (int part = 0; part < EG_PARTS; part++) {
        eg_matrix_free(&split->parts[part].x);
        free(split->parts[part].y);
        free(split->parts[part].patient);
        free(split->parts[part].drug);
    }
    free(split->drug_mean);
    eg_scaler_free(&split->scaler);
    *split = (struct eg_patient_split){0};
}
