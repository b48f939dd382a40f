/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/graph/graph_measures.h"

#include <math.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "attribution/explain.h"
#include "bench/experiments.h"
#include "tests/small_network.h"

enum { PATIENTS = 40, DRUGS = 5, EXPLAINED = 12, SAMPLES = 10 };

struct fixture {
    const struct eg_graph_cohort *cohort;
    struct eg_patient_split split;
    struct eg_graph_meter meter;
    struct eg_row row;
    int failed;
};

static void prepare(struct fixture *f, size_t explained)
{
    const struct eg_patient_split_settings settings = {0};
    struct eg_error error = {0};
    f->cohort = eg_graph_cohort_load("simulated_response", NULL, PATIENTS, DRUGS, &error);
    cr_assert_not_null(f->cohort, "%s", error.message);
    cr_assert_eq(eg_patient_split_draw(&f->cohort->cohort,
                                       eg_stream_make(2, 0, EG_PURPOSE_SPLIT, 0, 0), &settings,
                                       &f->split, &error),
                 EG_OK, "%s", error.message);
    cr_assert_eq(eg_graph_meter_alloc(&f->meter, f->cohort, &f->split, explained, &error), EG_OK);
    f->meter.seed = 4;
    f->meter.replicate = 9;
    f->meter.samples = SAMPLES;
    f->meter.permutations = 50;
    f->row = (struct eg_row){json_object(), &f->failed};
}

static void free_fixture(struct fixture *f)
{
    cr_expect_not(f->failed);
    json_decref(f->row.values);
    eg_graph_meter_free(&f->meter);
    eg_patient_split_free(&f->split);
}

static void measure(struct fixture *f, const struct eg_network *network)
{
    struct eg_error error = {0};
    cr_assert_eq(eg_graph_measure(&f->meter, network, &f->row, &error), EG_OK, "%s", error.message);
}

static double get(const struct fixture *f, const char *field)
{
    const double number = eg_row_number(f->row.values, NULL, field);
    cr_assert_not(isnan(number), "%s", field);
    return number;
}

static double get_of(const struct fixture *f, const char *field, size_t patient)
{
    cr_assert_eq(eg_row_length(f->row.values, NULL, field), f->split.patients[EG_TEST], "%s",
                 field);
    return eg_row_element(f->row.values, NULL, field, patient);
}

static double sum_of(const struct fixture *f, const char *field)
{
    double sum = 0;
    for (size_t i = 0; i < f->split.patients[EG_TEST]; i++)
        sum += get_of(f, field, i);
    return sum;
}

Test(graph_measures, errors_are_those_of_plain_formulas)
{
    struct fixture f = {0};
    prepare(&f, EXPLAINED);
    const struct eg_response_rows *test = &f.split.parts[EG_TEST],
                                  *validation = &f.split.parts[EG_VALIDATION];
    struct eg_network network = draw_network(test->x.cols, "dense 6, relu, dense 1", 3);
    double mean = 0, total = 0, sse = 0, drug_sse = 0, square = 0;
    real output[PATIENTS * DRUGS];
    measure(&f, &network);
    eg_network_predict(&network, test->x.rows, test->x.data, output, NULL);
    for (size_t i = 0; i < test->x.rows; i++)
        mean += (double)test->y[i] / (double)test->x.rows;
    for (size_t i = 0; i < test->x.rows; i++) {
        const double y = (double)test->y[i];
        total += (y - mean) * (y - mean);
        sse += pow(y - (double)output[i], 2);
        drug_sse += pow(y - f.split.drug_mean[test->drug[i]], 2);
    }
    cr_expect_float_eq(get(&f, "test_r2"), 1 - sse / total, 1e-12);
    cr_expect_float_eq(get(&f, "within_r2"), 1 - sse / drug_sse, 1e-12);
    cr_expect_float_eq(sum_of(&f, "patient_sse"), sse, 1e-10);
    eg_network_predict(&network, validation->x.rows, validation->x.data, output, NULL);
    for (size_t i = 0; i < validation->x.rows; i++)
        square += pow((double)validation->y[i] - (double)output[i], 2) / (double)validation->x.rows;
    cr_expect_float_eq(get(&f, "validation_mse"), square, 1e-12);
    eg_network_free(&network);
    free_fixture(&f);
}

