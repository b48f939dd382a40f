/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/graph/graph_measures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "attribution/explain.h"
#include "bench/experiments.h"
#include "bench/graph/graph_training.h"
#include "metrics/gini.h"
#include "metrics/r_squared.h"
#include "metrics/roc_auc.h"
#include "stats/enrichment.h"

static const double significant = 0.05; /* q */

/* --- the meter --- */

/* Numbers the test patients in the order of their numbers in the cohort. */
static int place_patients(struct eg_graph_meter *meter, struct eg_error *error)
{
    const struct eg_response_rows *test = &meter->split->parts[EG_TEST];
    const size_t patients = meter->cohort->cohort.patients;
    size_t *number = eg_alloc(patients, sizeof *number, error);
    meter->place = eg_alloc(test->x.rows, sizeof *meter->place, error);
    if (!number || !meter->place) {
        free(number);
        return EG_INTERNAL;
    }
    for (size_t i = 0; i < test->x.rows; i++)
        number[test->patient[i]] = 1;
    for (size_t p = 0; p < patients; p++)
        number[p] = number[p] ? meter->patients++ : 0;
    for (size_t i = 0; i < test->x.rows; i++)
        meter->place[i] = number[test->patient[i]];
    free(number);
    return EG_OK;
}

int eg_graph_meter_alloc(struct eg_graph_meter *meter, const struct eg_graph_cohort *cohort,
                         const struct eg_patient_split *split, size_t explained,
                         struct eg_error *error)
{
    const struct eg_matrix *test = &split->parts[EG_TEST].x;
    const size_t n = explained < test->rows ? explained : test->rows;
    *meter = (struct eg_graph_meter){.cohort = cohort, .split = split};
    if (eg_matrix_alloc(&meter->explained, n, test->cols, error) || place_patients(meter, error))
        return EG_INTERNAL;
    for (size_t i = 0; i < n; i++)
        memcpy(eg_row(&meter->explained, i), eg_row(test, i * test->rows / n),
               test->cols * sizeof(real));
    return EG_OK;
}

void eg_graph_meter_free(struct eg_graph_meter *meter)
{
    eg_matrix_free(&meter->explained);
    free(meter->place);
}

/* --- errors --- */

static int measure_errors(const struct eg_graph_meter *meter, const struct eg_network *network,
                          const struct eg_row *row, struct eg_error *error)
{
    const struct eg_response_rows *test = &meter->split->parts[EG_TEST];
    const size_t n = test->x.rows;
    double sse = 0, drug_sse = 0, r2 = NAN, validation = NAN;
    real *output = eg_alloc(n, sizeof *output, error);
    double *of_patient = eg_alloc(meter->patients, sizeof *of_patient, error);
    int status = output && of_patient ? EG_OK : EG_INTERNAL;
    if (!status)
        status = eg_network_predict(network, n, test->x.data, output, error);
    for (size_t i = 0; i < n && !status; i++) {
        const double y = (double)test->y[i], gap = y - (double)output[i];
        const double drug_gap = y - meter->split->drug_mean[test->drug[i]];
        of_patient[meter->place[i]] += gap * gap;
        sse += gap * gap;
        drug_sse += drug_gap * drug_gap;
    }
    if (!status)
        status = eg_r_squared(n, test->y, output, &r2, error);
    if (!status)
        status = eg_graph_squared_error(network, &meter->split->parts[EG_VALIDATION], &validation,
                                        error);
    if (!status) {
        eg_row_set(row, "test_r2", r2);
        eg_row_set(row, "within_r2", 1 - sse / drug_sse);
        eg_row_set(row, "validation_mse", validation);
        eg_row_set_array(row, "patient_sse", meter->patients, of_patient);
    }
    free(output);
    free(of_patient);
    return status;
}

/* --- attributions --- */

/* importance (features) = mean |EG| over the explained rows */
static int measure_importance(const struct eg_graph_meter *meter, const struct eg_network *network,
                              double *importance, struct eg_error *error)
{
    const struct eg_explainer explainer = {.network = network,
                                           .method = &eg_expected_gradients,
                                           .settings = {.samples = meter->samples},
                                           .background = &meter->split->parts[EG_TRAIN].x,
                                           .threads = meter->threads};
    const struct eg_stream stream = eg_stream_make(meter->seed, EG_STREAM_GRAPH_PRIOR,
                                                   EG_PURPOSE_EXPLAIN, meter->replicate, 0);
    struct eg_matrix phi;
    int status = eg_matrix_alloc(&phi, meter->explained.rows, meter->explained.cols, error);
    if (!status)
        status = eg_explain_phi(&explainer, &meter->explained, NULL, stream, &phi, error);
    if (!status)
        eg_mean_absolute(&phi, importance);
    eg_matrix_free(&phi);
    return status;
}

static void set_penalty(const struct eg_drug_cohort *cohort, const double *importance,
                        const struct eg_row *row)
{
    const double *genes = importance + cohort->drugs;
    const double penalty = eg_graph_roughness(&cohort->graph, genes, NULL);
    double square = 0, of_genes = 0, all = 0;
    for (size_t g = 0; g < cohort->genes; g++) {
        square += genes[g] * genes[g];
        of_genes += genes[g];
    }
    for (size_t j = 0; j < cohort->drugs + cohort->genes; j++)
        all += importance[j];
    eg_row_set(row, "graph_penalty", penalty);
    if (square > 0)
        eg_row_set(row, "relative_graph_penalty", penalty / square);
    eg_row_set(row, "gene_share", of_genes / all);
}

