/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The wanted numbers are those that datasets/simulated_response.h derives. */
#include "datasets/simulated_response.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>
#include <gsl/gsl_multifit.h>

enum {
    GENES = EG_RESPONSE_GENES,
    MODULES = EG_RESPONSE_MODULES,
    ACTING = EG_RESPONSE_ACTING,
    SIZE = EG_RESPONSE_MODULE_GENES,
    MANY = 6000, /* patients where variances are looked at */
    DRUGS = 30,
    TERMS = ACTING + 2
};

static struct eg_drug_cohort load(struct eg_drug_cohort_options options)
{
    struct eg_drug_cohort cohort;
    struct eg_error error = {0};
    cr_assert_eq(eg_simulated_response.load(&options, &cohort, &error), EG_OK, "%s", error.message);
    return cohort;
}

static double gene(const struct eg_drug_cohort *cohort, size_t i, size_t g)
{
    return eg_row(&cohort->expression, i)[g];
}

Test(simulated_response, has_the_shape_and_says_what_it_is)
{
    struct eg_drug_cohort c = load((struct eg_drug_cohort_options){0});
    cr_expect(c.patients == 273 && c.drugs == 30 && c.genes == 200);
    cr_expect(c.expression.rows == 273 && c.expression.cols == 200 && c.graph.nodes == 200);
    cr_expect_str_eq(c.name, "simulated_response");
    cr_expect_str_eq(c.source, "simulated");
    cr_expect_str_eq(c.description,
                     "simulated response (273 patients, 30 drugs, 200 genes; 4 of 20 modules of 8 "
                     "genes act; R2 of drug means 0.50, best possible from genes 0.70)");
    cr_expect_str_eq(c.patient_names[272], "PATIENT_273");
    cr_expect_str_eq(c.drug_names[0], "DRUG_01");
    cr_expect_str_eq(c.gene_names[9], "GENE_010");
    eg_drug_cohort_free(&c);
}

/* Of 8190 pairs a tenth has a standard error of 0.0033. */
Test(simulated_response, a_tenth_of_the_pairs_is_missing)
{
    struct eg_drug_cohort c = load((struct eg_drug_cohort_options){.seed = 1});
    cr_expect_float_eq((double)c.responses / (273 * 30), 0.9, 0.014);
    for (size_t r = 0; r < c.responses; r++) {
        cr_assert(c.response[r].patient < 273 && c.response[r].drug < 30);
        cr_assert(isfinite(c.response[r].value));
        cr_assert(r == 0 || c.response[r - 1].patient < c.response[r].patient ||
                  (c.response[r - 1].patient == c.response[r].patient &&
                   c.response[r - 1].drug < c.response[r].drug));
    }
    eg_drug_cohort_free(&c);
}

static double correlation(const struct eg_drug_cohort *c, size_t a, size_t b)
{
    double aa = 0, bb = 0, ab = 0, mean_a = 0, mean_b = 0;
    for (size_t i = 0; i < c->patients; i++) {
        mean_a += gene(c, i, a) / (double)c->patients;
        mean_b += gene(c, i, b) / (double)c->patients;
    }
    for (size_t i = 0; i < c->patients; i++) {
        const double x = gene(c, i, a) - mean_a, y = gene(c, i, b) - mean_b;
        aa += x * x;
        bb += y * y;
        ab += x * y;
    }
    return ab / sqrt(aa * bb);
}

/* The standard error of a correlation of 6000 is at most 0.013. */
Test(simulated_response, genes_of_a_module_correlate_by_0_4_and_others_do_not)
{
    struct eg_drug_cohort c = load((struct eg_drug_cohort_options){.patients = MANY, .drugs = 2});
    int module[GENES];
    for (size_t g = 0; g < GENES; g++)
        module[g] = -1 - (int)g;
    for (size_t s = 0; s < MODULES; s++)
        for (size_t k = 0; k < SIZE; k++)
            module[c.sets.sets[s].items[k]] = (int)s;
    for (size_t g = 0; g < GENES; g++)
        for (size_t h = g + 1; h < GENES; h += 1 + (module[g] != module[h]) * 10)
            cr_assert_float_eq(correlation(&c, g, h), module[g] == module[h] ? 0.4 : 0, 0.07);
    for (size_t g = 0; g < GENES; g++) {
        double square = 0;
        for (size_t i = 0; i < MANY; i++)
            square += gene(&c, i, g) * gene(&c, i, g) / MANY;
        cr_assert_float_eq(square, 1, 0.1);
    }
    eg_drug_cohort_free(&c);
}

static size_t set_of(const struct eg_drug_cohort *c, uint32_t g)
{
    for (size_t s = 0; s < MODULES; s++)
        for (size_t k = 0; k < SIZE; k++)
            if (c->sets.sets[s].items[k] == g)
                return s;
    return MODULES;
}

