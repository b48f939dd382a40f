/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/frame/patients.h"

#include <stdlib.h>
#include <string.h>

#include "metrics/roc_auc.h"

/* A data set's name here, and how it is loaded. */
struct cohort {
    const char *name, *source;
    unsigned label_years;
    int missing_flags;
};

static const struct cohort cohorts[] = {{"nhanes", "nhanes", 15, 0},
                                        {"nhanes_10y", "nhanes", 10, 0},
                                        {"nhanes_flags", "nhanes", 15, 1},
                                        {"simulated_cohort", "simulated_cohort", 0, 0},
                                        {0}};

const struct eg_dataset *eg_cohort_load(const char *name, const char *folder, size_t rows,
                                        struct eg_error *error)
{
    for (size_t i = 0; cohorts[i].name; i++)
        if (strcmp(cohorts[i].name, name) == 0) {
            const struct eg_dataset_options options = {.data_folder = folder,
                                                       .label_years = cohorts[i].label_years,
                                                       .missing_flags = cohorts[i].missing_flags,
                                                       .rows = rows};
            return eg_cached_dataset(cohorts[i].source, &options, error);
        }
    eg_fail(error, EG_USAGE,
            "--dataset %s: sparsity has nhanes, nhanes_10y, nhanes_flags and simulated_cohort",
            name);
    return NULL;
}

void eg_patients_free(struct eg_patients *patients)
{
    eg_subset_free(&patients->train);
    eg_subset_free(&patients->validation);
    eg_subset_free(&patients->test);
}

static int copy_rows(const struct eg_dataset *dataset, const size_t *index, size_t m,
                     struct eg_patients *patients, struct eg_error *error)
{
    if (eg_subset_alloc(&patients->train, dataset, index, m, error) ||
        eg_subset_alloc(&patients->validation, dataset, index + m, m, error))
        return EG_INTERNAL;
    return eg_subset_alloc(&patients->test, dataset, index + 2 * m, dataset->n - 2 * m, error);
}

static int standardise(struct eg_patients *patients, struct eg_error *error)
{
    struct eg_scaler scaler;
    const int status = eg_scaler_fit(&scaler, &patients->train.x, error);
    if (status)
        return status;
    eg_scaler_apply(&scaler, &patients->train.x);
    eg_scaler_apply(&scaler, &patients->validation.x);
    eg_scaler_apply(&scaler, &patients->test.x);
    eg_scaler_free(&scaler);
    return EG_OK;
}

int eg_patients_draw(const struct eg_dataset *dataset, size_t train_rows, struct eg_stream stream,
                     struct eg_patients *patients, struct eg_error *error)
{
    *patients = (struct eg_patients){0};
    if (dataset->n <= 2 * train_rows)
        return eg_fail(error, EG_DATA,
                       "%s has %zu rows: it takes more than %zu to leave some to "
                       "test on",
                       dataset->name, dataset->n, 2 * train_rows);
    size_t *index = eg_alloc(dataset->n, sizeof *index, error);
    if (!index)
        return EG_INTERNAL;
    for (size_t i = 0; i < dataset->n; i++)
        index[i] = i;
    eg_stream_shuffle(&stream, index, dataset->n);
    const int status = copy_rows(dataset, index, train_rows, patients, error);
    free(index);
    return status ? status : standardise(patients, error);
}

int eg_measure_roc_auc(const struct eg_subset *subset, const struct eg_network *network,
                       double *auc, struct eg_error *error)
{
    const size_t n = subset->x.rows;
    real *logits = eg_alloc(n, sizeof *logits, error);
    size_t *order = eg_alloc(n, sizeof *order, error);
    int status = logits && order ? EG_OK : EG_INTERNAL;
    if (!status)
        status = eg_network_predict(network, n, subset->x.data, logits, error);
    if (!status)
        status = eg_roc_auc(n, subset->y, logits, order, auc, error);
    free(logits);
    free(order);
    return status;
}
