/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A split's columns and the linear models of Figure 3 against numpy and scikit-learn on a small made
 * cohort: tests/oracle/drug_response, from contrib/python/make_drug_oracle.py. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "bench/graph/graph_linear.h"
#include "metrics/r_squared.h"
#include "tests/oracle_file.h"

struct fixture {
    struct eg_drug_cohort cohort;
    struct eg_patient_split split;
    struct eg_graph_linear linear;
};

static double *read(const char *name, size_t *rows, size_t *cols)
{
    char path[64];
    snprintf(path, sizeof path, "drug_response/%s", name);
    return read_oracle(path, rows, cols);
}

static size_t read_strengths(const char *name, double *strengths)
{
    size_t count;
    double *read_ones = read(name, &count, NULL);
    memcpy(strengths, read_ones, count * sizeof *strengths);
    free(read_ones);
    return count;
}

static void read_graph(struct eg_graph *graph, size_t genes)
{
    struct eg_edge list[8];
    size_t count;
    double *edges = read("edges", &count, NULL);
    for (size_t e = 0; e < count; e++)
        list[e] = (struct eg_edge){(uint32_t)edges[3 * e], (uint32_t)edges[3 * e + 1],
                                   edges[3 * e + 2]};
    cr_assert_eq(eg_graph_alloc(graph, genes, count, list, NULL), EG_OK);
    free(edges);
}

static void read_cohort(struct eg_drug_cohort *cohort)
{
    size_t patients, genes, responses;
    double *expression = read("expression", &patients, &genes);
    double *response = read("response", &responses, NULL);
    cr_assert_eq(eg_drug_cohort_alloc(cohort, patients, 4, genes, responses, NULL), EG_OK);
    cohort->name = "made";
    for (size_t i = 0; i < patients * genes; i++)
        cohort->expression.data[i] = (real)expression[i];
    for (size_t i = 0; i < responses; i++)
        cohort->response[i] = (struct eg_response){
            (uint32_t)response[3 * i], (uint32_t)response[3 * i + 1], response[3 * i + 2]};
    read_graph(&cohort->graph, genes);
    free(expression);
    free(response);
}

static void prepare(struct fixture *f, int drugs_unscaled)
{
    const struct eg_patient_split_settings settings = {.drugs_unscaled = drugs_unscaled};
    struct eg_error error = {0};
    *f = (struct fixture){0};
    read_cohort(&f->cohort);
    double *parts = read("parts", NULL, NULL);
    cr_assert_eq(eg_patient_split_draw(&f->cohort, eg_stream_make(1, 0, EG_PURPOSE_SPLIT, 0, 0),
                                       &settings, &f->split, &error),
                 EG_OK, "%s", error.message);
    for (int part = 0; part < EG_PARTS; part++)
        for (size_t i = 0; i < f->split.parts[part].x.rows; i++) {
            const uint32_t patient = f->split.parts[part].patient[i];
            cr_assert_eq(parts[patient], part, "patient %u is in part %d", patient, part);
        }
    free(parts);
}

static void fit(struct fixture *f)
{
    struct eg_graph_strengths strengths = {0};
    struct eg_error error = {0};
    strengths.alphas.count = read_strengths("alphas", strengths.alphas.at);
    strengths.nus.count = read_strengths("nus", strengths.nus.at);
    strengths.ridges.count = read_strengths("ridges", strengths.ridges.at);
    cr_assert_eq(eg_graph_fit_linear(&f->split, f->cohort.drugs, &f->cohort.graph, &strengths,
                                     &f->linear, &error),
                 EG_OK, "%s", error.message);
}

static void free_fixture(struct fixture *f)
{
    eg_graph_linear_free(&f->linear);
    eg_patient_split_free(&f->split);
    eg_drug_cohort_free(&f->cohort);
}