Test(simulated_response, edges_lie_within_modules_and_connect_each)
{
    size_t edges = 0;
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct eg_drug_cohort c = load(
            (struct eg_drug_cohort_options){.seed = seed, .patients = 3});
        uint32_t label[GENES];
        for (uint32_t g = 0; g < GENES; g++)
            label[g] = g;
        for (int turn = 0; turn < SIZE; turn++)
            for (size_t g = 0; g < GENES; g++)
                for (size_t k = c.graph.begin[g]; k < c.graph.begin[g + 1]; k++) {
                    const uint32_t other = c.graph.neighbour[k];
                    cr_assert_eq(set_of(&c, (uint32_t)g), set_of(&c, other));
                    cr_assert_neq(set_of(&c, other), MODULES);
                    cr_assert_eq(c.graph.weight[k], 1);
                    label[g] = label[other] < label[g] ? label[other] : label[g];
                }
        for (size_t s = 0; s < MODULES; s++)
            for (size_t k = 0; k < SIZE; k++)
                cr_assert_eq(label[c.sets.sets[s].items[k]], label[c.sets.sets[s].items[0]]);
        edges += c.graph.edges;
        eg_drug_cohort_free(&c);
    }
    /* 14 of the 28 pairs in each of 400 modules; standard error 0.11. */
    cr_expect_float_eq((double)edges / (20 * MODULES), 14, 0.5);
}

Test(simulated_response, sets_are_the_modules_and_decoys_of_the_same_size)
{
    struct eg_drug_cohort c = load((struct eg_drug_cohort_options){.patients = 3});
    size_t seen[GENES] = {0}, free_genes = 0;
    cr_assert_eq(c.sets.count, MODULES + EG_RESPONSE_DECOYS);
    cr_expect_str_eq(c.sets.names[0], "MODULE_01_ACTIVE");
    cr_expect_str_eq(c.sets.names[3], "MODULE_04_ACTIVE");
    cr_expect_str_eq(c.sets.names[4], "MODULE_05");
    cr_expect_str_eq(c.sets.names[20], "DECOY_01");
    cr_expect_str_eq(c.sets.names[39], "DECOY_20");
    for (size_t s = 0; s < c.sets.count; s++) {
        cr_assert_eq(c.sets.sets[s].count, SIZE);
        for (size_t k = 0; k < SIZE; k++) {
            cr_assert(k == 0 || c.sets.sets[s].items[k - 1] < c.sets.sets[s].items[k]);
            seen[c.sets.sets[s].items[k]] += s < MODULES;
        }
    }
    for (size_t g = 0; g < GENES; g++) {
        cr_assert_leq(seen[g], 1);
        free_genes += seen[g] == 0;
    }
    cr_expect_eq(free_genes, 40);
    eg_drug_cohort_free(&c);
}

/* What a regression of one drug's responses on the best guesses of the activities finds. */
struct fit {
    double total, residual, slope[TERMS]; /* sums of squares about the drug's mean */
};

/* E[a | the genes] = sqrt(0.4) / (8 * 0.4 + 0.6) times the sum of a module's genes. */
static void guess(const struct eg_drug_cohort *c, size_t i, double *terms)
{
    terms[0] = 1;
    for (size_t m = 0; m < ACTING; m++) {
        terms[m + 1] = 0;
        for (size_t k = 0; k < SIZE; k++)
            terms[m + 1] += gene(c, i, c->sets.sets[m].items[k]) * sqrt(0.4) / 3.8;
    }
    terms[ACTING + 1] = terms[1] * terms[2];
}

static struct fit fit_drug(const struct eg_drug_cohort *c, uint32_t drug)
{
    size_t n = 0;
    for (size_t r = 0; r < c->responses; r++)
        n += c->response[r].drug == drug;
    gsl_matrix *x = gsl_matrix_alloc(n, TERMS), *covariance = gsl_matrix_alloc(TERMS, TERMS);
    gsl_vector *y = gsl_vector_alloc(n), *slope = gsl_vector_alloc(TERMS);
    gsl_multifit_linear_workspace *space = gsl_multifit_linear_alloc(n, TERMS);
    struct fit fit = {0};
    double mean = 0;
    for (size_t r = 0, row = 0; r < c->responses; r++)
        if (c->response[r].drug == drug) {
            guess(c, c->response[r].patient, gsl_matrix_ptr(x, row, 0));
            gsl_vector_set(y, row++, c->response[r].value);
            mean += c->response[r].value / (double)n;
        }
    for (size_t row = 0; row < n; row++)
        fit.total += (gsl_vector_get(y, row) - mean) * (gsl_vector_get(y, row) - mean);
    cr_assert_eq(gsl_multifit_linear(x, y, slope, covariance, &fit.residual, space), 0);
    for (size_t t = 0; t < TERMS; t++)
        fit.slope[t] = gsl_vector_get(slope, t);
    gsl_multifit_linear_free(space);
    gsl_matrix_free(x);
    gsl_matrix_free(covariance);
    gsl_vector_free(y);
    gsl_vector_free(slope);
    return fit;
}

static double total_square(const struct eg_drug_cohort *c)
{
    double mean = 0, square = 0;
    for (size_t r = 0; r < c->responses; r++)
        mean += c->response[r].value / (double)c->responses;
    for (size_t r = 0; r < c->responses; r++)
        square += (c->response[r].value - mean) * (c->response[r].value - mean);
    return square;
}

