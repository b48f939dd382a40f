/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/report/claims.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <criterion/criterion.h>

#include "stats/ttest.h"
#include "tests/made_results.h"
#include "tests/oracle_file.h"

static const char published[] = "results/published/claims.csv";
static const char *const metrics[] = {"KPM", "KPR", "KPI", "KNM", "KNR", "KNI",
                                      "KAM", "KAR", "KAI", "RPM", "RPR", "RPI",
                                      "RNM", "RNR", "RNI", "RAM", "RAR", "RAI"};
static const char *const methods[] = {"expected_gradients", "integrated_gradients", "gradients",
                                      "random"};

static void expect_table(const struct eg_claims *claims, const char *dataset, const char *oracle)
{
    size_t rows, cols;
    double *table = read_oracle(oracle, &rows, &cols);
    cr_assert(rows == 4 && cols == 18);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < cols; j++) {
            const struct eg_claim *claim = eg_claims_find_number(claims, dataset, methods[i],
                                                                 metrics[j], NAN);
            cr_assert(claim, "%s: no claim for %s of %s", dataset, metrics[j], methods[i]);
            cr_expect_float_eq(claim->published, table[i * cols + j], 1e-12, "%s: %s of %s",
                               dataset, metrics[j], methods[i]);
            cr_expect_float_eq(claim->half_unit, 0.0005, 1e-12);
        }
    free(table);
}

Test(claims, the_two_tables_are_as_printed)
{
    struct eg_claims claims;
    struct eg_error error = {0};
    cr_assert_eq(eg_claims_read(published, &claims, &error), EG_OK, "%s", error.message);
    expect_table(&claims, "corrgroups60", "metrics/paper_c60");
    expect_table(&claims, "independentlinear60", "metrics/paper_i60");
    eg_claims_free(&claims);
}

Test(claims, every_experiment_has_claims_and_those_not_built_say_so)
{
    static const char *const experiments[] = {"keep-remove", "convergence", "sparsity",
                                              "image-noise", "graph-prior", "training-cost",
                                              "imagenet"};
    size_t counts[7] = {0}, tests = 0;
    struct eg_claims claims;
    cr_assert_eq(eg_claims_read(published, &claims, NULL), EG_OK);
    for (size_t i = 0; i < claims.count; i++) {
        size_t e = 0;
        while (e < 7 && strcmp(experiments[e], claims.items[i].experiment) != 0)
            e++;
        cr_assert_lt(e, 7, "%s", claims.items[i].experiment);
        counts[e]++;
        tests += strcmp(claims.items[i].place, "Supplement I.3") == 0;
        cr_expect(e < 6 || strncmp(claims.items[i].status, "not attempted: ", 15) == 0, "%s",
                  claims.items[i].id);
    }
    for (size_t e = 0; e < 7; e++)
        cr_expect_gt(counts[e], 3, "%s", experiments[e]);
    cr_expect_eq(tests, 52);
    eg_claims_free(&claims);
}

/* Those of Methods 5.1, of two samples of 10, as far as three digits of t go. */
Test(claims, printed_p_and_t_of_two_samples_agree)
{
    static const char *const models[] = {"graph_prior", "random_graph_prior", "graph_convolution"};
    struct eg_claims claims;
    cr_assert_eq(eg_claims_read(published, &claims, NULL), EG_OK);
    for (size_t m = 0; m < 3; m++) {
        double t = NAN, p = NAN;
        for (size_t i = 0; i < claims.count; i++) {
            const struct eg_claim *claim = &claims.items[i];
            if (claim->has_two_samples && strcmp(claim->method, models[m]) == 0)
                *(claim->tolerance == EG_T_VALUE ? &t : &p) = claim->published;
        }
        const double low = eg_ttest_p(t + 0.005, 18), high = eg_ttest_p(t - 0.005, 18);
        cr_expect(p > 0.95 * low && p < 1.05 * high, "%s: t %g gives p %g to %g, not %g", models[m],
                  t, low, high, p);
    }
    eg_claims_free(&claims);
}

/* The printed p-values of Supplement I.3 are those of the printed t with 199 degrees of freedom, as
 * far as four digits of t go: a slip of the pen in either would show. */