/* The errors of the first test patient, found by its number among the rows. */
Test(graph_measures, each_patient_has_the_errors_of_its_own_rows)
{
    struct fixture f = {0};
    prepare(&f, EXPLAINED);
    const struct eg_response_rows *test = &f.split.parts[EG_TEST];
    struct eg_network network = draw_network(test->x.cols, "dense 1", 5);
    double wanted[3] = {0};
    const size_t count = f.split.patients[EG_TEST];
    real output[PATIENTS * DRUGS];
    uint32_t last = 0;
    measure(&f, &network);
    cr_assert_eq(eg_graph_describe(&f.meter, &f.row, NULL), EG_OK);
    eg_network_predict(&network, test->x.rows, test->x.data, output, NULL);
    for (size_t i = 0; i < test->x.rows; i++)
        last = test->patient[i] > last ? test->patient[i] : last;
    for (size_t i = 0; i < test->x.rows; i++)
        if (test->patient[i] == last) {
            wanted[0] += pow((double)test->y[i] - (double)output[i], 2);
            wanted[1] += 1;
            wanted[2] += (double)test->y[i];
        }
    cr_expect_float_eq(get_of(&f, "patient_sse", count - 1), wanted[0], 1e-10);
    cr_expect_eq(get_of(&f, "patient_count", count - 1), wanted[1]);
    cr_expect_float_eq(get_of(&f, "patient_sum", count - 1), wanted[2], 1e-12);
    eg_network_free(&network);
    free_fixture(&f);
}

Test(graph_measures, what_the_rows_are_does_not_depend_on_a_model)
{
    struct fixture f = {0};
    prepare(&f, EXPLAINED);
    const struct eg_response_rows *test = &f.split.parts[EG_TEST];
    double sum = 0, square = 0;
    json_int_t patients, rows, genes, sets;
    cr_assert_eq(eg_graph_describe(&f.meter, &f.row, NULL), EG_OK);
    for (size_t i = 0; i < test->x.rows; i++) {
        sum += (double)test->y[i];
        square += (double)test->y[i] * (double)test->y[i];
    }
    cr_expect_eq(sum_of(&f, "patient_count"), (double)test->x.rows);
    cr_expect_float_eq(sum_of(&f, "patient_sum"), sum, 1e-10);
    cr_expect_float_eq(sum_of(&f, "patient_square"), square, 1e-10);
    cr_assert_eq(json_unpack(json_object_get(f.row.values, "data"), "{s:I, s:I, s:I, s:I}",
                             "test_patients", &patients, "test_samples", &rows, "genes", &genes,
                             "sets", &sets),
                 0);
    cr_expect(patients == 8 && rows == (json_int_t)test->x.rows && genes == 200 && sets == 40);
    cr_expect_eq(json_array_size(json_object_get(f.row.values, "sets")), 40);
    free_fixture(&f);
}