static int measure_truth(const struct eg_drug_cohort *cohort, const double *importance,
                         const struct eg_row *row, struct eg_error *error)
{
    const size_t genes = cohort->genes;
    double auc = NAN;
    if (!cohort->truth)
        return EG_OK;
    real *matters = eg_alloc(genes, sizeof *matters, error);
    real *scores = eg_alloc(genes, sizeof *scores, error);
    size_t *order = eg_alloc(genes, sizeof *order, error);
    int status = matters && scores && order ? EG_OK : EG_INTERNAL;
    for (size_t g = 0; g < genes && !status; g++) {
        matters[g] = cohort->truth[g] > 0;
        scores[g] = (real)importance[cohort->drugs + g];
    }
    if (!status)
        status = eg_roc_auc(genes, matters, scores, order, &auc, error);
    eg_row_set(row, "truth_roc_auc", auc);
    free(matters);
    free(scores);
    free(order);
    return status;
}

static void set_enrichment(const struct eg_gene_sets *sets, const struct eg_enrichment *found,
                           double *q, const struct eg_row *row)
{
    size_t count = 0, relevant = 0;
    for (size_t s = 0; s < sets->count; s++) {
        /* A set that gathers at the bottom is no finding. */
        q[s] = found[s].score > 0 ? found[s].q : 1;
        count += q[s] < significant;
        relevant += q[s] < significant && eg_graph_set_is_relevant(sets->names[s]);
    }
    eg_row_set(row, "significant_sets", (double)count);
    eg_row_set(row, "significant_relevant_sets", (double)relevant);
    eg_row_set_array(row, "set_q", sets->count, q);
}

static int measure_enrichment(const struct eg_graph_meter *meter, const double *importance,
                              const struct eg_row *row, struct eg_error *error)
{
    const struct eg_gene_sets *sets = &meter->cohort->sets;
    const struct eg_drug_cohort *cohort = &meter->cohort->cohort;
    const struct eg_stream stream = eg_stream_make(meter->seed, EG_STREAM_GRAPH_PRIOR,
                                                   EG_PURPOSE_PERMUTE, meter->replicate, 0);
    if (sets->count == 0)
        return EG_OK;
    struct eg_enrichment *found = eg_alloc(sets->count, sizeof *found, error);
    double *q = eg_alloc(sets->count, sizeof *q, error);
    int status = found && q ? EG_OK : EG_INTERNAL;
    if (!status)
        status = eg_enrichment_test(cohort->genes, importance + cohort->drugs, sets->count,
                                    sets->sets, meter->permutations, &stream, found, error);
    if (!status)
        set_enrichment(sets, found, q, row);
    free(found);
    free(q);
    return status;
}

int eg_graph_measure(const struct eg_graph_meter *meter, const struct eg_network *network,
                     const struct eg_row *row, struct eg_error *error)
{
    const struct eg_drug_cohort *cohort = &meter->cohort->cohort;
    double *importance = eg_alloc(cohort->drugs + cohort->genes, sizeof *importance, error);
    int status = importance ? measure_errors(meter, network, row, error) : EG_INTERNAL;
    if (!status)
        status = measure_importance(meter, network, importance, error);
    if (!status)
        set_penalty(cohort, importance, row);
    if (!status)
        status = measure_truth(cohort, importance, row, error);
    if (!status)
        status = measure_enrichment(meter, importance, row, error);
    free(importance);
    return status;
}

/* --- what the rows are --- */

static int describe_patients(const struct eg_graph_meter *meter, const struct eg_row *row,
                             struct eg_error *error)
{
    static const char *const names[] = {"patient_count", "patient_sum", "patient_square",
                                        "patient_drug_sse"};
    const struct eg_response_rows *test = &meter->split->parts[EG_TEST];
    double *sums = eg_alloc(4 * meter->patients, sizeof *sums, error);
    if (!sums)
        return EG_INTERNAL;
    for (size_t i = 0; i < test->x.rows; i++) {
        const double y = (double)test->y[i], gap = y - meter->split->drug_mean[test->drug[i]];
        double *own = sums + meter->place[i];
        own[0] += 1;
        own[meter->patients] += y;
        own[2 * meter->patients] += y * y;
        own[3 * meter->patients] += gap * gap;
    }
    for (size_t k = 0; k < 4; k++)
        eg_row_set_array(row, names[k], meter->patients, sums + k * meter->patients);
    free(sums);
    return EG_OK;
}

int eg_graph_describe(const struct eg_graph_meter *meter, const struct eg_row *row,
                      struct eg_error *error)
{
    const struct eg_drug_cohort *cohort = &meter->cohort->cohort;
    const struct eg_response_rows *parts = meter->split->parts;
    const struct eg_gene_sets *sets = &meter->cohort->sets;
    const struct eg_row data = eg_row_part(row, "data");
    eg_row_set_count(&data, "samples", cohort->responses);
    eg_row_set_count(&data, "patients", cohort->patients);
    eg_row_set_count(&data, "drugs", cohort->drugs);
    eg_row_set_count(&data, "genes", cohort->genes);
    eg_row_set_count(&data, "edges", cohort->graph.edges);
    eg_row_set_count(&data, "train_samples", parts[EG_TRAIN].x.rows);
    eg_row_set_count(&data, "validation_samples", parts[EG_VALIDATION].x.rows);
    eg_row_set_count(&data, "test_samples", parts[EG_TEST].x.rows);
    eg_row_set_count(&data, "test_patients", meter->patients);
    eg_row_set_count(&data, "sets", sets->count);
    eg_row_set_texts(row, "sets", sets->count, (const char *const *)sets->names);
    return describe_patients(meter, row, error);
}