Test(drug_oracle, every_column_is_standardised_over_the_training_rows)
{
    static const char *const names[] = {"train", "validation", "test"};
    struct fixture f;
    prepare(&f, 0);
    for (int part = 0; part < EG_PARTS; part++) {
        const struct eg_response_rows *rows = &f.split.parts[part];
        char name[32];
        size_t n, p;
        snprintf(name, sizeof name, "x_%s", names[part]);
        double *x = read(name, &n, &p);
        snprintf(name, sizeof name, "y_%s", names[part]);
        double *y = read(name, NULL, NULL);
        cr_assert(n == rows->x.rows && p == rows->x.cols);
        for (size_t i = 0; i < n * p; i++)
            cr_expect_float_eq(rows->x.data[i], x[i], 1e-12, "%s: %zu", names[part], i);
        for (size_t i = 0; i < n; i++)
            cr_expect_float_eq(rows->y[i], y[i], 1e-12);
        free(x);
        free(y);
    }
    free_fixture(&f);
}

/* The variant changes columns of drugs alone. */
Test(drug_oracle, unscaled_drugs_are_0_and_1)
{
    struct fixture scaled, unscaled;
    prepare(&scaled, 0);
    prepare(&unscaled, 1);
    for (int part = 0; part < EG_PARTS; part++) {
        const struct eg_response_rows *rows = &unscaled.split.parts[part];
        for (size_t i = 0; i < rows->x.rows; i++)
            for (size_t j = 0; j < rows->x.cols; j++)
                cr_expect_eq(eg_row(&rows->x, i)[j],
                             j < 4 ? j == rows->drug[i]
                                   : eg_row(&scaled.split.parts[part].x, i)[j]);
    }
    free_fixture(&scaled);
    free_fixture(&unscaled);
}

/* wanted: row `row` of the predictions of the test rows; tolerance: of each of them */
static void expect_model(const struct fixture *f, const struct eg_network *unit, size_t row,
                         double tolerance, const char *name)
{
    const struct eg_response_rows *test = &f->split.parts[EG_TEST];
    real *output = malloc(test->x.rows * sizeof *output);
    double *wanted = read("predictions", NULL, NULL), *r2 = read("r2", NULL, NULL), own = NAN;
    cr_assert_eq(eg_network_predict(unit, test->x.rows, test->x.data, output, NULL), EG_OK);
    cr_assert_eq(eg_r_squared(test->x.rows, test->y, output, &own, NULL), EG_OK);
    for (size_t i = 0; i < test->x.rows; i++)
        cr_expect_float_eq(output[i], wanted[row * test->x.rows + i], tolerance, "%s, row %zu",
                           name, i);
    cr_expect_float_eq(own, r2[row], tolerance, "%s: R2 %g", name, own);
    free(output);
    free(wanted);
    free(r2);
}

/* Coordinate descent stops at a duality gap, so the LASSOs are near their solution. */
Test(drug_oracle, linear_models_are_those_of_scikit_learn)
{
    struct fixture f;
    double *chosen = read("chosen", NULL, NULL);
    prepare(&f, 0);
    fit(&f);
    cr_expect_eq(f.linear.ridge, chosen[0]);
    cr_expect_eq(f.linear.alpha, chosen[1]);
    cr_expect_eq(f.linear.nu, chosen[2]);
    expect_model(&f, &f.linear.drug_mean, 0, 1e-10, "drug mean");
    expect_model(&f, &f.linear.gene_ridge, 1, 1e-10, "ridge on genes");
    expect_model(&f, &f.linear.lasso, 2, 5e-3, "LASSO");
    expect_model(&f, &f.linear.graph_lasso, 3, 5e-3, "Graph LASSO");
    free(chosen);
    free_fixture(&f);
}

/* Neither model's drugs are penalised, so that how their columns are scaled is no matter. */
Test(drug_oracle, free_drugs_do_not_depend_on_their_scale)
{
    struct fixture f;
    prepare(&f, 1);
    fit(&f);
    expect_model(&f, &f.linear.drug_mean, 0, 1e-10, "drug mean");
    expect_model(&f, &f.linear.gene_ridge, 1, 1e-10, "ridge on genes");
    free_fixture(&f);
}