Test(simulated_response, shares_of_the_variance_and_truth_are_as_derived)
{
    struct eg_drug_cohort c = load(
        (struct eg_drug_cohort_options){.seed = 5, .patients = MANY, .drugs = DRUGS});
    double within = 0, residual = 0, share[ACTING] = {0}, all = 0, sign[TERMS] = {0};
    for (uint32_t d = 0; d < DRUGS; d++) {
        const struct fit fit = fit_drug(&c, d);
        within += fit.total;
        residual += fit.residual;
        /* Every fifth drug is insensitive; the others have activities in their response. */
        cr_expect_eq(1 - fit.residual / fit.total < 0.005, d % 5 == 4, "drug %u", d);
        for (size_t m = 0; m < ACTING; m++) {
            const double product = m < 2 ? fit.slope[TERMS - 1] * fit.slope[TERMS - 1] / 2 : 0;
            share[m] += fit.slope[m + 1] * fit.slope[m + 1] + product;
            all += fit.slope[m + 1] * fit.slope[m + 1] + product;
        }
        /* The standard error of a slope is about 0.01. */
        for (size_t t = 1; t < TERMS; t++)
            if (fabs(fit.slope[t]) > 0.05) {
                cr_expect(sign[t] * fit.slope[t] >= 0, "drug %u, term %zu", d, t);
                sign[t] = fit.slope[t] > 0 ? 1 : -1;
            }
    }
    const double square = total_square(&c);
    cr_expect_float_eq(square / (double)c.responses, 1, 0.03);
    cr_expect_float_eq(1 - within / square, 0.5, 0.01);
    cr_expect_float_eq(1 - residual / square, 0.5 + 0.2 * 3.2 / 3.8 + 0.05 * 0.842 * 0.842, 0.01);
    for (size_t m = 0; m < ACTING; m++)
        for (size_t k = 0; k < SIZE; k++)
            cr_expect_float_eq(c.truth[c.sets.sets[m].items[k]], share[m] / all / SIZE, 0.002);
    eg_drug_cohort_free(&c);
}

Test(simulated_response, truth_is_of_the_acting_genes_alone)
{
    struct eg_drug_cohort c = load((struct eg_drug_cohort_options){.seed = 2, .patients = 3});
    double sum = 0;
    for (uint32_t g = 0; g < GENES; g++) {
        cr_assert_eq(c.truth[g] > 0, set_of(&c, g) < ACTING);
        sum += c.truth[g];
    }
    cr_expect_float_eq(sum, 1, 1e-12);
    eg_drug_cohort_free(&c);
}

static int same_start(const struct eg_drug_cohort *few, const struct eg_drug_cohort *many)
{
    return few->responses <= many->responses &&
           memcmp(few->expression.data, many->expression.data,
                  few->patients * GENES * sizeof *few->expression.data) == 0 &&
           memcmp(few->truth, many->truth, GENES * sizeof *few->truth) == 0 &&
           few->graph.edges == many->graph.edges &&
           memcmp(few->response, many->response, few->responses * sizeof *few->response) == 0;
}

/* A patient is the same whatever number of patients is drawn; a seed gives the same bits again. */
Test(simulated_response, patients_are_drawn_one_by_one)
{
    struct eg_drug_cohort few = load((struct eg_drug_cohort_options){.seed = 3, .patients = 10}),
                          again = load((struct eg_drug_cohort_options){.seed = 3, .patients = 10}),
                          many = load((struct eg_drug_cohort_options){.seed = 3, .patients = 50}),
                          other = load((struct eg_drug_cohort_options){.seed = 4, .patients = 10});
    cr_expect(same_start(&few, &again) && few.responses == again.responses);
    cr_expect(same_start(&few, &many));
    cr_expect_not(same_start(&few, &other));
    cr_expect_neq(memcmp(few.sets.sets[0].items, other.sets.sets[0].items,
                         SIZE * sizeof *few.sets.sets[0].items),
                  0);
    eg_drug_cohort_free(&few);
    eg_drug_cohort_free(&again);
    eg_drug_cohort_free(&many);
    eg_drug_cohort_free(&other);
}

Test(simulated_response, refuses_more_patients_than_have_a_number)
{
    struct eg_drug_cohort cohort;
    struct eg_error error = {0};
    const struct eg_drug_cohort_options options = {.patients = (size_t)1 << 33};
    cr_expect_eq(eg_simulated_response.load(&options, &cohort, &error), EG_USAGE);
    cr_expect(strstr(error.message, "8589934592 patients and 30 drugs are too many"));
    eg_drug_cohort_free(&cohort);
}

Test(simulated_response, refuses_a_single_drug)
{
    struct eg_drug_cohort cohort;
    struct eg_error error = {0};
    const struct eg_drug_cohort_options options = {.drugs = 1};
    cr_expect_eq(eg_simulated_response.load(&options, &cohort, &error), EG_USAGE);
    cr_expect(strstr(error.message, "2 or more"));
    eg_drug_cohort_free(&cohort);
}