/* mean |EG| from the explainer, L dense. */
Test(graph_measures, the_penalty_is_that_of_a_dense_laplacian)
{
    struct fixture f = {0};
    prepare(&f, EXPLAINED);
    const struct eg_graph *graph = &f.cohort->cohort.graph;
    const struct eg_matrix *test = &f.split.parts[EG_TEST].x;
    const size_t p = test->cols, genes = graph->nodes;
    struct eg_network network = draw_network(p, "dense 6, relu, dense 1", 7);
    const struct eg_explainer explainer = {.network = &network,
                                           .method = &eg_expected_gradients,
                                           .settings = {.samples = SAMPLES},
                                           .background = &f.split.parts[EG_TRAIN].x};
    struct eg_matrix x, phi;
    double *dense = calloc(genes * genes, sizeof *dense), *a = calloc(p, sizeof *a);
    double penalty = 0, square = 0, of_genes = 0, all = 0;
    measure(&f, &network);
    cr_assert_eq(eg_matrix_alloc(&x, EXPLAINED, p, NULL), EG_OK);
    cr_assert_eq(eg_matrix_alloc(&phi, EXPLAINED, p, NULL), EG_OK);
    for (size_t i = 0; i < EXPLAINED; i++)
        for (size_t j = 0; j < p; j++)
            eg_row(&x, i)[j] = eg_row(test, i * test->rows / EXPLAINED)[j];
    cr_assert_eq(eg_explain_phi(&explainer, &x, NULL,
                                eg_stream_make(4, EG_STREAM_GRAPH_PRIOR, EG_PURPOSE_EXPLAIN, 9, 0),
                                &phi, NULL),
                 EG_OK);
    for (size_t j = 0; j < p; j++) {
        for (size_t i = 0; i < EXPLAINED; i++)
            a[j] += fabs((double)eg_row(&phi, i)[j]) / EXPLAINED;
        all += a[j];
        of_genes += j < DRUGS ? 0 : a[j];
        square += j < DRUGS ? 0 : a[j] * a[j];
    }
    for (size_t i = 0; i < genes; i++)
        for (size_t at = graph->begin[i]; at < graph->begin[i + 1]; at++) {
            dense[i * genes + i] += graph->weight[at];
            dense[i * genes + graph->neighbour[at]] -= graph->weight[at];
        }
    for (size_t i = 0; i < genes; i++)
        for (size_t j = 0; j < genes; j++)
            penalty += a[DRUGS + i] * dense[i * genes + j] * a[DRUGS + j];
    cr_assert_gt(penalty, 0);
    cr_expect_float_eq(get(&f, "graph_penalty") / penalty, 1, 1e-9);
    cr_expect_float_eq(get(&f, "relative_graph_penalty") / (penalty / square), 1, 1e-9);
    cr_expect_float_eq(get(&f, "gene_share"), of_genes / all, 1e-12);
    free(dense);
    free(a);
    eg_matrix_free(&x);
    eg_matrix_free(&phi);
    eg_network_free(&network);
    free_fixture(&f);
}

/* A linear network with larger weights on the genes of the acting modules. */
Test(graph_measures, a_model_of_the_true_genes_finds_them_and_their_sets)
{
    struct fixture f = {0};
    prepare(&f, 1000);
    f.meter.permutations = 400;
    cr_expect_eq(f.meter.explained.rows, f.split.parts[EG_TEST].x.rows, "all there are");
    struct eg_network network = draw_network(DRUGS + f.cohort->cohort.genes, "dense 1", 1);
    for (size_t j = 0; j < network.parameters; j++)
        network.theta[j] = 0;
    for (size_t g = 0; g < f.cohort->cohort.genes; g++)
        network.theta[DRUGS + g] = f.cohort->cohort.truth[g] > 0 ? 1 : (real)0.2;
    measure(&f, &network);
    cr_expect_eq(get(&f, "truth_roc_auc"), 1);
    cr_expect_eq(get(&f, "gene_share"), 1);
    cr_expect_eq(get(&f, "significant_relevant_sets"), 4);
    cr_expect_geq(get(&f, "significant_sets"), 4);
    cr_expect_leq(get(&f, "significant_sets"), 8);
    eg_network_free(&network);
    free_fixture(&f);
}

/* What drugs say alone: no gene has any part in it. */
Test(graph_measures, a_model_without_genes_has_no_gene_sets)
{
    struct fixture f = {0};
    prepare(&f, EXPLAINED);
    struct eg_network network = draw_network(DRUGS + f.cohort->cohort.genes, "dense 1", 1);
    for (size_t j = DRUGS; j < network.parameters; j++)
        network.theta[j] = 0;
    measure(&f, &network);
    cr_expect_eq(get(&f, "graph_penalty"), 0);
    cr_expect_eq(get(&f, "gene_share"), 0);
    cr_expect_null(json_object_get(f.row.values, "relative_graph_penalty"));
    cr_expect_eq(get(&f, "truth_roc_auc"), 0.5);
    cr_expect_eq(get(&f, "significant_sets"), 0);
    eg_network_free(&network);
    free_fixture(&f);
}