Test(claims, printed_p_and_t_agree)
{
    struct eg_claims claims;
    size_t compared = 0;
    cr_assert_eq(eg_claims_read(published, &claims, NULL), EG_OK);
    for (size_t i = 0; i < claims.count; i++) {
        const struct eg_claim *p = &claims.items[i];
        if (p->tolerance != EG_P_VALUE || strcmp(p->place, "Supplement I.3") != 0)
            continue;
        const struct eg_claim *t = eg_claims_find_number(&claims, p->dataset, p->method,
                                                         p->sign_metric, NAN);
        cr_assert(t, "%s has no t", p->id);
        const double slope = fabs(t->published) * 200 / (199 + t->published * t->published);
        cr_expect_float_eq(log(eg_ttest_p(t->published, 199)), log(p->published),
                           1.1 * slope * t->half_unit + 0.001, "%s", p->id);
        compared++;
    }
    cr_expect_eq(compared, 26);
    eg_claims_free(&claims);
}

Test(claims, printed_digits_and_exponents)
{
    struct eg_claims claims = make_claims(
        "a,e,p,s,stochastic,d,,m,k,,=,1.602e+01,3,200,,,,t,,,,\n"
        "b,e,p,\"with, comma\",significance,d,paper,m,l,0.05,=,7.2e-5,1,,,,,exact,yes,,,note\n");
    cr_assert_eq(claims.count, 2);
    cr_expect_float_eq(claims.items[0].published, 16.02, 1e-12);
    cr_expect_float_eq(claims.items[0].half_unit, 0.005, 1e-12);
    cr_expect_float_eq(claims.items[0].published_n, 200, 0);
    cr_expect(isnan(claims.items[0].published_se));
    cr_expect_eq(claims.items[0].tolerance, EG_T_VALUE);
    cr_expect_float_eq(claims.items[1].half_unit, 0.05e-5, 1e-18);
    cr_expect_str_eq(claims.items[1].statement, "with, comma");
    cr_expect_eq(claims.items[1].gate, 1);
    cr_expect(eg_claims_find_number(&claims, "d", "m", "l", 0.05) == &claims.items[1]);
    cr_expect_null(eg_claims_find_number(&claims, "d", "m", "l", NAN));
    cr_expect_null(eg_claims_find_number(&claims, "other", "m", "k", NAN));
    eg_claims_free(&claims);
}

static void expect_refused(const char *lines, const char *named)
{
    struct eg_claims claims;
    struct eg_error error = {0};
    cr_assert_eq(try_claims(lines, &claims, &error), EG_DATA, "%s", lines);
    cr_expect(strstr(error.message, named), "\"%s\" does not name %s", error.message, named);
    cr_expect_null(claims.items);
}

Test(claims, what_is_wrong_is_named)
{
    expect_refused("a,e,p,s,guess,d,,m,k,,=,1.0,1,,,,,exact,,,,\n", "'guess'");
    expect_refused("a,e,p,s,stochastic,d,,m,k,,?,1.0,1,,,,,exact,,,,\n", "'?'");
    expect_refused("a,e,p,s,stochastic,d,,m,k,,=,one,1,,,,,exact,,,,\n", "'one'");
    expect_refused("a,e,p,s,stochastic,d,,m,k,,=,1.0,,,,,,exact,,,,\n", "digits");
    expect_refused("a,e,p,s,stochastic,d,,m,k,,=,,1,,,,,exact,,,,\n", "published");
    expect_refused("a,e,p,s,ordering,d,,m,k,,>,,,,,,,order,,,,\n", "published");
    expect_refused("a,e,p,s,stochastic,d,,m,k,,=,1.0,1,,,,,mc -2,,,,\n", "'mc -2'");
    expect_refused("a,e,p,s,stochastic,d,,m,k,,=,1.0,1,,,,,factor 0.5,,,,\n", "'factor 0.5'");
    expect_refused("a,e,p,s,stochastic,d,,m,k,,=,1.0,1,,,,,about,,,,\n", "'about'");
    expect_refused("a,e,p,s,stochastic,d,,,k,,=,1.0,1,,,,,exact,,,,\n", "method");
    expect_refused("a,e,p,s,stochastic,d,,m,k,,=,1.0,1,,,,,exact,,,,\n"
                   "a,e,p,s,stochastic,d,,m,l,,=,1.0,1,,,,,exact,,,,\n",
                   "a is there twice");
}

Test(claims, a_missing_file_is_an_error)
{
    struct eg_claims claims;
    struct eg_error error = {0};
    cr_assert_eq(eg_claims_read("tests/no_such.csv", &claims, &error), EG_DATA);
    cr_expect(strstr(error.message, "tests/no_such.csv"), "%s", error.message);
}
