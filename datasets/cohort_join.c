/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "datasets/cohort_tables.h"
#include "datasets/name_index.h"

/* What is to become the cohort. */
struct join {
    struct eg_name_index samples; /* all patients with expression */
    struct eg_name_index patients, drugs;
    struct eg_response *kept; /* measurements of patients with expression */
    size_t count;
};

static void free_join(struct join *join)
{
    eg_name_index_free(&join->samples);
    eg_name_index_free(&join->patients);
    eg_name_index_free(&join->drugs);
    free(join->kept);
}

/* By value too, so that an average does not depend on the order of the file's rows. */
static int compare_responses(const void *a, const void *b)
{
    const struct eg_response *first = a, *second = b;
    if (first->patient != second->patient)
        return first->patient < second->patient ? -1 : 1;
    if (first->drug != second->drug)
        return first->drug < second->drug ? -1 : 1;
    return (first->value > second->value) - (first->value < second->value);
}

static int index_kept(struct join *join, size_t count, const struct eg_measurement *measurements,
                      struct eg_error *error)
{
    char **patients = eg_alloc(count, sizeof *patients, error);
    char **drugs = eg_alloc(count, sizeof *drugs, error);
    int status = patients && drugs ? EG_OK : EG_INTERNAL;
    for (size_t i = 0; i < count && !status; i++)
        if (eg_name_index_find(&join->samples, measurements[i].patient)) {
            patients[join->count] = measurements[i].patient;
            drugs[join->count++] = measurements[i].drug;
        }
    if (!status)
        status = eg_name_index_alloc(&join->patients, join->count, patients, error);
    if (!status)
        status = eg_name_index_alloc(&join->drugs, join->count, drugs, error);
    free(patients);
    free(drugs);
    return status;
}

static int number_kept(struct join *join, size_t count, const struct eg_measurement *measurements,
                       struct eg_error *error)
{
    size_t kept = 0;
    join->kept = eg_alloc(join->count, sizeof *join->kept, error);
    if (!join->kept)
        return EG_INTERNAL;
    for (size_t i = 0; i < count; i++)
        if (eg_name_index_find(&join->samples, measurements[i].patient))
            join->kept[kept++] = (struct eg_response){
                eg_name_index_rank(&join->patients, measurements[i].patient),
                eg_name_index_rank(&join->drugs, measurements[i].drug), measurements[i].value};
    qsort(join->kept, kept, sizeof *join->kept, compare_responses);
    return EG_OK;
}

/* Averages what was measured for the same pair; returns how many pairs there are. */
static size_t merge_pairs(size_t count, const struct eg_response *kept,
                          struct eg_response *response)
{
    size_t pairs = 0;
    for (size_t i = 0, end; i < count; i = end) {
        double sum = 0;
        for (end = i;
             end < count && kept[end].patient == kept[i].patient && kept[end].drug == kept[i].drug;
             end++)
            sum += kept[end].value;
        response[pairs] = kept[i];
        response[pairs++].value = sum / (double)(end - i);
    }
    return pairs;
}

static int average_samples(const struct join *join, const struct eg_expression *expression,
                           struct eg_matrix *patients, struct eg_error *error)
{
    const size_t genes = expression->genes;
    double *sum = eg_alloc(patients->rows * genes, sizeof *sum, error);
    size_t *samples = eg_alloc(patients->rows, sizeof *samples, error);
    for (size_t i = 0; i < expression->samples && sum && samples; i++) {
        const char *name = expression->patient_names[i];
        if (!eg_name_index_find(&join->patients, name))
            continue;
        const uint32_t patient = eg_name_index_rank(&join->patients, name);
        samples[patient]++;
        for (size_t j = 0; j < genes; j++)
            sum[patient * genes + j] += expression->values[i * genes + j];
    }
    for (size_t i = 0; i < patients->rows * genes && sum && samples; i++)
        patients->data[i] = (real)(sum[i] / (double)samples[i / genes]);
    const int status = sum && samples ? EG_OK : EG_INTERNAL;
    free(sum);
    free(samples);
    return status;
}

static int copy_names(const struct join *join, const struct eg_expression *expression,
                      struct eg_drug_cohort *cohort, struct eg_error *error)
{
    int fine = 1;
    for (size_t i = 0; i < cohort->patients && fine; i++)
        fine = (cohort->patient_names[i] = strdup(join->patients.entries[i].name)) != NULL;
    for (size_t i = 0; i < cohort->drugs && fine; i++)
        fine = (cohort->drug_names[i] = strdup(join->drugs.entries[i].name)) != NULL;
    for (size_t i = 0; i < cohort->genes && fine; i++)
        fine = (cohort->gene_names[i] = strdup(expression->gene_names[i])) != NULL;
    return fine ? EG_OK : eg_fail(error, EG_INTERNAL, "out of memory");
}

static int fill_cohort(const struct join *join, const struct eg_expression *expression,
                       struct eg_drug_cohort *cohort, struct eg_error *error)
{
    int status = eg_drug_cohort_alloc(cohort, join->patients.count, join->drugs.count,
                                      expression->genes, join->count, error);
    if (status)
        return status;
    cohort->responses = merge_pairs(join->count, join->kept, cohort->response);
    status = average_samples(join, expression, &cohort->expression, error);
    if (!status)
        status = copy_names(join, expression, cohort, error);
    if (status)
        eg_drug_cohort_free(cohort);
    return status;
}

int eg_cohort_join(const char *expression_path, const struct eg_expression *expression,
                   const char *response_path, size_t count,
                   const struct eg_measurement *measurements, struct eg_drug_cohort *cohort,
                   struct eg_error *error)
{
    struct join join = {0};
    *cohort = (struct eg_drug_cohort){0};
    int status = eg_name_index_alloc(&join.samples, expression->samples, expression->patient_names,
                                     error);
    if (!status)
        status = index_kept(&join, count, measurements, error);
    if (!status && join.count == 0)
        status = eg_fail(error, EG_DATA, "%s and %s have no patient in common", expression_path,
                         response_path);
    if (!status)
        status = number_kept(&join, count, measurements, error);
    if (!status)
        status = fill_cohort(&join, expression, cohort, error);
    free_join(&join);
    return status;
}
